import type { SimpleBrokerCluster } from '../broker/cluster/simple-broker-cluster.js';
import type { StompBrokerRelay } from '../broker/relay/stomp-broker-relay.js';
import type { StompCommand } from '../protocol/stomp-command.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import type { StompFlow } from './stomp-flow.js';

/** How often something has happened, by a code, a command and the like. */
type Counts = Readonly<Record<string, number>>;

/**
 * What is counted of the relay to a broker elsewhere.
 *
 * @publicApi
 */
export interface BrokerRelayStats {
  /** Which broker it is talked to as. */
  readonly profile: string;
  /** Attempts to reach the broker, for the application. */
  readonly attempts: number;
  readonly connections: {
    /** Clients' own, now. */
    readonly current: number;
    /** Lost and not yet made again, now. */
    readonly waiting: number;
    /** Not read from, because their clients do not keep up, now. */
    readonly heldBack: number;
    /** Let in by the broker until now; here and in the next two those that clients share count, too. */
    readonly opened: number;
    /** Of these, broken off. */
    readonly lost: number;
    /** Not made: refused, or nobody there. */
    readonly failed: number;
    /** Made again after a loss. */
    readonly restored: number;
  };
  readonly messages: { readonly in: number; readonly out: number };
  /** Frames of clients that the broker has not confirmed, now. */
  readonly pendingReceipts: number;
  /** ERROR frames of the broker. */
  readonly errors: number;
}

/**
 * What is counted of the other nodes of the simple broker.
 *
 * @publicApi
 */
export interface ClusterStats {
  /** Whether they are reached, now. */
  readonly isAvailable: boolean;
  /** How many there are, now. */
  readonly nodes: number;
  /** Addresses on the bus that this node listens to, now. */
  readonly interests: number;
  readonly messages: {
    /** To the bus. */
    readonly out: number;
    /** From other nodes, delivered here. */
    readonly in: number;
    /** That reached this node only, because the bus was away or did not keep up. */
    readonly dropped: number;
  };
  /** Octets that the bus has not taken, now. */
  readonly pendingBytes: number;
  /** Times that the bus was lost. */
  readonly losses: number;
  /** Packets that could not be read, or came from a node that does not belong here. */
  readonly unreadable: number;
}

/**
 * Everything that is counted, at one moment, as plain data. Counts are since the start of the application and only
 * grow, but for those that say "now".
 *
 * @publicApi
 */
export interface StompStatsSnapshot {
  /** Whether clients are let in: not while the application starts or stops. */
  readonly isAccepting: boolean;
  readonly isBrokerAvailable: boolean;
  readonly handshakes: {
    /** WebSockets that were opened. */
    readonly accepted: number;
    /** By HTTP status; `docs/errors.md` says what each means. */
    readonly refused: Counts;
    /** Waiting for handshake interceptors now. */
    readonly pending: number;
  };
  readonly sessions: {
    /** Not ended, now; those that have not sent CONNECT included. */
    readonly current: number;
    readonly total: number;
    /** Connected now, by what they speak. */
    readonly byVersion: Readonly<Record<StompVersion, number>>;
    /** WebSockets that are open or closing, now. */
    readonly sockets: number;
  };
  readonly connects: {
    readonly accepted: number;
    /** Refused by an authenticator, an interceptor, for want of a common version, or out of time. */
    readonly refused: number;
  };
  readonly frames: {
    /** From clients, those that were refused included; what could not be read has no command. */
    readonly in: Readonly<Record<StompCommand, number>>;
    readonly out: Readonly<Record<StompCommand, number>>;
  };
  readonly bytes: {
    /** Octets of STOMP, heart-beats included, without the framing of WebSocket. */
    readonly in: number;
    /** Octets of STOMP frames, without heart-beats and the framing of WebSocket. */
    readonly out: number;
    /** Octets that wait for all clients together, now. */
    readonly buffered: number;
  };
  readonly messages: {
    /** Given to the broker for whoever has subscribed, by clients and by the application. */
    readonly published: number;
    /** MESSAGE frames sent: one for each receiver of each message. */
    readonly delivered: number;
    /** Not sent, because the subscription or the session had ended meanwhile. */
    readonly dropped: number;
  };
  /** Of the broker, now. */
  readonly subscriptions: number;
  readonly users: {
    /** Different users, now. */
    readonly current: number;
    /** Connected sessions without a user, now. */
    readonly anonymousSessions: number;
  };
  readonly handlers: {
    readonly calls: number;
    /** Calls whose exception neither an exception handler nor a filter took. */
    readonly failures: number;
    /** Sessions for which handlers answer with streams, now. */
    readonly streamingSessions: number;
  };
  /** Refused frames by code, whether or not the session ended of it. */
  readonly refusals: Counts;
  /** Ends of sessions by their cause; `docs/errors.md` has them all. */
  readonly closes: Counts;
  /** Sessions that ended because nothing was heard of their clients: one of `closes`. */
  readonly heartBeatsLost: number;
  /** Sessions that ended because their clients did not read fast enough: two of `closes`. */
  readonly slowConsumers: number;
  /** Of the broker elsewhere; `undefined` without `brokerRelay`. */
  readonly brokerRelay?: BrokerRelayStats | undefined;
  /** Of the other nodes; `undefined` without `simpleBroker.cluster`. */
  readonly cluster?: ClusterStats | undefined;
}

