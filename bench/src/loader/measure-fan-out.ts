import { Stopwatch, type Measured } from './measured.js';
import type { Audience } from './audience.js';

/** A broadcast after the other, each when everybody has received the one before. */
export interface FanOutLoad {
  readonly bodyBytes: number;
  /** Messages published at once. */
  readonly burst: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Measures the largest throughput of broadcasts and what a delivery costs. */
export async function measureFanOut(
  audience: Audience,
  pids: readonly number[],
  { bodyBytes, burst, warmUpMs, measureMs }: FanOutLoad,
): Promise<Measured> {
  const warm = new Stopwatch(pids);
  do await audience.broadcast(bodyBytes, burst);
  while (warm.elapsedMs < warmUpMs);

  audience.forgetLatencies();
  const stopwatch = new Stopwatch(pids);
  let broadcasts = 0;
  do {
    await audience.broadcast(bodyBytes, burst);
    broadcasts++;
  } while (stopwatch.elapsedMs < measureMs);
  return stopwatch.stop(broadcasts * burst * audience.size, audience.latencies);
}
