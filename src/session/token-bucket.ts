/**
 * So many things a second, and some more at once after a rest. Whoever takes more than there is owes it, and has to
 * wait until that is paid.
 */
export class TokenBucket {
  #tokens: number;
  #filledAt: number;

  /**
   * @param perSecond tokens that come back in a second
   * @param capacity tokens at the beginning, and never more
   * @param now milliseconds on a monotonic clock
   */
  constructor(
    private readonly perSecond: number,
    private readonly capacity: number,
    private readonly now: () => number,
  ) {
    this.#tokens = capacity;
    this.#filledAt = now();
  }

  /** Takes tokens, be there enough of them or not. */
  take(count: number): void {
    this.#fill();
    this.#tokens -= count;
  }

  /** Takes a token if there is one. */
  tryTake(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Milliseconds until nothing is owed; 0 when nothing is. */
  get debtMs(): number {
    this.#fill();
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.perSecond) * 1000;
  }

  /** Whether half of the tokens are back: a taker that has rested. */
  get isHalfFull(): boolean {
    this.#fill();
    return this.#tokens >= this.capacity / 2;
  }

  #fill(): void {
    const now = this.now();
    const grown = this.#tokens + ((now - this.#filledAt) / 1000) * this.perSecond;
    this.#tokens = Math.min(this.capacity, grown);
    this.#filledAt = now;
  }
}
