import type { Message } from '../messaging/message.js';
import type { Principal } from '../messaging/principal.js';
import type { SimpSession } from '../messaging/simp-session.js';
import type { CloseCause } from './close-cause.js';

/**
 * Something has happened to a session. The names and moments are Spring's, each event comes exactly once, and those
 * of one session come in order.
 *
 * @publicApi
 */
export abstract class SessionEvent {
  /** Milliseconds since 1970. */
  readonly timestamp = Date.now();
  /** Whose session it is, as far as that is known at this moment; `undefined` while it is anonymous. */
  readonly user: Principal | undefined;

  constructor(
    readonly session: SimpSession,
    /** The message that is the occasion: the client's frame, or the broker's answer to it. */
    readonly message: Message,
    user: Principal | undefined = session.user,
  ) {
    this.user = user;
  }
}

/**
 * A client's CONNECT has been accepted by `clientInboundChannel` and its interceptors. `user` is the user whom they
 * named.
 *
 * @publicApi
 */
export class SessionConnectEvent extends SessionEvent {
  constructor(session: SimpSession, message: Message) {
    super(session, message, message.headers.simpUser);
  }
}

/**
 * CONNECTED has been sent: the session may send and receive, and the user registry knows its user.
 *
 * @publicApi
 */
export class SessionConnectedEvent extends SessionEvent {}

/**
 * A SUBSCRIBE has been accepted by `clientInboundChannel` and its interceptors, also one that nobody serves. To
 * know that a subscription is live, wait for {@link SessionSubscribedEvent}.
 *
 * @publicApi
 */
export class SessionSubscribeEvent extends SessionEvent {}

/**
 * A subscription is live: what is published from now on reaches it, and its RECEIPT has been sent. Spring has no
 * such event.
 *
 * @publicApi
 */
export class SessionSubscribedEvent extends SessionEvent {}

/**
 * An UNSUBSCRIBE has been accepted by `clientInboundChannel` and its interceptors.
 *
 * @publicApi
 */
export class SessionUnsubscribeEvent extends SessionEvent {}

/**
 * A subscription has ended by UNSUBSCRIBE: nothing reaches it any more. The end of a session ends its subscriptions
 * without further events. Spring has no such event.
 *
 * @publicApi
 */
export class SessionUnsubscribedEvent extends SessionEvent {}

/**
 * How a connection ended.
 *
 * @publicApi
 */
export interface CloseStatus {
  /** A WebSocket close code: the one the server sent, or else the one it received; 1006 when there was none. */
  readonly code: number;
  readonly reason: string;
}

/**
 * A session is over, however it ended: the broker and the user registry have forgotten it. It comes for connections
 * that never sent CONNECT too, as in Spring. What listeners return is awaited before the session counts as gone.
 *
 * @publicApi
 */
export class SessionDisconnectEvent extends SessionEvent {
  constructor(
    session: SimpSession,
    message: Message,
    readonly closeStatus: CloseStatus,
    /** Why: what the close code alone does not tell. */
    readonly cause: CloseCause,
  ) {
    super(session, message);
  }
}

/**
 * The broker has begun or stopped to take messages.
 *
 * @publicApi
 */
export class BrokerAvailabilityEvent {
  /** Milliseconds since 1970. */
  readonly timestamp = Date.now();

  constructor(readonly isBrokerAvailable: boolean) {}
}

/**
 * With `simpleBroker.cluster`: the other nodes are, or are no longer, reached. The clients of this node are served either way.
 *
 * @publicApi
 */
export class ClusterAvailabilityEvent {
  /** Milliseconds since 1970. */
  readonly timestamp = Date.now();

  constructor(
    readonly isClusterAvailable: boolean,
    /** How long it was away, in milliseconds; 0 when it comes for the first time, or goes. */
    readonly awayMs: number,
    /** Messages that reached this node only, because the cluster was away. */
    readonly dropped: number,
    /** Why it is away. */
    readonly reason?: string,
  ) {}
}

/**
 * With `simpleBroker.cluster`: another node has come or gone. When it goes, the user registry has forgotten its users.
 *
 * @publicApi
 */
export class ClusterNodeEvent {
  /** Milliseconds since 1970. */
  readonly timestamp = Date.now();

  constructor(
    readonly nodeId: string,
    /** What it calls itself. */
    readonly nodeName: string,
    /** `left`: it has said so; `lost`: it has not been heard of for long. */
    readonly change: 'joined' | 'left' | 'lost',
  ) {}
}

/**
 * Everything that {@link StompEvents} tells of.
 *
 * @publicApi
 */
export type StompEvent = SessionEvent | BrokerAvailabilityEvent | ClusterAvailabilityEvent | ClusterNodeEvent;
