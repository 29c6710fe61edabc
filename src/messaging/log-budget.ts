/** Lines about one client, or one cause, within {@link WINDOW_MS}: enough to see what goes wrong. */
const TOLD = 10;
const WINDOW_MS = 60_000;

/**
 * How many warnings one client, or one cause, may fill the log with: ten a minute. What goes beyond belongs into the
 * debug log, or a client could fill the disk.
 */
export class LogBudget {
  #windowStart = -Infinity;
  #lines = 0;

  /** @param now milliseconds on a monotonic clock */
  constructor(private readonly now: () => number) {}

  /**
   * Takes one line from the budget.
   *
   * @returns `last` for a line after which the reader should be told that more are only in the debug log, `spent` for
   * those
   */
  spend(): 'told' | 'last' | 'spent' {
    const now = this.now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#lines = 0;
    }
    this.#lines++;
    if (this.#lines < TOLD) return 'told';
    return this.#lines === TOLD ? 'last' : 'spent';
  }
}
