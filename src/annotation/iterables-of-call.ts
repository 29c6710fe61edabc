import { AsyncIterableResults, isAsyncIterable } from './async-iterable-results.js';

/** The async iterables that one call of a handler has returned: one, unless an interceptor calls it again. */
export class IterablesOfCall {
  readonly #results: AsyncIterableResults[] = [];
  #isOver = false;

  /**
   * @param whenSent resolved when nothing waits to be sent
   * @param onLateFailure told of what an iterable throws when nobody wants its values any more
   */
  constructor(
    private readonly whenSent: () => Promise<void>,
    private readonly onLateFailure: (error: unknown) => void,
  ) {}

  /** An async iterable as an Observable, everything else as it is. */
  toObservable(value: unknown): unknown {
    if (!isAsyncIterable(value)) return value;
    const results = new AsyncIterableResults(value, this.whenSent, this.onLateFailure);
    this.#results.push(results);
    // The session may have ended while the handler was still at work.
    if (this.#isOver) results.discard();
    return results.values;
  }

  /** The call is over: what nobody has begun to read will not be read. */
  end(): void {
    this.#isOver = true;
    for (const results of this.#results) results.discard();
  }
}
