import { usageOf } from '../harness/process-usage.js';
import type { UserArrival } from '../servers/user-arrivals.js';
import type { ClusterRound, ClusterScenario } from './cluster-scenario.js';

/** The first is for what a node takes that has nothing to learn. */
const USERS = [1, 10_000, 50_000];

/** What it takes until a new node knows the users of another one, each with a session and a subscription. */
export const remoteUsers: ClusterScenario = {
  name: 'remote-users',
  title: 'A new node learns the users of another one',
  nodes: 1,
  isFresh: true,
  suits: ({ isBus }) => isBus,
  run: async (round) => {
    let heapOfNone = Number.NaN;
    for (const count of USERS) {
      const users = count === 1 ? 1 : Math.max(2, Math.round(count * round.effort.scale));
      await round.attempt(`${users} users`, async () => {
        const heapBytes = await runSize(round, users, heapOfNone);
        if (count === 1) heapOfNone = heapBytes;
      });
    }
  },
};

/** @returns the heap of the new node */
async function runSize({ group, record }: ClusterRound, users: number, heapOfNone: number): Promise<number> {
  const [first] = group.nodes;
  if (first === undefined) throw new Error('There are no nodes');
  await first.ask({ fill: users });
  const cpuOf = (pid: number | undefined): number => (pid === undefined ? 0 : usageOf(pid).cpuSeconds);
  const [firstBefore, engineBefore] = [cpuOf(first.pid), cpuOf(group.enginePid)];
  const node = await group.add({ STOMP_BENCH_AWAITED_USERS: String(users) });
  try {
    const { ms, cpuSeconds } = await node.ask<UserArrival>('arrivals');
    const otherCpuMs = (cpuOf(first.pid) - firstBefore) * 1000;
    const engineCpuMs = (cpuOf(group.enginePid) - engineBefore) * 1000;
    const heap = await node.heap();
    const heapBytes = (heap?.heapUsedBytes ?? 0) + (heap?.externalBytes ?? 0);
    record(
      users === 1 ? '1 user' : `${users} users`,
      { users },
      {
        untilKnownMs: ms,
        newNodeCpuMs: cpuSeconds * 1000,
        otherNodeCpuMs: otherCpuMs,
        engineCpuMs,
        ...(users === 1 ? {} : { bytesPerRemoteSession: (heapBytes - heapOfNone) / (users - 1) }),
      },
    );
    return heapBytes;
  } finally {
    await group.remove(node);
  }
}
