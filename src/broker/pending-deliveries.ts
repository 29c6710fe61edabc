/** A delivery and its number. */
export interface PendingDelivery<T> {
  readonly number: number;
  readonly value: T;
}

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
    if (this.isCumulative) this.#order.push(number);
  }

  /** Takes those out that settling this one settles: none when it is settled itself. */
  settle(number: number): T[] {
    if (!this.#byNumber.has(number)) return [];
    if (!this.isCumulative) return this.remove(number);
    const settled: T[] = [];
    while (this.#head < this.#order.length && this.#order[this.#head] <= number) {
      settled.push(...this.remove(this.#order[this.#head]));
      this.#head++;
    }
    this.#trim();
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

  /** The one that was added first. */
  get oldest(): PendingDelivery<T> | undefined {
    for (const [number, value] of this.#byNumber) return { number, value };
    return undefined;
  }

  /** What was settled is given back when it is most of the list: amortised, nothing is moved twice. */
  #trim(): void {
    while (this.#head < this.#order.length && !this.#byNumber.has(this.#order[this.#head])) this.#head++;
    if (this.#head * 2 <= this.#order.length) return;
    this.#order = this.#order.slice(this.#head);
    this.#head = 0;
  }
}
