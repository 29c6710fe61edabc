import type { Sample } from '../harness/results.js';
import type { Measured } from '../loader/measured.js';
import type { ClusterRound, ClusterScenario } from './cluster-scenario.js';
import { gatherAtAll } from './gather-at-all.js';

const SUBSCRIBERS = [100, 1000];
const BODY_BYTES = 128;

/** What a second node costs: a publisher at one, half of the subscribers at each. */
export const twoNodes: ClusterScenario = {
  name: 'two-nodes',
  title: 'Fan-out: a publisher at node A, half of the subscribers at A and half at B',
  nodes: 2,
  suits: () => true,
  run: async (round) => {
    for (const subscribers of SUBSCRIBERS) await runSize(round, subscribers);
  },
};

async function runSize(round: ClusterRound, subscribers: number): Promise<void> {
  const { loader, effort, record, attempt } = round;
  const size = Math.max(2, 2 * Math.round((subscribers * effort.scale) / 2));
  await attempt(`${size} subscribers`, async () => {
    await gatherAtAll(round, size);
    for (const burst of [1, 10]) {
      const row = `${size} × ${BODY_BYTES} B, ${burst === 1 ? 'singly' : 'in tens'}`;
      await attempt(row, async () => {
        const { warmUpMs, measureMs } = effort;
        const load = { bodyBytes: BODY_BYTES, burst, warmUpMs, measureMs };
        const measured = await loader.run<Measured>({ kind: 'fan-out', load });
        record(row, { subscribers: size, burst }, sampleOf(round, measured, size));
      });
    }
  });
  await loader.run({ kind: 'close' });
}

/** CPU seconds for a million deliveries are microseconds for one. */
function sampleOf(
  { group }: ClusterRound,
  { count, seconds, serverCpuSeconds, otherCpuSeconds, loaderCpuSeconds }: Measured,
  subscribers: number,
): Sample {
  const perMillion = (cpuSeconds: number): number => (cpuSeconds * 1e6) / count;
  const others = [...otherCpuSeconds];
  const engine = group.enginePid === undefined ? 0 : (others.pop() ?? 0);
  const atB = others.reduce((sum, cpu) => sum + cpu, 0);
  return {
    messagesPerSecond: count / subscribers / seconds,
    deliveriesPerSecond: count / seconds,
    cpuAPerMillion: perMillion(serverCpuSeconds),
    cpuBPerMillion: perMillion(atB),
    cpuEnginePerMillion: perMillion(engine),
    cpuAllPerMillion: perMillion(serverCpuSeconds + atB + engine),
    loaderBusy: loaderCpuSeconds / seconds,
  };
}
