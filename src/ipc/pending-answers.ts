interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Questions by their number, until the hub answers or is lost. */
export class PendingAnswers {
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  expect(): { readonly number: number; readonly answered: Promise<void> } {
    // It has four octets on the wire.
    const number = (this.#last = (this.#last + 1) >>> 0);
    const answered = new Promise<void>((resolve, reject) => this.#pending.set(number, { resolve, reject }));
    return { number, answered };
  }

  answer(number: number): void {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    pending?.resolve();
  }

  reject(error: Error): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of all) reject(error);
  }
}
