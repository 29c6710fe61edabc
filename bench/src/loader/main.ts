// The process that loads the servers. It is told what to do over the channel to its parent, one task at a time.
import { Audience } from './audience.js';
import { measureFanOut } from './measure-fan-out.js';
import { measureLatency } from './measure-latency.js';
import { measureRoundTrips } from './measure-round-trips.js';
import { measureConnects, measureIdle, openIdle } from './measure-sessions.js';
import type { LoaderAnswer, LoaderTask, ServerAddress } from './protocol.js';
import { SessionPool } from './session-pool.js';

interface Work {
  readonly server: ServerAddress;
  readonly pool: SessionPool;
  readonly audience?: Audience;
}

let work: Work | undefined;

function begin(server: ServerAddress): Work {
  work?.pool.close();
  work = { server, pool: new SessionPool([server.port, ...(server.otherPorts ?? [])], server.dialect) };
  return work;
}

function pids({ pid, otherPids = [] }: ServerAddress): readonly number[] {
  return [pid, ...otherPids];
}

function current(): Work {
  if (work === undefined) throw new Error('There are no sessions: gather or open some first');
  return work;
}

function audience(): Audience {
  const { audience } = current();
  if (audience === undefined) throw new Error('There is no audience: gather one first');
  return audience;
}

async function perform(task: LoaderTask): Promise<unknown> {
  switch (task.kind) {
    case 'gather': {
      const { pool, server } = begin(task.server);
      const audience = new Audience(pool, task.way, task.isOrdered);
      work = { server, pool, audience };
      return audience.gather(task.subscribers, task.ids);
    }
    case 'fan-out':
      return measureFanOut(audience(), pids(current().server), task.load);
    case 'latency':
      return measureLatency(audience(), pids(current().server), task.load);
    case 'round-trips':
      return measureRoundTrips(begin(task.server).pool, task.server.pid, task.load);
    case 'connects':
      return measureConnects(begin(task.server).pool, task.server.pid, task.sessions);
    case 'open-idle':
      return openIdle(begin(task.server).pool, task.sessions, task.heartBeatMs);
    case 'idle':
      return measureIdle(current().pool, current().server.pid, task);
    case 'close':
      work?.pool.close();
      work = undefined;
      return undefined;
  }
}

process.on('message', (task: LoaderTask) => {
  perform(task).then(
    (result) => answer({ ok: true, result }),
    (error: unknown) => answer({ ok: false, error: error instanceof Error ? error.message : String(error) }),
  );
});
// Without its parent it has nothing to do.
process.on('disconnect', () => process.exit());

function answer(answer: LoaderAnswer): void {
  process.send?.(answer);
}
