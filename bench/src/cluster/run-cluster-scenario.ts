import type { LoaderProcess } from '../harness/loader-process.js';
import type { Results } from '../harness/results.js';
import { rotated } from '../harness/rotated.js';
import type { Progress } from '../harness/run-scenario.js';
import type { Effort } from '../harness/scenario.js';
import type { ClusterRound, ClusterScenario } from './cluster-scenario.js';
import type { Engine } from './engine.js';
import { NodeGroup } from './node-group.js';

/** Runs a scenario: the nodes of each engine in turn, round by round. While some are measured the others do nothing. */
export async function runClusterScenario(
  scenario: ClusterScenario,
  engines: readonly Engine[],
  effort: Effort,
  loader: LoaderProcess,
  results: Results,
  progress: Progress,
): Promise<void> {
  const running = new Map<Engine, NodeGroup>();
  const start = async (engine: Engine): Promise<NodeGroup> => {
    const nodes = Math.min(scenario.nodes, engine.maxNodes);
    const group = running.get(engine) ?? (await NodeGroup.start(engine, nodes));
    running.set(engine, group);
    return group;
  };
  const stop = async (engine: Engine): Promise<void> => {
    const group = running.get(engine);
    running.delete(engine);
    await group?.stop();
  };
  const suited = engines.filter((engine) => scenario.suits(engine));
  try {
    for (let index = 0; index < effort.rounds; index++) {
      for (const engine of rotated(suited, index)) {
        progress(`${scenario.name}, round ${index + 1} of ${effort.rounds}: ${engine.name}`);
        const attempt: ClusterRound['attempt'] = async (row, work) => {
          try {
            await work();
          } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            progress(`  ${row} failed: ${reason}`);
            results.fail({ scenario: scenario.name, row, server: engine.name, reason });
          }
        };
        await attempt('start', async () => {
          const group = await start(engine);
          const record: ClusterRound['record'] = (row, parameters, sample) =>
            results.add({ scenario: scenario.name, row, parameters, server: engine.name }, sample);
          await scenario.run({ engine, group, loader, effort, record, attempt });
        });
        await loader.run({ kind: 'close' });
        if (scenario.isFresh === true) await stop(engine);
      }
    }
  } finally {
    for (const engine of suited) await stop(engine);
  }
}
