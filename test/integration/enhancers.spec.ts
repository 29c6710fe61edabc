import { afterEach, describe, expect, it } from '@jest/globals';
import {
  effects,
  enhancerKinds,
  handlerHosts,
  parameterPlacements,
  placements,
  tryCell,
  type EnhancerName,
} from '../support/enhancer-matrix.js';
import { terminateRawClients } from '../support/raw-client.js';
import { closeTestApps } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

const kinds = Object.keys(enhancerKinds) as EnhancerName[];

describe.each(Object.entries(handlerHosts))('on handlers of %s', (_host, setupOf) => {
  describe.each(kinds)('a %s', (name) => {
    const kind = enhancerKinds[name];
    const { title, sent, handled, received } = effects[name];
    const places = { ...placements, ...(name === 'pipe' ? parameterPlacements : {}) };

    it.each(Object.entries(places))(`${title} %s`, async (_placement, place) => {
      const outcome = await tryCell({ setupOf, kind, place, sent });

      expect(outcome.received).toEqual(received);
      expect(outcome.journal.handled).toEqual(handled);
      const sight = {
        type: 'ws',
        client: expect.objectContaining({ handshake: expect.objectContaining({ url: '/stomp' }) }),
        data: sent,
      };
      const { target } = outcome;
      expect(outcome.journal).toMatchObject(
        {
          guard: { sights: [{ ...sight, target }], caught: [], pipeCalls: [] },
          interceptor: { sights: [{ ...sight, target }], caught: [], pipeCalls: [] },
          filter: { sights: [sight], caught: [new Error('boom')], pipeCalls: [] },
          pipe: { sights: [], caught: [], pipeCalls: [{ type: 'body', metatype: String, data: undefined }] },
        }[name],
      );
      // Only a guard's refusal is a failure that somebody has to read about.
      const { logger } = outcome;
      expect([...logger.textsOf('error'), ...logger.textsOf('warn')]).toHaveLength(name === 'guard' ? 1 : 0);
    });
  });
});
