import type { FirstMessage, Message } from '../messaging/message.js';
import { destinationUserNameOf } from '../messaging/principal.js';
import { ClusterError } from './cluster/cluster-error.js';

/** What the simple broker needs of the other nodes of a cluster. */
export interface BrokerCluster {
  /** @returns resolved when the subscription hears the other nodes as well; `undefined` when there is nothing to wait for */
  subscribed(sessionId: string, subscriptionId: string, destination: string): Promise<void> | undefined;
  /** The same, for destinations of a user, or of an anonymous session by its id. */
  subscribedForUser(sessionId: string, subscriptionId: string, user: string): Promise<void> | undefined;
  unsubscribed(sessionId: string, subscriptionId: string): void;
  sessionEnded(sessionId: string): void;
  /** @throws ClusterError for what the other nodes cannot be sent */
  requireSendable(message: Message<Uint8Array>): void;
  /** @returns whether it will reach the others */
  publish(message: Message<Uint8Array>): boolean;
  /** Resolved when all that was published has left. @throws ClusterError */
  flush(): Promise<void>;
}

/** By whose name other nodes send to the private destinations of a session. */
export function userOf({ headers }: Message): string {
  const { simpSessionId = '', simpSession, simpUser = simpSession?.user } = headers;
  return simpUser === undefined ? simpSessionId : destinationUserNameOf(simpUser);
}

/**
 * Publishes on the other nodes.
 *
 * @param confirm whether somebody waits until it has left, or is known not to have
 */
export function published(
  cluster: BrokerCluster,
  message: Message<Uint8Array>,
  confirm: boolean,
): Promise<void> | undefined {
  const willLeave = cluster.publish(message);
  if (!confirm) return undefined;
  // The sender's next frames have their place behind this one already.
  message.headers.simpRelease?.();
  return willLeave ? cluster.flush() : Promise.reject(ClusterError.unavailable());
}

/** A snapshot is made when what follows it arrives from everywhere; what arrives meanwhile waits behind it. */
export function firstAfter(elsewhere: Promise<void> | undefined, first: FirstMessage): FirstMessage {
  if (elsewhere === undefined) return first;
  return {
    take: () => elsewhere.then(() => first.take()),
    includes: (message) => first.includes(message),
    waitFor: (sent) => first.waitFor(sent),
  };
}
