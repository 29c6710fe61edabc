import { sampleOf, type Sample } from '../harness/results.js';
import type { Round, Scenario } from '../harness/scenario.js';
import type { Measured } from '../loader/measured.js';
import { warmUpFanOut } from './warm-up.js';

const SUBSCRIBERS = 1000;
const BODY_BYTES = 128;
/** Deliveries a second at which every server is asked, too: fewer than half of what the slowest can. */
const COMMON_RATE = 20_000;
/** Latency at the tail needs more samples than a throughput. */
const TIMES_AS_LONG = 3;

/** How late deliveries are when a server has half as much to do as it can. */
export const latency: Scenario = {
  name: 'latency',
  title: 'Latency of fan-out below saturation, from when a broadcast was due',
  suits: ({ maxSubscribers = SUBSCRIBERS }) => maxSubscribers >= SUBSCRIBERS,
  run: async (round) => {
    const { peer, loader, address, effort } = round;
    const subscribers = Math.max(2, Math.round(SUBSCRIBERS * effort.scale));
    await round.attempt('half of saturation', async () => {
      await loader.run({
        kind: 'gather',
        server: address,
        subscribers,
        ids: 'same',
        way: 'direct',
        isOrdered: peer.isUnordered !== true,
      });
      await warmUpFanOut(round, BODY_BYTES);
      const { warmUpMs, measureMs } = effort;
      const load = { bodyBytes: BODY_BYTES, burst: 1, warmUpMs, measureMs };
      const { count, seconds } = await loader.run<Measured>({ kind: 'fan-out', load });
      await pace(round, 'at half of its own saturation', count / seconds / 2, subscribers);
      await pace(round, 'at the same rate for all', COMMON_RATE, subscribers);
    });
  },
};

async function pace(round: Round, row: string, perSecond: number, subscribers: number): Promise<void> {
  const measured = await round.loader.run<Measured>({
    kind: 'latency',
    load: {
      bodyBytes: BODY_BYTES,
      broadcastsPerSecond: perSecond / subscribers,
      measureMs: round.effort.measureMs * TIMES_AS_LONG,
    },
  });
  const { p50Ms, p99Ms, ...rest }: Sample = sampleOf(measured);
  round.record(row, { subscribers, bodyBytes: BODY_BYTES }, { p50Ms, p99Ms, ...rest });
}
