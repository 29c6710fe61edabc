/** How often something that goes on is told where operators look. */
const REMINDER_MS = 60_000;

/** Keeps what happens again and again, of which clients may be the cause, to one line a minute in the log. */
export class Reminder {
  #last = -Infinity;
  #untold = 0;

  /** @param now milliseconds on a monotonic clock */
  constructor(private readonly now: () => number) {}

  /** @returns how many were not told since the last that was; `undefined` when this is one of them */
  due(): number | undefined {
    const now = this.now();
    if (now - this.#last < REMINDER_MS) {
      this.#untold++;
      return undefined;
    }
    const untold = this.#untold;
    this.#last = now;
    this.#untold = 0;
    return untold;
  }

  /** It is over: the next time is told at once. */
  reset(): void {
    this.#last = -Infinity;
    this.#untold = 0;
  }
}
