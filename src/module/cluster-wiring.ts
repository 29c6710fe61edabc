import { leaving } from '../broker/broker-cluster.js';
import { messageFrom } from '../broker/cluster/cluster-packet.js';
import type { SimpleBrokerCluster } from '../broker/cluster/simple-broker-cluster.js';
import type { SimpleBroker } from '../broker/simple-broker.js';
import { firstNativeHeader, type Message } from '../messaging/message.js';
import type { StompEventBus } from '../session/stomp-event-bus.js';
import type { DefaultSimpUserRegistry } from '../user/default-simp-user-registry.js';
import type { UserCluster } from '../user/user-destination-message-handler.js';
import type { UserDestinationResolver } from '../user/user-destination-resolver.js';

/*
 * `user` and `broker` are siblings, and a cluster is about both: here they meet.
 */

/** What takes part in a cluster. */
export interface ClusterParts {
  readonly eventBus: StompEventBus;
  readonly userRegistry: DefaultSimpUserRegistry;
  readonly userDestinations: UserDestinationResolver;
  readonly simpleBroker: SimpleBroker;
}

/** The other nodes, as the room of users knows them. */
export function userCluster(cluster: SimpleBrokerCluster, { remote }: DefaultSimpUserRegistry): UserCluster {
  return {
    requireSendable: (message, elsewhere) => cluster.requireSendable(message, elsewhere),
    sendToUser: (message, elsewhere) => {
      const willLeave = cluster.sendToUser(message, elsewhere);
      const isAsked = firstNativeHeader(message, 'receipt') !== undefined;
      return isAsked ? leaving(cluster, willLeave, message) : undefined;
    },
    isThere: ({ user, sessionId }) =>
      sessionId === undefined ? remote.hasUser(user) : remote.isSessionOf(user, sessionId),
  };
}

/** Begins: from now on this node tells the others of its sessions, and takes what they send. */
export function joinCluster(
  cluster: SimpleBrokerCluster,
  { eventBus, userRegistry, userDestinations, simpleBroker }: ClusterParts,
): void {
  eventBus.subscribe(cluster.directory.onEvent);
  userRegistry.disconnectElsewhere = (nodeId, sessionIds, how) => cluster.disconnect(nodeId, sessionIds, how);
  cluster.start({
    published: (message) => simpleBroker.handleElsewhere(messageFrom(message)),
    sentToUser: (message, user) => {
      const sessionIds = userDestinations.sessionIdsFor({ user, sessionId: message.sessionId });
      if (sessionIds.length > 0) simpleBroker.handleElsewhere(messageFrom(message, sessionIds));
    },
    disconnect: (sessionIds, how) => {
      for (const sessionId of sessionIds) userRegistry.disconnectHere(sessionId, how);
    },
  });
}

/**
 * What the application publishes on one destination keeps its order, however long interceptors look at it. All users'
 * private destinations have the same names, but one user's messages do not wait for another's.
 */
export function orderOnBrokerChannel({ headers }: Message): string | undefined {
  const { simpDestination, simpUserSessionIds, simpUserElsewhere } = headers;
  if (simpUserSessionIds === undefined) return simpDestination;
  return `${simpDestination} ${simpUserElsewhere?.user ?? simpUserSessionIds.join(' ')}`;
}
