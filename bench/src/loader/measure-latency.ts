import { setTimeout as delay } from 'node:timers/promises';
import type { Audience } from './audience.js';
import { Stopwatch, type Measured } from './measured.js';

/** Broadcasts at a fixed pace, whether the ones before have arrived or not. */
export interface LatencyLoad {
  readonly bodyBytes: number;
  readonly broadcastsPerSecond: number;
  readonly measureMs: number;
}

/** Measures latency at a given rate. The time counts from when a broadcast was due, not from when it was sent. */
export async function measureLatency(
  audience: Audience,
  pids: readonly number[],
  { bodyBytes, broadcastsPerSecond, measureMs }: LatencyLoad,
): Promise<Measured> {
  const interval = 1000 / broadcastsPerSecond;
  const total = Math.max(20, Math.round(measureMs / interval));
  audience.forgetLatencies();
  const stopwatch = new Stopwatch(pids);
  audience.expect(bodyBytes, total);
  const arrived = audience.arrived();
  // Awaited below; it may fail while this still publishes.
  arrived.catch(() => undefined);
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(stopwatch.elapsedMs / interval) + 1);
    if (due > sent) {
      for (; sent < due; sent++) audience.publish(1);
    }
    await delay(Math.max(0, sent * interval - stopwatch.elapsedMs));
  }
  await arrived;
  return stopwatch.stop(total * audience.size, audience.latencies);
}
