import { Observable, filter, share } from 'rxjs';
import type { StompEvent } from '../session/stomp-event.js';
import type { StompEventBus } from '../session/stomp-event-bus.js';

/**
 * What happens to sessions and to the broker, as an rxjs stream. Inject it, or decorate a method with
 * `@EventListener`.
 *
 * ```ts
 * events.of(SessionConnectedEvent).subscribe(({ user }) => …);
 * ```
 *
 * What a subscriber throws ends the process, as with any Observable (`config.onUnhandledError` of rxjs): what may fail
 * belongs into a method with `@EventListener`, whose failures are logged.
 *
 * @publicApi
 */
export class StompEvents extends Observable<StompEvent> {
  readonly #shared: Observable<StompEvent>;

  constructor(bus: StompEventBus) {
    super((subscriber) => this.#shared.subscribe(subscriber));
    this.#shared = new Observable<StompEvent>((subscriber) =>
      bus.subscribe((event) => subscriber.next(event)),
    ).pipe(share());
  }

  /** Events of one kind. A base class stands for all that extend it. */
  of<T extends StompEvent>(type: abstract new (...args: never[]) => T): Observable<T> {
    return this.pipe(filter((event): event is T => event instanceof type));
  }
}