/**
 * What the messaging of this process is doing and has done. Inject it, and ask for a {@link snapshot} as often as you
 * like: everything is counted anyway.
 *
 * @publicApi
 */
export class StompStats {
  constructor(private readonly flow: StompFlow) {}

  snapshot(): StompStatsSnapshot {
    const { counters, endpointServer, subProtocolHandler, simpleBroker, brokerRelay, cluster, userRegistry } =
      this.flow;
    const { closes } = counters;
    return {
      isAccepting: this.flow.isOpen,
      isBrokerAvailable: brokerRelay?.isBrokerAvailable ?? simpleBroker.isRunning,
      handshakes: {
        accepted: counters.handshakesAccepted,
        refused: counters.handshakesRefused.toObject(),
        pending: endpointServer.pendingCount,
      },
      sessions: {
        current: subProtocolHandler.sessionCount,
        total: counters.sessionsOpened,
        byVersion: { ...counters.connected },
        sockets: endpointServer.socketCount,
      },
      connects: { accepted: counters.connectsAccepted, refused: counters.connectsRefused },
      frames: { in: { ...counters.framesIn }, out: { ...counters.framesOut } },
      bytes: { in: counters.bytesIn, out: counters.bytesOut, buffered: endpointServer.bufferedBytes },
      messages: {
        published: counters.published,
        delivered: counters.framesOut.MESSAGE,
        dropped: counters.deliveriesDropped,
      },
      subscriptions: simpleBroker.subscriptionCount + (brokerRelay?.sessionCounts.subscriptions ?? 0),
      // Of this process: whoever adds up what several report shall count nobody twice.
      users: {
        current: userRegistry.localUserCount,
        anonymousSessions: userRegistry.localAnonymousSessionCount,
      },
      handlers: {
        calls: counters.handlerCalls,
        failures: counters.handlerFailures,
        streamingSessions: this.flow.annotationHandler.streamingSessionCount,
      },
      refusals: counters.refusals.toObject(),
      closes: closes.toObject(),
      heartBeatsLost: closes.of('STOMP_ERR_HEART_BEAT_LOST'),
      slowConsumers: closes.of('STOMP_ERR_SLOW_CONSUMER') + closes.of('STOMP_ERR_SNAPSHOT_LIMIT'),
      brokerRelay: brokerRelay && statsOf(brokerRelay),
      cluster: cluster && clusterStatsOf(cluster),
    };
  }

  /** One line for a log, in the manner of Spring's. */
  toString(): string {
    const { sessions, connects, frames, messages, subscriptions, users, handlers, closes, bytes } =
      this.snapshot();
    const failed = Object.entries(closes).filter(([code]) => !code.startsWith('STOMP_CLOSE_'));
    const failures = failed.map(([code, count]) => `${code} ${count}`).join(', ');
    return [
      `Sessions: ${sessions.current} current, ${sessions.total} total, ` +
        `${failed.reduce((sum, [, count]) => sum + count, 0)} ended by errors${failures && ` (${failures})`}`,
      `CONNECTs: ${connects.accepted} accepted, ${connects.refused} refused`,
      `users: ${users.current}, subscriptions: ${subscriptions}`,
      `frames: ${sumOf(frames.in)} in, ${sumOf(frames.out)} out`,
      `bytes: ${bytes.in} in, ${bytes.out} out, ${bytes.buffered} waiting`,
      `messages: ${messages.published} published, ${messages.delivered} delivered, ${messages.dropped} dropped`,
      `handlers: ${handlers.calls} calls, ${handlers.failures} failures`,
    ].join('; ');
  }
}

function statsOf(relay: StompBrokerRelay): BrokerRelayStats {
  const { counters, sessionCounts } = relay;
  return {
    profile: relay.profileName,
    attempts: relay.attempts,
    connections: {
      current: sessionCounts.open,
      waiting: sessionCounts.lost,
      heldBack: sessionCounts.heldBack,
      opened: counters.connectionsOpened,
      lost: counters.connectionsLost,
      failed: counters.connectionsFailed,
      restored: counters.sessionsRestored,
    },
    messages: { in: counters.messagesIn, out: counters.messagesOut },
    pendingReceipts: sessionCounts.pendingReceipts,
    errors: counters.errors,
  };
}

function clusterStatsOf(cluster: SimpleBrokerCluster): ClusterStats {
  const { isAvailable, nodes, interestCount, pendingBytes, counters } = cluster;
  const { published, received, dropped, losses, unreadable } = counters;
  return {
    isAvailable,
    nodes: nodes.length,
    interests: interestCount,
    messages: { out: published, in: received, dropped },
    pendingBytes,
    losses,
    unreadable,
  };
}

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
