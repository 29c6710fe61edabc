import type { ServerAddress } from '../loader/protocol.js';
import type { LoaderProcess } from './loader-process.js';
import type { Peer } from './peer.js';
import type { Results } from './results.js';
import { rotated } from './rotated.js';
import type { Effort, Round, Scenario } from './scenario.js';
import type { RunningServer } from './server-process.js';

/** Told what is happening, because a run takes minutes. */
export type Progress = (text: string) => void;

/**
 * Runs a scenario: all servers are started, then measured in turn, round by round. While one is measured the others do
 * nothing.
 */
export async function runScenario(
  scenario: Scenario,
  peers: readonly Peer[],
  effort: Effort,
  loader: LoaderProcess,
  results: Results,
  progress: Progress,
): Promise<void> {
  const running = new Map<Peer, RunningServer>();
  const start = async (peer: Peer): Promise<RunningServer> => {
    const server = running.get(peer) ?? (await peer.start());
    running.set(peer, server);
    return server;
  };
  const stop = async (peer: Peer): Promise<void> => {
    const server = running.get(peer);
    running.delete(peer);
    await server?.stop();
  };
  const suited = peers.filter((peer) => scenario.suits(peer));
  const rounds = Math.min(effort.rounds, scenario.maxRounds ?? effort.rounds);
  try {
    for (let index = 0; index < rounds; index++) {
      for (const peer of rotated(suited, index)) {
        progress(`${scenario.name}, round ${index + 1} of ${rounds}: ${peer.name}`);
        const attempt: Round['attempt'] = async (row, work) => {
          try {
            await work();
          } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            progress(`  ${row} failed: ${reason}`);
            results.fail({ scenario: scenario.name, row, server: peer.name, reason });
          }
        };
        await attempt('start', async () => {
          const server = await start(peer);
          const address: ServerAddress = { port: server.port, pid: server.pid, dialect: peer.dialect };
          await scenario.run({
            peer,
            server,
            address,
            loader,
            effort,
            record: (row, parameters, sample) =>
              results.add({ scenario: scenario.name, row, parameters, server: peer.name }, sample),
            attempt,
          });
        });
        await loader.run({ kind: 'close' });
        if (scenario.isFresh === true) await stop(peer);
      }
    }
  } finally {
    for (const peer of suited) await stop(peer);
  }
}
