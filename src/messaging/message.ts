import type { MaybePromise } from './maybe-promise.js';
import type { NativeHeaders } from './native-headers.js';
import type { Principal } from './principal.js';
import type { SimpSession } from './simp-session.js';

/**
 * What a message is about. The names are Spring's `SimpMessageType`; frames without a type of their own (ACK,
 * NACK) are `OTHER`.
 *
 * @publicApi
 */
export type SimpMessageType =
  'CONNECT' | 'CONNECT_ACK' | 'MESSAGE' | 'SUBSCRIBE' | 'UNSUBSCRIBE' | 'DISCONNECT' | 'OTHER';

/**
 * What a subscription has to receive before anything that is published. Internal: `snapshotThenLive` makes one, a broker
 * takes it.
 */
export interface FirstMessage {
  /**
   * Makes the message. The broker calls it once, in the same turn in which it has registered the subscription.
   *
   * @returns `undefined` when there is none
   */
  take(): MaybePromise<Message<Uint8Array> | undefined>;
  /** Whether a message that was published while {@link take} was at work is in its result already. */
  includes(message: Message<Uint8Array>): boolean;
  /**
   * Tells whoever subscribes to wait: the broker has answered, because nobody who publishes there may have to wait too, but
   * the first message is not on its way.
   *
   * @param sent whether the subscription still stood; rejected with what {@link take} or the sending threw
   */
  waitFor(sent: Promise<boolean>): void;
}

/**
 * Sessions on other nodes of a cluster that a message is for.
 *
 * @publicApi
 */
export interface UserElsewhere {
  /** By the name in user destinations; of an anonymous session, its id. */
  readonly user: string;
  /** Only this one of the user's sessions. */
  readonly sessionId?: string | undefined;
}

/**
 * Headers of a message inside the application. Everything but `nativeHeaders` is written by the server; what a
 * client or a sender wrote as STOMP headers is in `nativeHeaders` and nowhere else.
 *
 * @publicApi
 */
export interface MessageHeaders {
  readonly simpMessageType: SimpMessageType;
  /** Where the message goes, as the sender wrote it. */
  readonly simpDestination?: string | undefined;
  /**
   * On `brokerChannel` and `clientOutboundChannel`, for user destinations: what the client calls the destination, where
   * `simpDestination` is what the broker calls it.
   */
  readonly simpOrigDestination?: string | undefined;
  /**
   * On `brokerChannel`, for user destinations: the sessions whose private destination is meant. Nobody else's
   * subscription can match it.
   */
  readonly simpUserSessionIds?: readonly string[] | undefined;
  /** On `brokerChannel`, for user destinations, in a cluster: whose sessions on other nodes are meant as well. */
  readonly simpUserElsewhere?: UserElsewhere | undefined;
  /** The session it came from, or, on `clientOutboundChannel`, the session it goes to. */
  readonly simpSessionId?: string | undefined;
  /** The subscription it concerns. */
  readonly simpSubscriptionId?: string | undefined;
  /** The session's user. An interceptor sets it on CONNECT. */
  readonly simpUser?: Principal | undefined;
  readonly simpSession?: SimpSession | undefined;
  readonly simpSessionAttributes?: Map<string, unknown> | undefined;
  /** On CONNECT_ACK: what the broker can send and wants to receive, in milliseconds. */
  readonly simpHeartbeat?: readonly [number, number] | undefined;
  /** On CONNECT_ACK: the CONNECT it answers, as the interceptors left it. */
  readonly simpConnectMessage?: Message | undefined;
  /**
   * On `clientOutboundChannel`, for subscriptions that acknowledge: the name of this delivery. On ACK and NACK: the
   * delivery they are about.
   */
  readonly simpAckId?: string | undefined;
  /** On `clientOutboundChannel`: this message has been sent before and was not acknowledged. */
  readonly simpRedelivered?: true | undefined;
  /**
   * On a client's SEND or SUBSCRIBE, while a relay is there: lets the session's next frame go before this one has had its
   * effect. Whoever calls it has given it its place in the order.
   */
  readonly simpRelease?: (() => void) | undefined;
  /** On what a COMMIT sends, while a relay is there: one object for all of it. */
  readonly simpTransaction?: object | undefined;
  /** On a SUBSCRIBE on `brokerChannel`: what the subscription has to receive before anything else. */
  readonly simpFirstMessage?: FirstMessage | undefined;
  /** The destination without the application prefix, while an annotated method handles the message. */
  readonly lookupDestination?: string | undefined;
  /** The media type of the payload, as it is written on the wire. */
  readonly contentType?: string | undefined;
  /** STOMP headers, in the order they were written. */
  readonly nativeHeaders: NativeHeaders;
  /** Headers that interceptors add for handlers; they never reach a client. */
  readonly [name: string]: unknown;
}

/**
 * A payload with headers. Messages are immutable: an interceptor that wants another one makes it with
 * {@link withHeaders}.
 *
 * @publicApi
 */
export interface Message<T = unknown> {
  readonly payload: T;
  readonly headers: MessageHeaders;
}

/**
 * The same message with some headers replaced or added.
 *
 * @publicApi
 */
export function withHeaders<T>(
  { payload, headers }: Message<T>,
  changes: Partial<MessageHeaders>,
): Message<T> {
  // A spread that adds a header to a copy takes V8 fifteen times as long; but only a spread knows no special names.
  if (Object.hasOwn(headers, SPECIAL) || Object.hasOwn(changes, SPECIAL))
    return { payload, headers: { ...headers, ...changes } };
  return { payload, headers: Object.assign({}, headers, changes) };
}

/** Assigned, it would replace the prototype. */
const SPECIAL = '__proto__';

/**
 * The first value of a STOMP header, or `undefined`. An empty value is a value.
 *
 * @publicApi
 */
export function firstNativeHeader(message: Message, name: string): string | undefined {
  return message.headers.nativeHeaders.get(name)?.[0];
}
