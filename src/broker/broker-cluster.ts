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
  /** Resolved when what was just published has left. @throws ClusterError */
  confirmed(): Promise<void>;
}

/** Waits for what was just published, or is known not to have been. Nobody has to wait for it in turn. */
export function leaving(
  cluster: Pick<BrokerCluster, 'confirmed'>,
  willLeave: boolean,
  message: Message,
): Promise<void> {
  // The sender's next frames have their place behind this one already.
  message.headers.simpRelease?.();
  const left = willLeave ? cluster.confirmed() : Promise.reject(ClusterError.unavailable());
  left.catch(() => undefined);
  return left;
}

/**
 * By whose name other nodes send to the private destinations of a session.
 *
 * @param nameOf the name that the user registry knows a session by
 */
export function userOf({ headers }: Message, nameOf?: (sessionId: string) => string | undefined): string {
  const { simpSessionId = '', simpSession, simpUser = simpSession?.user } = headers;
  // As it was at the beginning: a principal may be a record that somebody changes.
  return (
    nameOf?.(simpSessionId) ?? (simpUser === undefined ? simpSessionId : destinationUserNameOf(simpUser))
  );
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
  return leaving(cluster, willLeave, message);
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
