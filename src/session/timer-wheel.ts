/** The time and the only timer of the session room. Tests turn it by hand. */
export interface Clock {
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** Calls back every `periodMs` until the answer is called. It must not keep the process alive. */
  every(periodMs: number, callback: () => void): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  every: (periodMs, callback) => {
    const timer = setInterval(callback, periodMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** A scheduled callback. */
export interface WheelTimer {
  cancel(): void;
}

class Entry implements WheelTimer {
  constructor(
    readonly callback: () => void,
    private readonly index: number,
    private readonly slots: Map<number, Set<Entry>>,
  ) {}

  cancel(): void {
    const slot = this.slots.get(this.index);
    // A client chooses how far away its slots are: an empty one must not wait there until its time comes.
    if (slot?.delete(this) === true && slot.size === 0) this.slots.delete(this.index);
  }
}

/**
 * One timer for all sessions: callbacks wait in slots of {@link resolutionMs}, and a single interval, running
 * only while something waits, empties the slots that are due. Ten thousand sessions with two heart-beats each
 * cost one timer.
 *
 * A callback runs no earlier than asked and at most two slots later.
 */
export class TimerWheel {
  readonly #slots = new Map<number, Set<Entry>>();
  #next = 0;
  #coarseNow: number;
  #stop: (() => void) | undefined;

  /** @param resolutionMs the width of a slot @default 25 ms: a heart-beat is never asked for more often than that */
  constructor(
    private readonly clock: Clock = systemClock,
    readonly resolutionMs = 25,
  ) {
    this.#coarseNow = clock.now();
  }

  now(): number {
    return this.clock.now();
  }

  /**
   * The time of the last turn of the wheel, at most a slot old while anything is scheduled: cheap enough to be
   * read for every delivery.
   */
  get coarseNow(): number {
    return this.#coarseNow;
  }

  /** Calls back once after `delayMs`. */
  schedule(delayMs: number, callback: () => void): WheelTimer {
    const now = this.clock.now();
    if (this.#stop === undefined) {
      this.#coarseNow = now;
      this.#next = this.#slotOf(now);
      this.#stop = this.clock.every(this.resolutionMs, () => this.#turn());
    }
    const index = Math.max(this.#slotOf(now + delayMs) + 1, this.#next);
    let slot = this.#slots.get(index);
    if (slot === undefined) this.#slots.set(index, (slot = new Set()));
    const entry = new Entry(callback, index, this.#slots);
    slot.add(entry);
    return entry;
  }

  /** Callbacks waiting. */
  get size(): number {
    let size = 0;
    for (const slot of this.#slots.values()) size += slot.size;
    return size;
  }

  /** Forgets everything that waits. */
  stop(): void {
    for (const slot of this.#slots.values()) slot.clear();
    this.#slots.clear();
    this.#rest();
  }

  #slotOf(time: number): number {
    return Math.floor(time / this.resolutionMs);
  }

  #turn(): void {
    this.#coarseNow = this.clock.now();
    const current = this.#slotOf(this.#coarseNow);
    for (; this.#next <= current; this.#next++) {
      const slot = this.#slots.get(this.#next);
      if (slot === undefined) continue;
      for (const entry of slot) {
        slot.delete(entry);
        entry.callback();
      }
      this.#slots.delete(this.#next);
    }
    if (this.#slots.size === 0) this.#rest();
  }

  #rest(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
