const STEP = Math.log(1.02);
const MIN_MS = 0.001;
const BUCKETS = 1024;

/** Latencies in buckets that are 2 % wide, from a microsecond to ten minutes: no sample is left out, none is kept. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  add(ms: number, count = 1): void {
    const bucket = ms <= MIN_MS ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / MIN_MS) / STEP));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#total += count;
  }

  /** Those of several, as one. */
  static together(all: readonly LatencyHistogram[]): LatencyHistogram {
    const sum = new LatencyHistogram();
    for (const one of all) {
      sum.#total += one.#total;
      for (const [bucket, count] of one.#counts.entries())
        sum.#counts[bucket] = (sum.#counts[bucket] ?? 0) + count;
    }
    return sum;
  }

  /** The latency in milliseconds that this part of the samples does not exceed; NaN without samples. */
  quantile(part: number): number {
    let left = part * this.#total;
    for (let bucket = 0; bucket < BUCKETS && this.#total > 0; bucket++) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return MIN_MS * Math.exp(STEP * bucket);
    }
    return Number.NaN;
  }
}
