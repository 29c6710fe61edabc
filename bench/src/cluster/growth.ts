import { setTimeout as delay } from 'node:timers/promises';
import type { Measured } from '../loader/measured.js';
import type { ClusterRound, ClusterScenario } from './cluster-scenario.js';

const MOST_NODES = 4;
const BODY_BYTES = 128;
const MESSAGES_PER_SECOND = 2000;
/** CPU is counted in hundredths of a second: four thousand messages, and the error is 3 µs for one. */
const TIMES_AS_LONG = 4;
/** A node is as cheap as it gets after some thousand messages; the first has to be that in the very first row. */
const WARM_UP_TIMES_AS_LONG = 3;
const FIRST_WARM_UP_TIMES_AS_LONG = 6;
/** Longer than a node listens to what its last subscriber has left, see `cluster-node.ts`. */
const LINGERED_MS = 400;

/** What a message costs at each node as nodes are added, with one subscriber at each of the first so many. */
export const growth: ClusterScenario = {
  name: 'growth',
  title: 'Growth with nodes: µs of CPU for a message, one subscriber at each node that wants it',
  nodes: 1,
  isFresh: true,
  suits: ({ isBus }) => isBus,
  run: async (round) => {
    for (let nodes = 1; nodes <= MOST_NODES; nodes++) {
      if (nodes > 1) await round.group.add();
      await round.attempt(`${nodes} nodes`, () => runSize(round, nodes));
    }
  },
};

async function runSize(round: ClusterRound, nodes: number): Promise<void> {
  const { loader, effort } = round;
  const pace = (timesAsLong: number): Promise<Measured> =>
    loader.run<Measured>({
      kind: 'latency',
      load: {
        bodyBytes: BODY_BYTES,
        broadcastsPerSecond: MESSAGES_PER_SECOND,
        measureMs: effort.measureMs * timesAsLong,
      },
    });
  await gather(round, nodes);
  await pace(nodes === 1 ? FIRST_WARM_UP_TIMES_AS_LONG : WARM_UP_TIMES_AS_LONG);
  await loader.run({ kind: 'close' });
  // Only at the publisher's, at one more, at all.
  for (const wanting of new Set([1, Math.min(2, nodes), nodes])) {
    await delay(LINGERED_MS);
    await gather(round, wanting);
    const measured = await pace(TIMES_AS_LONG);
    const row = `${nodes} ${nodes === 1 ? 'node' : 'nodes'}, ${wanting} of them with a subscriber`;
    round.record(row, { nodes, wanting }, sampleOf(round, measured, nodes, wanting));
    await loader.run({ kind: 'close' });
  }
}

function gather({ loader, group }: ClusterRound, wanting: number): Promise<void> {
  return loader.run({
    kind: 'gather',
    server: group.address(wanting),
    subscribers: wanting,
    ids: 'same',
    way: 'direct',
    isOrdered: true,
  });
}

function sampleOf(
  { group }: ClusterRound,
  { count, serverCpuSeconds, otherCpuSeconds }: Measured,
  nodes: number,
  wanting: number,
): Readonly<Record<string, number>> {
  const messages = count / wanting;
  const micros = otherCpuSeconds.map((cpu) => (cpu * 1e6) / messages);
  const publisher = (serverCpuSeconds * 1e6) / messages;
  const engine = group.enginePid === undefined ? 0 : (micros[nodes - 1] ?? 0);
  const others = micros.slice(0, nodes - 1);
  const sum = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0);
  const [wanted, unwanted] = [others.slice(0, wanting - 1), others.slice(wanting - 1)];
  return {
    publisherMicros: publisher,
    ...(wanted.length === 0 ? {} : { wantingNodeMicros: sum(wanted) / wanted.length }),
    ...(unwanted.length === 0 ? {} : { otherNodeMicros: sum(unwanted) / unwanted.length }),
    engineMicros: engine,
    allMicros: publisher + sum(others) + engine,
  };
}
