import type { Receiver } from '../messaging/client-outbound-channel.js';

/**
 * Who is subscribed to what, for one broker. Replaceable: the broker asks nothing else of it.
 *
 * @publicApi
 */
export interface SubscriptionRegistry {
  /** Subscriptions held. */
  readonly size: number;
  /**
   * Adds a subscription. Session and id together are unique; the session room sees to that.
   *
   * @param destination a literal, or a pattern with `*`, `**`, `?`, `{name}`
   * @throws DestinationPatternError when it is a pattern that cannot be compiled or is too large
   */
  add(sessionId: string, subscriptionId: string, destination: string): void;
  /** Removes one subscription; nothing happens if it is not there. */
  remove(sessionId: string, subscriptionId: string): void;
  /** Removes all subscriptions of a session. */
  removeSession(sessionId: string): void;
  /** Everybody whose literal equals, or whose pattern matches, a destination. */
  find(destination: string): Iterable<Receiver>;
}
