import { Observable, type Subscriber } from 'rxjs';

/** Whether a handler has returned an async iterable: what an `async *` method returns, or a stream of Node. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof (value as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator] ===
    'function'
  );
}

/**
 * An async iterable as an Observable that keeps its pace: the next value is asked for when everything that came of the one
 * before has been sent.
 */
export class AsyncIterableResults {
  #isUsed = false;

  /** Begins when it is subscribed to; unsubscribing returns the iterator, so that its `finally` blocks run. */
  readonly values = new Observable<unknown>((subscriber) => {
    this.#isUsed = true;
    const iterator = this.iterable[Symbol.asyncIterator]();
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    void this.#read(iterator, subscriber, () => isOver, end);
    return () => {
      if (isOver) return;
      end();
      void this.#return(iterator);
    };
  });

  /**
   * @param whenSent resolved when nothing waits to be sent
   * @param onLateFailure told of what is thrown when nobody wants values any more
   */
  constructor(
    private readonly iterable: AsyncIterable<unknown>,
    private readonly whenSent: () => Promise<void>,
    private readonly onLateFailure: (error: unknown) => void,
  ) {}

  /** Lets go of an iterable that nobody has subscribed to: it may hold something since it was made. */
  discard(): void {
    if (this.#isUsed) return;
    this.#isUsed = true;
    try {
      void this.#return(this.iterable[Symbol.asyncIterator]());
    } catch (error) {
      this.onLateFailure(error);
    }
  }

  async #read(
    iterator: AsyncIterator<unknown>,
    subscriber: Subscriber<unknown>,
    isOver: () => boolean,
    end: () => void,
  ): Promise<void> {
    try {
      while (!isOver()) {
        const { done, value } = await iterator.next();
        if (isOver()) return;
        if (done === true) {
          end();
          subscriber.complete();
          return;
        }
        subscriber.next(value);
        await this.whenSent();
        // One that never waits would let nobody else run, not even who wants to unsubscribe.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      if (isOver()) {
        this.onLateFailure(error);
        return;
      }
      end();
      subscriber.error(error);
    }
  }

  async #return(iterator: AsyncIterator<unknown>): Promise<void> {
    try {
      await iterator.return?.();
    } catch (error) {
      this.onLateFailure(error);
    }
  }
}
