import type { Observable } from 'rxjs';
import type { MaybePromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';
import type { SimpSession } from '../messaging/simp-session.js';

/** Receives what one call of a handler produces. */
export interface HandlerResults {
  /** A value, from a return, a promise or an Observable. */
  emit(value: unknown): void | Promise<void>;
  /** The handler has returned an Observable and will emit as long as that lives. */
  follow(results: Observable<unknown>): Promise<void>;
  /** Resolved when nothing that has been emitted waits to be sent. Who takes no streams has nothing that waits. */
  whenSent?(): Promise<void>;
  /** The handler itself, not only an interceptor around it, answers with a stream. */
  markStreaming(): void;
  /**
   * Asked about everything that goes wrong, before Nest's exception filters are. Exception handlers have nobody to ask.
   *
   * @returns whether it is dealt with
   */
  handleException?(thrown: unknown): Promise<boolean>;
}

/** What an exception handler is called for. */
export interface HandledException {
  readonly thrown: unknown;
  /** What the method was found for: `thrown`, or a cause of it. */
  readonly exception: unknown;
}

/**
 * Calls a handler through Nest's guards, interceptors, pipes and filters, or an exception handler without them. It ends
 * when the handler's results have been emitted, or rejects with what no exception filter handled. It answers no promise
 * when nobody has anything to wait for.
 */
export type HandlerContext = (
  session: SimpSession | undefined,
  payload: unknown,
  message: Message,
  results: HandlerResults,
  exception?: HandledException,
) => MaybePromise<unknown>;
