import type { Patience } from './patience.js';

/** What has arrived and has not been taken yet, and who waits for more. */
export class Inbox<T> {
  readonly #items: T[] = [];
  readonly #waiting: (() => void)[] = [];
  #isComplete = false;

  constructor(private readonly patience: Patience) {}

  get size(): number {
    return this.#items.length;
  }

  put(item: T): void {
    this.#items.push(item);
    this.#wake();
  }

  /** Nothing more will come: nobody has to wait for it. */
  complete(): void {
    this.#isComplete = true;
    this.#wake();
  }

  /**
   * Takes the first item that matches, as soon as there is one; others stay.
   *
   * @param explain says what was waited for, if it does not come in time or at all
   */
  async take(explain: () => string, matches: (item: T) => boolean = () => true): Promise<T> {
    const deadline = this.patience.deadline();
    for (;;) {
      const index = this.#items.findIndex(matches);
      if (index >= 0) return this.#items.splice(index, 1)[0];
      if (this.#isComplete) throw new Error(explain());
      await this.patience.wait(
        new Promise<void>((resolve) => this.#waiting.push(resolve)),
        explain,
        deadline,
      );
    }
  }

  takeAll(): T[] {
    return this.#items.splice(0);
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
