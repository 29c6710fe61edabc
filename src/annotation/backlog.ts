/** Counts what waits to be sent, and tells when nothing does. */
export class Backlog {
  #size = 0;
  #whenEmpty: (() => void)[] = [];

  add(): void {
    this.#size++;
  }

  remove(): void {
    this.#size--;
    if (this.#size === 0) for (const tell of this.#whenEmpty.splice(0)) tell();
  }

  whenEmpty(): Promise<void> {
    return this.#size === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenEmpty.push(resolve));
  }
}
