import type { Measured } from '../loader/measured.js';
import type { ClusterRound, ClusterScenario } from './cluster-scenario.js';
import { gatherAtAll } from './gather-at-all.js';

const SUBSCRIBERS = [2, 100, 1000];
const BODY_BYTES = 128;
/** Few enough that the slowest, the relay, keeps up on a machine that is busy with other things too. */
const DELIVERIES_PER_SECOND = 4000;
const MOST_MESSAGES_PER_SECOND = 200;
/** The tail needs more samples than a throughput. */
const TIMES_AS_LONG = 4;

/** What a message from A is later at B than at A, and than on one node. */
export const addedLatency: ClusterScenario = {
  name: 'added-latency',
  title: 'Latency from A to a subscriber at A and to one at B, at a fixed rate, from when a message was due',
  nodes: 2,
  suits: () => true,
  run: async (round) => {
    for (const subscribers of SUBSCRIBERS) await runSize(round, subscribers);
  },
};

async function runSize(round: ClusterRound, subscribers: number): Promise<void> {
  const { loader, effort, record, attempt } = round;
  const size = subscribers === 2 ? 2 : Math.max(4, 2 * Math.round((subscribers * effort.scale) / 2));
  const perSecond = Math.min(MOST_MESSAGES_PER_SECOND, DELIVERIES_PER_SECOND / subscribers);
  const row = `${size} subscribers, ${perSecond} messages a second`;
  await attempt(row, async () => {
    await gatherAtAll(round, size);
    const measured = await loader.run<Measured>({
      kind: 'latency',
      load: {
        bodyBytes: BODY_BYTES,
        broadcastsPerSecond: perSecond,
        measureMs: effort.measureMs * TIMES_AS_LONG,
      },
    });
    const [here = measured, there] = measured.nodes ?? [];
    record(
      row,
      { subscribers: size, perSecond },
      {
        p50AtAMs: here.p50Ms ?? Number.NaN,
        p99AtAMs: here.p99Ms ?? Number.NaN,
        ...(there === undefined ? {} : { p50AtBMs: there.p50Ms, p99AtBMs: there.p99Ms }),
      },
    );
  });
  await loader.run({ kind: 'close' });
}
