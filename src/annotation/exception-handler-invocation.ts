import type { HandlerResults } from './handler-context.js';
import type { ResultSender } from './result-sender.js';

/** One call of an exception handler: what it produces. */
export class ExceptionHandlerInvocation implements HandlerResults {
  /** @param sender made only if there is something to send: it may need variables that the mapping lacks */
  constructor(
    private readonly name: string,
    private readonly sender: () => ResultSender,
  ) {}

  emit(value: unknown): void | Promise<void> {
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'object' && Symbol.asyncIterator in value) return this.follow();
    return this.sender()(value);
  }

  /** One frame has failed, and is answered once. */
  follow(): Promise<never> {
    return Promise.reject(
      new Error(`${this.name} returned a stream. An exception handler answers with a value or a promise.`),
    );
  }

  markStreaming(): void {
    // It is refused anyway.
  }
}
