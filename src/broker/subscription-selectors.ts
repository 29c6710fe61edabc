import type { Receiver } from '../messaging/client-outbound-channel.js';
import { detached } from '../messaging/detached-text.js';
import { firstNativeHeader, type Message } from '../messaging/message.js';
import { SelectorError } from '../messaging/selector/selector-error.js';
import { Selector } from '../messaging/selector/selector.js';
import { BySubscription } from './by-subscription.js';

/**
 * Characters of the selectors of a session together: a LIKE can cost a message a step for each of its characters and
 * each of a header's. That is 32 selectors of the greatest length, or a thousand of the usual one.
 */
const MAX_LENGTH_OF_SESSION = 32 * 1024;

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
   * @throws SelectorError if it cannot be read, or the session has too many. Spring would deliver everything, which the
   * client asked not to get
   */
  read(subscribe: Message): Selector | undefined {
    if (this.headerName === undefined) return undefined;
    const source = firstNativeHeader(subscribe, this.headerName);
    if (source === undefined || source.trim() === '') return undefined;
    const selector = new Selector(detached(source));
    this.#requireRoom(subscribe, selector);
    return selector;
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

  #requireRoom({ headers: { simpSessionId = '', simpSubscriptionId } }: Message, { length }: Selector): void {
    let total = length;
    for (const [id, other] of this.#selectors.ofSession(simpSessionId)) {
      if (id !== simpSubscriptionId) total += other.length;
    }
    if (total <= MAX_LENGTH_OF_SESSION) return;
    throw new SelectorError({
      code: 'STOMP_ERR_SELECTOR_LIMIT',
      position: length,
      problem: `the selectors of the session have more than ${MAX_LENGTH_OF_SESSION} characters together`,
      remedy: 'Use shorter selectors, or UNSUBSCRIBE some',
    });
  }
}
