import type { ProcessUsage } from '../harness/process-usage.js';
import { usageOf } from '../harness/process-usage.js';
import type { LatencyHistogram } from './latency-histogram.js';

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
}

/** Takes the readings at both ends of a measurement. */
export class Stopwatch {
  readonly #startedAt = performance.now();
  readonly #loader = process.cpuUsage();
  readonly #server: ProcessUsage;

  constructor(private readonly serverPid: number) {
    this.#server = usageOf(serverPid);
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  stop(count: number, latencies?: LatencyHistogram): Measured {
    const seconds = this.elapsedMs / 1000;
    const { user, system } = process.cpuUsage(this.#loader);
    const { cpuSeconds, residentBytes } = usageOf(this.serverPid);
    return {
      count,
      seconds,
      serverCpuSeconds: cpuSeconds - this.#server.cpuSeconds,
      loaderCpuSeconds: (user + system) / 1e6,
      residentBytes,
      ...(latencies === undefined ? {} : { p50Ms: latencies.quantile(0.5), p99Ms: latencies.quantile(0.99) }),
    };
  }
}
