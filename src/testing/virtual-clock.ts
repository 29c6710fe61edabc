import type { Clock } from '../session/timer-wheel.js';

interface Interval {
  readonly periodMs: number;
  readonly callback: () => void;
  due: number;
}

/**
 * A clock that stands still until a test turns it.
 *
 * Sessions look at it for the time to CONNECT, heart-beats and the end of a user's credentials. They do so in steps of
 * 25 ms, so what is due after some time has happened when two steps more have passed.
 *
 * @publicApi
 */
export class VirtualClock implements Clock {
  #now: number;
  readonly #intervals = new Set<Interval>();

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  /** Intervals that somebody still waits for. */
  get intervals(): number {
    return this.#intervals.size;
  }

  /** Milliseconds that have passed. */
  now(): number {
    return this.#now;
  }

  every(periodMs: number, callback: () => void): () => void {
    const interval = { periodMs, callback, due: this.#now + periodMs };
    this.#intervals.add(interval);
    return () => this.#intervals.delete(interval);
  }

  /** Lets time pass; every interval calls back whenever its period is over. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = next.due;
      next.due += next.periodMs;
      next.callback();
    }
    this.#now = end;
  }

  /** Lets time pass as a process that was stopped sees it: each interval calls back once, late, at the end. */
  oversleep(ms: number): void {
    this.#now += ms;
    for (const interval of this.#intervals) {
      if (interval.due > this.#now) continue;
      interval.due = this.#now + interval.periodMs;
      interval.callback();
    }
  }

  #next(end: number): Interval | undefined {
    let next: Interval | undefined;
    for (const interval of this.#intervals) {
      if (interval.due <= end && (next === undefined || interval.due < next.due)) next = interval;
    }
    return next;
  }
}
