import type { Receiver } from '../messaging/client-outbound-channel.js';
import { CLIENT_PATTERN_LIMITS } from '../messaging/destination/destination-pattern-limits.js';
import {
  DestinationPattern,
  type DestinationSeparator,
} from '../messaging/destination/destination-pattern.js';
import { detached } from '../messaging/detached-text.js';
import { DestinationTrie } from '../messaging/destination/destination-trie.js';
import { BySubscription } from './by-subscription.js';
import type { SubscriptionRegistry } from './subscription-registry.js';

interface Subscription extends Receiver {
  readonly pattern: DestinationPattern;
}

const NOBODY: readonly Receiver[] = [];

/**
 * Literal subscriptions in a map, patterns in a trie: what a publish costs does not depend on subscriptions that
 * do not match, and nothing is cached that a client could make grow.
 */
export class DefaultSubscriptionRegistry implements SubscriptionRegistry {
  readonly #subscriptions = new BySubscription<Subscription>();
  readonly #literals = new Map<string, Set<Subscription>>();
  readonly #patterns: DestinationTrie<Subscription> = new DestinationTrie();
  #size = 0;

  /** @param separator between the segments of a destination @default '/' */
  constructor(private readonly separator: DestinationSeparator = '/') {}

  get size(): number {
    return this.#size;
  }

  add(sessionId: string, subscriptionId: string, destination: string): void {
    const pattern = this.#patternOf(destination);
    this.remove(sessionId, subscriptionId);
    const subscription = { sessionId, subscriptionId: detached(subscriptionId), pattern };
    this.#subscriptions.set(sessionId, subscription.subscriptionId, subscription);
    this.#size++;
    if (pattern.isPattern) {
      this.#patterns.add(pattern, subscription);
      return;
    }
    const literals = this.#literals.get(pattern.source);
    if (literals === undefined) this.#literals.set(pattern.source, new Set([subscription]));
    else literals.add(subscription);
  }

  remove(sessionId: string, subscriptionId: string): void {
    const subscription = this.#subscriptions.delete(sessionId, subscriptionId);
    if (subscription !== undefined) this.#forget(subscription);
  }

  removeSession(sessionId: string): void {
    for (const subscription of this.#subscriptions.deleteSession(sessionId)) this.#forget(subscription);
  }

  find(destination: string): Iterable<Receiver> {
    const literals = this.#literals.get(destination) ?? NOBODY;
    if (this.#patterns.size === 0) return literals;
    const found: Receiver[] = [...literals];
    this.#patterns.forEachMatch(destination, (subscription) => found.push(subscription));
    return found;
  }

  /** Most subscriptions are to what somebody has subscribed to already: then they share its text and pattern. */
  #patternOf(destination: string): DestinationPattern {
    for (const { pattern } of this.#literals.get(destination) ?? []) return pattern;
    return DestinationPattern.compile(detached(destination), {
      separator: this.separator,
      limits: CLIENT_PATTERN_LIMITS,
    });
  }

  #forget(subscription: Subscription): void {
    const { pattern } = subscription;
    this.#size--;
    if (pattern.isPattern) {
      this.#patterns.remove(pattern, subscription);
      return;
    }
    const literals = this.#literals.get(pattern.source);
    if (literals?.delete(subscription) === true && literals.size === 0) this.#literals.delete(pattern.source);
  }
}
