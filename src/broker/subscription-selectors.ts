import type { Receiver } from '../messaging/client-outbound-channel.js';
import { detached } from '../messaging/detached-text.js';
import { firstNativeHeader, type Message } from '../messaging/message.js';
import { Selector } from '../messaging/selector/selector.js';
import { BySubscription } from './by-subscription.js';

/**
 * The selectors of a broker's subscriptions. It stands beside the registry, so that a registry of the application
 * need not know of it, and subscriptions without a selector cost nothing.
 */
export class SubscriptionSelectors {
  readonly #selectors = new BySubscription<Selector>();

  /** @param headerName the SUBSCRIBE header that holds a selector; without it nobody can have one */
  constructor(private readonly headerName: string | undefined) {}

  /**
   * The selector of a SUBSCRIBE, which is not kept yet; an empty one selects everything, as in JMS.
   *
   * @throws SelectorError if it cannot be read. Spring would deliver everything, which the client asked not to get
   */
  read(subscribe: Message): Selector | undefined {
    if (this.headerName === undefined) return undefined;
    const source = firstNativeHeader(subscribe, this.headerName);
    return source === undefined || source.trim() === '' ? undefined : new Selector(detached(source));
  }

  /** Keeps the selector of a subscription in place of the one it had. */
  add(sessionId: string, subscriptionId: string, selector: Selector | undefined): void {
    if (selector === undefined) this.remove(sessionId, subscriptionId);
    else this.#selectors.set(sessionId, detached(subscriptionId), selector);
  }

  /** Forgets one; nothing happens if it is not there. */
  remove(sessionId: string, subscriptionId: string): void {
    this.#selectors.delete(sessionId, subscriptionId);
  }

  /** Forgets all of a session. */
  removeSession(sessionId: string): void {
    this.#selectors.deleteSession(sessionId);
  }

  /** Those who want the message: the same list if nobody has a selector. */
  filter(receivers: Iterable<Receiver>, message: Message): Iterable<Receiver> {
    if (this.#selectors.isEmpty) return receivers;
    const wanting: Receiver[] = [];
    for (const receiver of receivers) {
      const selector = this.#selectors.get(receiver.sessionId, receiver.subscriptionId);
      if (selector === undefined || selector.matches(message)) wanting.push(receiver);
    }
    return wanting;
  }
}
