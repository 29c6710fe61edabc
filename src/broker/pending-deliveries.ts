/** Settled numbers that may stand between pending ones before the list is made anew. */
const SLACK = 64;

/**
 * Deliveries of one subscription that are not acknowledged, by number. Numbers only grow.
 *
 * Settling costs the same however many are pending: each delivery is looked at once.
 */
export class PendingDeliveries<T> {
  readonly #byNumber = new Map<number, T>();
  /** For cumulative settling: numbers in order, some of which may be settled already. */
  #order: number[] = [];
  #head = 0;

  /** @param isCumulative whether settling one settles all before it */
  constructor(private readonly isCumulative: boolean) {}

  get size(): number {
    return this.#byNumber.size;
  }

  add(number: number, value: T): void {
    this.#byNumber.set(number, value);
    if (!this.isCumulative) return;
    this.#order.push(number);
    this.#trim();
  }

  /** Takes those out that settling this one settles: none when it is settled itself. */
  settle(number: number): T[] {
    if (!this.isCumulative || !this.#byNumber.has(number)) return this.remove(number);
    const settled: T[] = [];
    for (; this.#head < this.#order.length && this.#order[this.#head] <= number; this.#head++) {
      settled.push(...this.remove(this.#order[this.#head]));
    }
    return settled;
  }

  /** Takes this one out and no other. */
  remove(number: number): T[] {
    const value = this.#byNumber.get(number);
    return this.#byNumber.delete(number) ? [value as T] : [];
  }

  /** Takes all out, in the order in which they were added. */
  clear(): T[] {
    const all = [...this.#byNumber.values()];
    this.#byNumber.clear();
    this.#order = [];
    this.#head = 0;
    return all;
  }

  /** Amortised, each number is moved once: there are twice as many as are pending. */
  #trim(): void {
    if (this.#order.length <= 2 * this.#byNumber.size + SLACK) return;
    this.#order = this.#order.slice(this.#head).filter((number) => this.#byNumber.has(number));
    this.#head = 0;
  }
}
