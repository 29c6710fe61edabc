import { fileLimit } from '../harness/machine.js';
import { usageOf } from '../harness/process-usage.js';
import type { Scenario } from '../harness/scenario.js';
import type { Measured } from '../loader/measured.js';

const SESSIONS = 10_000;
const REHEARSAL = 200;
/** Files and sockets that a process has open beside its clients. */
const OTHER_FILES = 100;

/** Sessions that do nothing but their heart-beats, each with one subscription. */
export const idle: Scenario = {
  name: 'idle',
  title: 'Idle sessions with heart-beats of 10 s',
  suits: () => true,
  isFresh: true,
  maxRounds: 2,
  run: async ({ peer, server, loader, address, effort, ...round }) => {
    const asked = Math.min(SESSIONS, peer.maxSessions ?? SESSIONS, fileLimit() - OTHER_FILES);
    const sessions = Math.max(2, Math.round(asked * effort.scale));
    const { heartBeatMs, idleMs } = effort;
    const row = `${asked === SESSIONS ? '' : `${peer.name}: `}${sessions} sessions`;
    await round.attempt(row, async () => {
      // What a server makes for its first sessions is not the price of a session.
      await loader.run({ kind: 'open-idle', server: address, sessions: REHEARSAL, heartBeatMs });
      await loader.run({ kind: 'close' });
      const heapBefore = await settledHeap(server);
      const residentBefore = usageOf(server.pid).residentBytes;
      await loader.run({ kind: 'open-idle', server: address, sessions, heartBeatMs });
      const heapAfter = await settledHeap(server);
      const measured = await loader.run<Measured>({ kind: 'idle', heartBeatMs, measureMs: idleMs });
      round.record(
        row,
        { sessions },
        {
          coresPercent: (measured.serverCpuSeconds / measured.seconds) * 100,
          residentKiBPerSession: (measured.residentBytes - residentBefore) / 1024 / sessions,
          residentMiB: measured.residentBytes / 2 ** 20,
          ...(heapBefore === undefined || heapAfter === undefined
            ? {}
            : { heapKiBPerSession: (heapAfter - heapBefore) / 1024 / sessions }),
        },
      );
    });
  },
};

async function settledHeap(server: Parameters<Scenario['run']>[0]['server']): Promise<number | undefined> {
  return (await server.heap())?.heapUsedBytes;
}
