import type { Round, Scenario } from '../harness/scenario.js';
import { sampleOf } from '../harness/results.js';
import type { Measured } from '../loader/measured.js';
import { warmUpFanOut } from './warm-up.js';

/** Rows that share their subscribers. */
export interface Group {
  readonly subscribers: number;
  readonly ids: 'same' | 'different';
  readonly bodies: readonly number[];
}

const BASE = 1000;
const BASE_BODY = 128;

/** Each thing varied by itself, around 1 000 subscribers with the same id and 128 octets. */
const CROSS: readonly Group[] = [
  { subscribers: BASE, ids: 'same', bodies: [BASE_BODY, 32, 1024, 16_384] },
  { subscribers: BASE, ids: 'different', bodies: [BASE_BODY] },
  { subscribers: 100, ids: 'same', bodies: [BASE_BODY] },
  { subscribers: 10_000, ids: 'same', bodies: [BASE_BODY] },
];

const BODIES = [32, BASE_BODY, 1024, 16_384];

/** Everything with everything. */
const PRODUCT: readonly Group[] = [100, 1000, 10_000].flatMap((subscribers) =>
  (['same', 'different'] as const).map((ids) => ({ subscribers, ids, bodies: BODIES })),
);

/** One publisher, many subscribers. */
export function fanOut(matrix: 'cross' | 'product'): Scenario {
  return fanOutOf(matrix === 'cross' ? CROSS : PRODUCT);
}

/** The same with other rows. */
export function fanOutOf(groups: readonly Group[]): Scenario {
  return {
    name: 'fan-out',
    title: 'Fan-out: one publisher, many subscribers',
    suits: () => true,
    run: async (round) => {
      for (const group of groups) await runGroup(round, group);
    },
  };
}

async function runGroup(round: Round, { subscribers, ids, bodies }: Group): Promise<void> {
  const { peer, loader, address, effort } = round;
  const { warmUpMs, measureMs } = effort;
  const size = Math.max(2, Math.round(subscribers * effort.scale));
  const groupName = `${size} subscribers, ${ids} ids`;
  if (size > (peer.maxSubscribers ?? Infinity)) return;
  await round.attempt(groupName, async () => {
    await loader.run({
      kind: 'gather',
      server: address,
      subscribers: size,
      ids,
      way: 'direct',
      isOrdered: peer.isUnordered !== true,
    });
    await warmUpFanOut(round, BASE_BODY);
    for (const bodyBytes of bodies) {
      for (const burst of [1, 10]) {
        const row = `${size} × ${bodyBytes} B, ${burst === 1 ? 'singly' : 'in tens'}, ${ids} ids`;
        await round.attempt(row, async () => {
          const measured = await loader.run<Measured>({
            kind: 'fan-out',
            load: { bodyBytes, burst, warmUpMs, measureMs },
          });
          round.record(row, { subscribers: size, bodyBytes, burst, ids }, sampleOf(measured));
        });
      }
    }
  });
  await loader.run({ kind: 'close' });
}
