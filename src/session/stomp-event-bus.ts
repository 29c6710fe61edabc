import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import { textOfThrown } from '../messaging/thrown-text.js';
import type { StompEvent } from './stomp-event.js';

/** Looks at every event and decides whether it concerns it. */
export type StompEventListener = (event: StompEvent) => unknown;

/** Where the rooms tell what has happened. */
export interface StompEventPublisher {
  /** Resolved when every listener has finished. It never fails. */
  publish(event: StompEvent): MaybePromise<void>;
}

/** Hands events to listeners in order of their registration. A listener that fails costs the others nothing. */
export class StompEventBus implements StompEventPublisher {
  readonly #listeners = new Set<StompEventListener>();
  #last: StompEventListener = () => undefined;

  constructor(private readonly logger: MessagingLogger) {}

  /** Adds a listener. The answer takes it away again. */
  subscribe(listener: StompEventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Has a listener called when all others have finished with an event. */
  finishWith(listener: StompEventListener): void {
    this.#last = listener;
  }

  publish(event: StompEvent): MaybePromise<void> {
    const told = this.#tell(event, this.#listeners);
    const finish = (): MaybePromise<void> => this.#tell(event, [this.#last]);
    return isPromise(told) ? told.then(finish) : finish();
  }

  #tell(event: StompEvent, listeners: Iterable<StompEventListener>): MaybePromise<void> {
    let pending: Promise<unknown>[] | undefined;
    for (const listener of listeners) {
      try {
        const answer = listener(event);
        if (isPromise(answer)) {
          (pending ??= []).push(answer.catch((error: unknown) => this.#report(event, error)));
        }
      } catch (error) {
        this.#report(event, error);
      }
    }
    return pending === undefined ? undefined : Promise.all(pending).then(() => undefined);
  }

  #report(event: StompEvent, error: unknown): void {
    const [text, stack] =
      error instanceof Error ? [error.message, error.stack] : [textOfThrown(error), undefined];
    this.logger.error(`A listener of ${event.constructor.name} failed: ${text}`, stack);
  }
}
