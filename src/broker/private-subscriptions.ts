import type { Receiver } from '../messaging/client-outbound-channel.js';
import type { DestinationSeparator } from '../messaging/destination/destination-pattern.js';
import { DefaultSubscriptionRegistry } from './default-subscription-registry.js';

/**
 * Subscriptions to user destinations, each session's in a registry of its own. A message for some sessions looks into
 * theirs only, so whatever somebody else subscribes to, literal or wildcard, cannot match.
 */
export class PrivateSubscriptions {
  readonly #sessions = new Map<string, DefaultSubscriptionRegistry>();

  /** @param separator between the segments of a destination */
  constructor(private readonly separator: DestinationSeparator) {}

  get size(): number {
    let size = 0;
    for (const registry of this.#sessions.values()) size += registry.size;
    return size;
  }

  /** @throws DestinationPatternError when the destination is a pattern that cannot be compiled or is too large */
  add(sessionId: string, subscriptionId: string, destination: string): void {
    const registry = this.#sessions.get(sessionId) ?? new DefaultSubscriptionRegistry(this.separator);
    registry.add(sessionId, subscriptionId, destination);
    this.#sessions.set(sessionId, registry);
  }

  remove(sessionId: string, subscriptionId: string): void {
    const registry = this.#sessions.get(sessionId);
    registry?.remove(sessionId, subscriptionId);
    if (registry?.size === 0) this.#sessions.delete(sessionId);
  }

  removeSession(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  /** Those of some sessions that match a destination. */
  find(destination: string, sessionIds: readonly string[]): readonly Receiver[] {
    const found: Receiver[] = [];
    for (const sessionId of sessionIds) {
      const registry = this.#sessions.get(sessionId);
      if (registry !== undefined) for (const receiver of registry.find(destination)) found.push(receiver);
    }
    return found;
  }
}
