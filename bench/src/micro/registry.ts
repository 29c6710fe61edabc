// The subscription registry alone: what it takes to find the one subscriber of a destination, among subscriptions that do
// not match it. A publish has fixed costs beside this, which would only hide growth.
import { loadRegistry } from '../servers/load-project.js';
import { MEASURE_MS, tell, type MicroRow } from './micro-row.js';
import { timesPerSecond } from './stop-clock.js';

const { DefaultSubscriptionRegistry } = await loadRegistry();
const SUBSCRIPTIONS_PER_SESSION = 100;
const rows: MicroRow[] = [];

const KINDS: readonly (readonly [string, readonly number[], (i: number) => string])[] = [
  ['literals', [100, 1000, 10_000, 100_000], (i) => `/topic/other/${i}`],
  ['patterns', [10, 100, 1000, 10_000], (i) => `/topic/other-${i}/*`],
  ['patterns with a common beginning', [10, 100, 1000, 10_000], (i) => `/topic/*/x/${i}`],
];

for (const [kind, counts, destinationOf] of KINDS) {
  for (const count of counts) {
    const registry = new DefaultSubscriptionRegistry();
    registry.add('me', 'sub-0', '/topic/prices/ACME');
    for (let i = 0; i < count; i++) {
      registry.add(`session-${Math.floor(i / SUBSCRIPTIONS_PER_SESSION)}`, `sub-${i}`, destinationOf(i));
    }
    const find = (): number => {
      let found = 0;
      for (const receiver of registry.find('/topic/prices/ACME')) found += receiver.sessionId.length;
      return found;
    };
    if (find() !== 'me'.length) throw new Error('The registry has found somebody else');
    rows.push({
      row: `${count} ${kind} that do not match`,
      parameters: { count, kind },
      server: 'ours',
      sample: timesPerSecond(find, MEASURE_MS),
    });
  }
}

for (const count of [1, 100, 10_000]) {
  const registry = new DefaultSubscriptionRegistry();
  for (let i = 0; i < count; i++) registry.add(`session-${i}`, 'sub-0', `/topic/${i}`);
  let next = 0;
  const find = (): unknown => [...registry.find(`/topic/${next++ % count}`)];
  rows.push({
    row: `${count} destinations in turn`,
    parameters: { count, kind: 'destinations' },
    server: 'ours',
    sample: timesPerSecond(find, MEASURE_MS),
  });
}
tell(rows);
