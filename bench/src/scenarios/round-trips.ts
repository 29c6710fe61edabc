import { sampleOf } from '../harness/results.js';
import type { Scenario } from '../harness/scenario.js';
import type { Measured } from '../loader/measured.js';
import { warmUpRoundTrips } from './warm-up.js';

const SESSIONS = 64;
const BODY_BYTES = 128;

/** A handler of the application answers its caller: `@SendToUser`, or what a peer has in its place. */
export const roundTrips: Scenario = {
  name: 'round-trip',
  title: 'Handler round trip: JSON to a handler, its result to the caller',
  suits: ({ handlers }) => handlers !== 'none',
  run: async (round) => {
    const { peer, loader, address, effort } = round;
    const sessions = Math.max(2, Math.round(SESSIONS * Math.min(1, effort.scale * 2)));
    const { warmUpMs, measureMs } = effort;
    for (const handler of ['plain', 'enhanced'] as const) {
      if (handler === 'enhanced' && peer.handlers !== 'enhanced') continue;
      const row = handler === 'plain' ? 'without enhancers' : 'with a guard and a ValidationPipe';
      const load = { sessions, bodyBytes: BODY_BYTES, handler, warmUpMs, measureMs };
      await round.attempt(row, async () => {
        await warmUpRoundTrips(round, load);
        const measured = await loader.run<Measured>({ kind: 'round-trips', server: address, load });
        round.record(row, { sessions, bodyBytes: BODY_BYTES }, sampleOf(measured));
      });
    }
  },
};
