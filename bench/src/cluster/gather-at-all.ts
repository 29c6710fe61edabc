import type { ClusterRound } from './cluster-scenario.js';

const BODY_BYTES = 128;
/** All that is compiled while it runs has been compiled after that. */
const FIRST_WARM_UP_MS = 1500;

const warm = new WeakSet<ClusterRound['group']>();

/** Opens subscribers, as many at each node. */
export async function gatherAtAll(round: ClusterRound, subscribers: number): Promise<void> {
  await round.loader.run({
    kind: 'gather',
    server: round.group.address(),
    subscribers,
    ids: 'same',
    way: 'direct',
    // A publisher's messages stay in order, whatever is between the nodes.
    isOrdered: true,
  });
  if (warm.has(round.group)) return;
  warm.add(round.group);
  const warmUpMs = (FIRST_WARM_UP_MS / 2) * Math.min(1, round.effort.measureMs / 500);
  for (const burst of [1, 10]) {
    await round.loader.run({
      kind: 'fan-out',
      load: { bodyBytes: BODY_BYTES, burst, warmUpMs, measureMs: 1 },
    });
  }
}
