import type { StepMeter } from './linear-program.js';
import type { PatternSegment, SegmentMatcher } from './segment-matcher.js';

/** A pattern taken apart. */
export interface SegmentPathParts {
  readonly source: string;
  readonly separator: string;
  readonly segments: readonly PatternSegment[];
}

/**
 * Matches the segments of a pattern against a destination, without taking the destination apart: a place in
 * it is an offset.
 *
 * Between two `**` the leftmost place that fits is taken and never given up: if the rest fits behind a later
 * place, it also fits behind that one. So a segment of the pattern is compared with a segment of the
 * destination once.
 */
export class SegmentPath {
  readonly #separator: string;
  readonly #leading: boolean;
  readonly #trailing: boolean;
  /** What stands before the first `**`, between each two, and after the last. Without `**`, all of it. */
  readonly #runs: readonly (readonly SegmentMatcher[])[];
  /** If the first run ends with `*`, what stands before it. Of use if there is no other run. */
  readonly #beforeLastStar: readonly SegmentMatcher[] | undefined;
  readonly #meter: StepMeter | undefined;

  constructor({ source, separator, segments }: SegmentPathParts, meter?: StepMeter) {
    const runs: SegmentMatcher[][] = [[]];
    for (const segment of segments) {
      if (segment.kind === 'deep') runs.push([]);
      else runs[runs.length - 1].push(segment);
    }
    this.#separator = separator;
    this.#leading = source.startsWith(separator);
    this.#trailing = source.endsWith(separator);
    this.#runs = runs;
    const [first] = runs;
    this.#beforeLastStar = first.at(-1)?.signature === '*' ? first.slice(0, -1) : undefined;
    this.#meter = meter;
  }

  /** Whether the destination matches; if so, its variables are put `into` the map. */
  matches(text: string, into?: Map<string, string>): boolean {
    // RT-15: both begin with the separator, or neither does.
    if (text.startsWith(this.#separator) !== this.#leading) return false;
    return this.#runs.length === 1 ? this.#matchesFlat(text, into) : this.#matchesDeep(text, into);
  }

  #matchesFlat(text: string, into: Map<string, string> | undefined): boolean {
    const end = this.#matchRun(this.#runs[0], text, 0, text.length, into);
    if (end !== undefined) {
      return (
        this.#skipSeparators(text, end) === text.length && text.endsWith(this.#separator) === this.#trailing
      );
    }
    // RT-14: `/a/*` also matches `/a/`, where the `*` stands for the nothing behind the separator.
    if (this.#beforeLastStar === undefined || !text.endsWith(this.#separator)) return false;
    const before = this.#matchRun(this.#beforeLastStar, text, 0, text.length, into);
    return before !== undefined && this.#skipSeparators(text, before) === text.length;
  }

  #matchesDeep(text: string, into: Map<string, string> | undefined): boolean {
    const tail = this.#runs[this.#runs.length - 1];
    // RT-14: `/a/**` does not care for a trailing separator, but `/**/a` does.
    if (tail.length > 0 && text.endsWith(this.#separator) !== this.#trailing) return false;
    let at = this.#matchRun(this.#runs[0], text, 0, text.length, into);
    if (at === undefined) return false;
    const tailStart = this.#startOfLast(tail.length, text, at);
    if (tailStart === undefined) return false;
    for (let index = 1; index < this.#runs.length - 1; index++) {
      at = this.#findRun(this.#runs[index], text, at, tailStart, into);
      if (at === undefined) return false;
    }
    return this.#matchRun(tail, text, tailStart, text.length, into) !== undefined;
  }

  /** Matches a run with the segments of the destination from `at` on; returns where the last of them ends. */
  #matchRun(
    run: readonly SegmentMatcher[],
    text: string,
    at: number,
    limit: number,
    into: Map<string, string> | undefined,
  ): number | undefined {
    for (const segment of run) {
      const start = this.#skipSeparators(text, at);
      if (start >= limit) return undefined;
      const end = this.#endOfSegment(text, start);
      if (this.#meter !== undefined) this.#meter.steps++;
      if (!segment.matches(text, start, end, into)) return undefined;
      at = end;
    }
    return at;
  }

  /** Matches a run at the leftmost place that fits, from `at` on; returns where its last segment ends. */
  #findRun(
    run: readonly SegmentMatcher[],
    text: string,
    at: number,
    limit: number,
    into: Map<string, string> | undefined,
  ): number | undefined {
    let end = this.#matchRun(run, text, at, limit, into);
    while (end === undefined) {
      const start = this.#skipSeparators(text, at);
      if (start >= limit) return undefined;
      at = this.#endOfSegment(text, start);
      end = this.#matchRun(run, text, at, limit, into);
    }
    return end;
  }

  /** Where the last `count` segments begin, if there are as many from `at` on. */
  #startOfLast(count: number, text: string, at: number): number | undefined {
    let start = text.length;
    for (let segment = 0; segment < count; segment++) {
      let end = start;
      while (end > at && text.endsWith(this.#separator, end)) end--;
      if (end === at) return undefined;
      start = text.lastIndexOf(this.#separator, end - 1) + 1;
    }
    return start;
  }

  #skipSeparators(text: string, at: number): number {
    while (text.startsWith(this.#separator, at)) at++;
    return at;
  }

  #endOfSegment(text: string, start: number): number {
    const end = text.indexOf(this.#separator, start);
    return end === -1 ? text.length : end;
  }
}
