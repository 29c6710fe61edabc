import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Scope, type CanActivate, type Type } from '@nestjs/common';
import {
  DenyingGuard,
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

/** Those that Nest has to make. */
const byClass = Object.entries({ ...placements, ...parameterPlacements }).filter(
  ([title]) => title.endsWith('by class reference') || title.startsWith('as an APP_'),
);

function scoped<T extends object>(type: Type<T>, scope: Scope): Type<T> {
  const Scoped = class extends type {} as Type<T>;
  Injectable({ scope })(Scoped);
  return Scoped;
}

describe.each(Object.entries(handlerHosts))('on handlers of %s', (_host, setupOf) => {
  describe.each([
    ['request-scoped', Scope.REQUEST],
    ['transient', Scope.TRANSIENT],
  ])('a %s', (_scope, scope) => {
    describe.each(kinds)('%s', (name) => {
      const kind = { ...enhancerKinds[name], type: scoped(enhancerKinds[name].type, scope) };
      const { title, sent, handled, received } = effects[name];
      const places = byClass.filter(([place]) => name === 'pipe' || !place.startsWith('on the parameter'));

      it.each(places)(`${title} %s, its dependencies injected`, async (_placement, place) => {
        const { journal, ...outcome } = await tryCell({ setupOf, kind, place, sent });

        expect(outcome.received).toEqual(received);
        expect(journal.handled).toEqual(handled);
        expect([...journal.sights, ...journal.pipeCalls]).toHaveLength(1);
      });
    });

    it.each(byClass.filter(([place]) => !place.startsWith('on the parameter')))(
      'guard that an object without a constructor call would betray denies %s',
      async (_placement, place) => {
        class FieldGuard extends DenyingGuard implements CanActivate {
          private readonly denies = true;

          override canActivate(): boolean {
            return !this.denies;
          }
        }
        const kind = { ...enhancerKinds.guard, type: scoped(FieldGuard, scope) };

        const { journal } = await tryCell({ setupOf, kind, place, sent: 'hi' });

        expect(journal.handled).toEqual([]);
      },
    );
  });
});
