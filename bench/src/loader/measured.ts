import type { ProcessUsage } from '../harness/process-usage.js';
import { usageOf } from '../harness/process-usage.js';
import { LatencyHistogram } from './latency-histogram.js';

/** What one measurement found. */
export interface Measured {
  /** Deliveries, trips or sessions. */
  readonly count: number;
  readonly seconds: number;
  readonly serverCpuSeconds: number;
  /** Of this process: where it is near `seconds`, the load was the limit and not the server. */
  readonly loaderCpuSeconds: number;
  readonly residentBytes: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** The same at each of several nodes. */
  readonly nodes?: readonly { readonly p50Ms: number; readonly p99Ms: number }[];
  /** Of the processes beside the server. */
  readonly otherCpuSeconds: readonly number[];
}

/** Takes the readings at both ends of a measurement. */
export class Stopwatch {
  readonly #startedAt = performance.now();
  readonly #loader = process.cpuUsage();
  readonly #before: readonly ProcessUsage[];

  /** @param pids the server's, and those of processes beside it */
  constructor(private readonly pids: readonly number[]) {
    this.#before = pids.map(usageOf);
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  stop(count: number, latencies?: readonly LatencyHistogram[]): Measured {
    const seconds = this.elapsedMs / 1000;
    const { user, system } = process.cpuUsage(this.#loader);
    const now = this.pids.map(usageOf);
    const [serverCpuSeconds = 0, ...otherCpuSeconds] = now.map(
      ({ cpuSeconds }, i) => cpuSeconds - (this.#before[i]?.cpuSeconds ?? 0),
    );
    return {
      count,
      seconds,
      serverCpuSeconds,
      loaderCpuSeconds: (user + system) / 1e6,
      residentBytes: now[0]?.residentBytes ?? 0,
      otherCpuSeconds,
      ...(latencies === undefined ? {} : quantilesOf(LatencyHistogram.together(latencies))),
      ...(latencies === undefined || latencies.length < 2 ? {} : { nodes: latencies.map(quantilesOf) }),
    };
  }
}

function quantilesOf(latencies: LatencyHistogram): { readonly p50Ms: number; readonly p99Ms: number } {
  return { p50Ms: latencies.quantile(0.5), p99Ms: latencies.quantile(0.99) };
}
