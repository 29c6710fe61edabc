import {
  concatMap,
  dematerialize,
  materialize,
  tap,
  type Observable,
  type ObservableNotification,
} from 'rxjs';
import { MessageRejectedError } from '../messaging/messaging-error.js';
import type { Message } from '../messaging/message.js';
import { Backlog } from './backlog.js';
import type { HandlerResults } from './handler-context.js';
import type { ResultSender } from './result-sender.js';
import type { ResultStreams } from './result-streams.js';

/**
 * One call of a handler: what it produces, and when the message counts as handled. That is when all results are
 * sent; for a handler that answers with a stream, when the stream has begun, because it may never end.
 */
export class HandlerInvocation implements HandlerResults {
  #begin: () => void = () => undefined;
  #hasBegun = false;
  #isStream = false;
  #isFollowed = false;
  #unsent: Backlog | undefined;

  constructor(
    private readonly message: Message,
    private readonly sender: ResultSender,
    private readonly streams: ResultStreams,
    readonly handleException: (thrown: unknown) => Promise<boolean>,
  ) {}

  /** Resolved when a stream has begun; never, when there is none. */
  get streaming(): Promise<void> {
    return this.#hasBegun ? Promise.resolve() : new Promise((resolve) => (this.#begin = resolve));
  }

  emit(value: unknown): void | Promise<void> {
    if (value === null || value === undefined) return undefined;
    return this.sender(value);
  }

  markStreaming(): void {
    this.#isStream = true;
    // One that may not run has not begun: then the message fails.
    if (this.#isFollowed) this.#streamBegins();
  }

  whenSent(): Promise<void> {
    return this.#unsent?.whenEmpty() ?? Promise.resolve();
  }

  follow(results: Observable<unknown>): Promise<void> {
    const { simpSession, simpSessionId = '', simpMessageType, simpSubscriptionId } = this.message.headers;
    if (this.streams.hasEnded(simpSession)) return Promise.resolve();
    if (!this.streams.mayStart(simpSessionId)) {
      return Promise.reject(new MessageRejectedError('Too many streams of this session are running'));
    }
    this.#isFollowed = true;
    const unsent = (this.#unsent = new Backlog());
    if (this.#isStream) this.#streamBegins();
    return new Promise((resolve, reject) => {
      const stream = results
        .pipe(
          // An error takes its turn like a value: it must not overtake what was emitted before it.
          materialize(),
          tap(() => unsent.add()),
          concatMap((notification) => this.#take(notification, unsent)),
          dematerialize(),
        )
        .subscribe({ error: reject, complete: resolve });
      const subscriptionId = simpMessageType === 'SUBSCRIBE' ? simpSubscriptionId : undefined;
      this.streams.add(simpSessionId, subscriptionId, stream, resolve);
    });
  }

  #streamBegins(): void {
    this.#hasBegun = true;
    this.#begin();
  }

  async #take(
    notification: ObservableNotification<unknown>,
    unsent: Backlog,
  ): Promise<ObservableNotification<unknown>> {
    if (notification.kind === 'N') await this.emit(notification.value);
    unsent.remove();
    return notification;
  }
}
