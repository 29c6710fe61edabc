import type { Principal } from '../messaging/principal.js';

/**
 * A subscription of a connected session.
 *
 * @publicApi
 */
export interface SimpSubscription {
  readonly id: string;
  readonly session: SimpUserSession;
  /** As the client wrote it, `/user/queue/x` for one. */
  readonly destination: string;
}

/**
 * A connected session. It may be one of another node of a cluster, of which no more is known than this.
 *
 * @publicApi
 */
export interface SimpUserSession {
  readonly id: string;
  /** `undefined` for an anonymous session. */
  readonly user: SimpUser | undefined;
  readonly subscriptions: readonly SimpSubscription[];
}

/**
 * A user with at least one connected session.
 *
 * @publicApi
 */
export interface SimpUser {
  /** The name in user destinations: the principal's `destinationUserName`, or else its `name`. */
  readonly name: string;
  /** `undefined` for a user who is connected to other nodes of a cluster only. */
  readonly principal: Principal | undefined;
  readonly sessions: readonly SimpUserSession[];
}

/**
 * How a session is ended from the server's side.
 *
 * @publicApi
 */
export interface DisconnectOptions {
  /** A WebSocket close code. @default 1008: the client is not to come back with the same credentials */
  readonly code?: number;
  /** At most 123 bytes of UTF-8. @default 'Disconnected by the server' */
  readonly reason?: string;
  /** What `SessionDisconnectEvent` and the statistics call it; never sent. @default 'STOMP_CLOSE_BY_SERVER' */
  readonly cause?: string;
}

/**
 * Who is connected, with what subscriptions. What it returns is how things are at the moment it is asked, and may be
 * written as JSON: a subscription leads to its session, and that to its user, by accessors, which JSON leaves out.
 *
 * It is about this process, and about other instances as far as these tell of their users: all nodes of `simpleBroker.cluster`, and
 * with a relay those of `brokerRelay.userRegistryBroadcast`. Of those it hears some hundred milliseconds later.
 *
 * It knows a session of this process from `SessionConnectedEvent` to `SessionDisconnectEvent`, and has been updated when listeners of
 * these are called.
 *
 * @publicApi
 */
export abstract class SimpUserRegistry {
  /** Users with at least one session. Anonymous sessions have none. */
  abstract get userCount(): number;
  /** Connected sessions, those of anonymous clients included. */
  abstract get sessionCount(): number;
  /** Connected sessions without a user. */
  abstract get anonymousSessionCount(): number;
  abstract get users(): readonly SimpUser[];
  abstract get anonymousSessions(): readonly SimpUserSession[];
  /** A user by the name in user destinations. */
  abstract getUser(name: string): SimpUser | undefined;
  /** Subscriptions of all sessions that a predicate holds for. */
  abstract findSubscriptions(
    matcher: (subscription: SimpSubscription) => boolean,
  ): readonly SimpSubscription[];
  /**
   * Ends every session of a user: a close frame, no ERROR. In a cluster on all nodes, else in this process.
   *
   * @returns how many there were, as far as is known here
   * @throws RangeError when the code is none that may be sent: 1000 to 1003, 1007 to 1014, 3000 to 4999
   */
  abstract disconnectUser(name: string, options?: DisconnectOptions): number;
  /**
   * Ends one session: a close frame, no ERROR. In a cluster on whatever node, else of this process.
   *
   * @returns whether it was there, as far as is known here
   * @throws RangeError like {@link disconnectUser}
   */
  abstract disconnectSession(sessionId: string, options?: DisconnectOptions): boolean;
}
