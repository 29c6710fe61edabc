interface Waiter {
  /** The number of the last publication that it waits for. */
  readonly until: number;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * What has been published and not been answered. Redis answers in the order in which it is asked, so counting is enough to
 * know what a reply stands for, and all who wait for the same publication share one promise.
 */
export class UnansweredPublications {
  readonly #waiters: Waiter[] = [];
  #published = 0;
  #answered = 0;
  #bytes = 0;
  #failure: Error | undefined;

  /** Octets that have not been answered. */
  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#published++;
    this.#bytes += bytes;
  }

  /** The oldest one is answered. */
  answered(bytes: number): void {
    if (this.#failure !== undefined) return;
    this.#answered++;
    this.#bytes -= bytes;
    while (this.#waiters[0] !== undefined && this.#waiters[0].until <= this.#answered)
      this.#waiters.shift()?.resolve();
  }

  /** None will be answered any more. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#bytes = 0;
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }

  /** Resolved when all that was added so far is answered. */
  allAnswered(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#answered === this.#published) return Promise.resolve();
    const last = this.#waiters.at(-1);
    if (last?.until === this.#published) return last.promise;
    return this.#wait();
  }

  #wait(): Promise<void> {
    let resolve: () => void = () => {};
    let reject: (error: Error) => void = () => {};
    const promise = new Promise<void>((resolveIt, rejectIt) => {
      resolve = resolveIt;
      reject = rejectIt;
    });
    this.#waiters.push({ until: this.#published, promise, resolve, reject });
    return promise;
  }
}
