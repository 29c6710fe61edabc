import type { SubscriptionRegistry } from '../broker/subscription-registry.js';
import type { ChannelInterceptor } from '../messaging/channel-interceptor.js';
import type { MessageConverter } from '../messaging/message-converter.js';
import type { MessageAuthorizationRules } from '../security/message-authorization-rules.js';
import type { StompAuthenticator } from '../security/stomp-authenticator.js';
import type { RejectionPolicy } from '../session/frame-failure.js';
import type { HandshakeInterceptor } from '../websocket/handshake-interceptor.js';
import type { BrokerRelayOptions } from './broker-relay-options.js';
import type { ClusterOptions } from './cluster-options.js';
import type { TransportOptions } from './transport-options.js';
import type { EventEmitterLike } from './event-emitter-bridge.js';

/**
 * A WebSocket endpoint that clients connect to.
 *
 * @publicApi
 */
export interface StompEndpointOptions {
  /** The exact path, starting with `/`; a query is ignored. It does not get the application's global prefix. */
  readonly path: string;
  /**
   * Origins whose pages may connect beside the server's own, e.g. `https://app.example.com`; `*` is all of them.
   *
   * @default [] only the server's own origin; requests without `Origin`, which no page sends, always pass
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * The same with patterns: `*` is any characters, a last `:[8080,9090]` or `:[*]` is a list of ports or any.
   *
   * @default []
   */
  readonly allowedOriginPatterns?: readonly string[];
  /**
   * Let a handshake pass or refuse it, name its user, and give the session its first attributes. They are asked in
   * this order, after the check of the origin; together they have ten seconds, and at most 1000 handshakes of the
   * application wait for them at a time. Beyond that the client is answered 503.
   *
   * @default [] every handshake passes, at once
   */
  readonly handshakeInterceptors?: readonly HandshakeInterceptor[];
}

/**
 * Options of the broker in memory.
 *
 * @publicApi
 */
export interface SimpleBrokerOptions {
  /**
   * Destinations of the broker; a plain "starts with", as in Spring, so `/topic` includes `/topics`.
   *
   * @default [] every destination that a client or the application names
   */
  readonly destinationPrefixes?: readonly string[];
  /**
   * What the server can send and wants to receive, in milliseconds; 0 is never. It is what CONNECTED advertises;
   * each direction then runs at the slower of the two parties' wishes.
   *
   * @default [10000, 10000] as Spring's with a scheduler. Its default without one is none, and dead clients are
   * never noticed.
   */
  readonly heartbeat?: readonly [number, number];
  /**
   * Whether clients may SEND straight to the broker's destinations and so reach other clients without passing
   * the application. `deny` answers such a SEND with ERROR.
   *
   * @default 'allow' as in Spring
   */
  readonly clientSend?: 'allow' | 'deny';
  /**
   * The SUBSCRIBE header in which a client may say which messages it wants, by their headers: with `selector`,
   * `selector:type = 'order' AND amount > 100`. It is compared, never run, and has at most 1024 characters, 64
   * comparisons and 32 levels of nesting; `docs/selectors.md` has the grammar. One that cannot be read refuses the
   * SUBSCRIBE with ERROR.
   *
   * @default undefined: there are no selectors and the header means nothing, as in Spring since 6.1
   */
  readonly selectorHeaderName?: string;
  /**
   * Where subscriptions are kept.
   *
   * @default a registry in memory: a map of literals, a trie of patterns
   */
  readonly subscriptionRegistry?: SubscriptionRegistry;
  /**
   * How many messages a subscription with `ack:client` or `ack:client-individual` is sent before it has acknowledged
   * one; those behind are held back. A client may ask for fewer with the header `prefetch` of its SUBSCRIBE.
   *
   * @default 1000 messages, so that a client that acknowledges in time never waits
   */
  readonly prefetch?: number;
  /**
   * Messages kept for one session until it acknowledges: those it was sent and those held back, of all its
   * subscriptions. Beyond that the session is closed with 4500, as one that does not read.
   *
   * @default 10000 ten full windows
   */
  readonly unacknowledgedLimit?: number;
  /**
   * The same, in bytes of bodies and headers.
   *
   * @default 8388608 (8 MiB): eight messages of the largest size
   */
  readonly unacknowledgedBytesLimit?: number;
  /**
   * How often a message is sent that is answered with NACK or not acknowledged in time. Then it goes to
   * `deadLetterDestination`.
   *
   * @default 5
   */
  readonly maxDeliveries?: number;
  /**
   * How long a message may be pending before it is sent again, in milliseconds; 0 is for ever.
   *
   * @default 0: only the client knows how long its work takes
   */
  readonly ackTimeoutMs?: number;
  /**
   * Where messages go that were sent too often, with the headers `original-destination` and `dead-letter-reason`. It
   * is a destination like any other: whoever may subscribe to it sees them.
   *
   * @default none: they are dropped, with a WARN line
   */
  readonly deadLetterDestination?: string;
  /**
   * Destinations each of whose messages goes to one of its subscribers, in turn; a plain "starts with". Each lies below `destinationPrefixes`. Destinations of
   * users never do. Without a subscriber a message is dropped, as on every destination.
   *
   * @default [] every destination is a topic, as in Spring
   */
  readonly queuePrefixes?: readonly string[];
  /**
   * Other nodes that this one shares its destinations and its users with, over Redis, NATS or sockets of the machine.
   *
   * @default none: the broker is this process's own
   */
  readonly cluster?: ClusterOptions;
}

/**
 * Interceptors of the three channels, in their order.
 *
 * @publicApi
 */
export interface InterceptorOptions {
  /** What clients send, before anything in the application sees it. @default [] */
  readonly clientInbound?: readonly ChannelInterceptor[];
  /** What leaves for clients, a message for each receiver. @default [] */
  readonly clientOutbound?: readonly ChannelInterceptor[];
  /** What the application publishes. @default [] */
  readonly broker?: readonly ChannelInterceptor[];
}

/**
 * Options of `StompModule.forRoot`. The words are Spring's; an unknown or impossible one fails the boot.
 *
 * @publicApi
 */
export interface StompModuleOptions {
  /** Where clients connect. At least one. */
  readonly endpoints: readonly StompEndpointOptions[];
  /**
   * Destinations that belong to annotated methods: with `/app`, a SEND to `/app/greeting` reaches
   * `@MessageMapping('/greeting')`.
   *
   * @default [] every destination is offered to annotated methods as it is
   */
  readonly applicationDestinationPrefixes?: readonly string[];
  readonly simpleBroker?: SimpleBrokerOptions;
  /**
   * A message broker elsewhere, that speaks STOMP: RabbitMQ, ActiveMQ, Artemis. It takes the place of the simple broker, or
   * stands beside it with prefixes of its own, if `simpleBroker` is given, too.
   *
   * @default none
   */
  readonly brokerRelay?: BrokerRelayOptions;
  /**
   * What destinations of users begin with: a client's subscription to `/user/queue/x` is its own, and what is sent to
   * `/user/{name}/queue/x` reaches it.
   *
   * @default '/user/' as in Spring
   */
  readonly userDestinationPrefix?: string;
  /**
   * Where a client is told of its frames that failed, behind the prefix of user destinations, if it has subscribed
   * there.
   *
   * @default '/queue/errors', subscribed to as `/user/queue/errors`, the name in Spring's examples
   */
  readonly userErrorDestination?: string;
  /**
   * What becomes of a session when the application or the broker refuses one of its SENDs or SUBSCRIBEs.
   * `disconnect`: it ends with an ERROR. `report`: it lives on, and the refusal is told on `userErrorDestination`; a
   * client that has not subscribed there but asked for a receipt still gets the ERROR, because nothing else could
   * tell it. Of one session, ten refusals a minute are warned of in the log, the others in the debug log.
   *
   * @default 'disconnect' as the specification and Spring have it
   */
  readonly rejections?: RejectionPolicy;
  /**
   * Whether the application's global guards, pipes, interceptors and filters run for message handlers, too, be they set
   * by `app.useGlobal…` before the application starts or provided as `APP_GUARD` and the like. With `false` the boot
   * log warns of each that does not.
   *
   * @default true. Nest's own gateways leave out `app.useGlobal…` in an HTTP application, and a guard that is thought
   * to run and does not is a hole.
   */
  readonly useGlobalEnhancers?: boolean;
  /**
   * Something with an `emit` method, such as the `EventEmitter2` of `@nestjs/event-emitter`, that gets every event of
   * `StompEvents` under a name of its own: `stomp.session.connected`, say.
   *
   * @default none
   */
  readonly eventEmitter?: EventEmitterLike;
  /**
   * Is asked who a client is when it sends CONNECT, before any interceptor sees that.
   *
   * @default none: the user is whom the handshake or an interceptor names, if any
   */
  readonly authenticator?: StompAuthenticator;
  /**
   * Who may send and subscribe to what, made by `authorizeMessages`. It is judged behind the interceptors, before
   * anything in the application has the message.
   *
   * @default none: everybody may
   */
  readonly authorization?: MessageAuthorizationRules;
  /**
   * How often the statistics of `StompStats` are written into the log as one line, in milliseconds; 0 is never.
   *
   * @default 0. Spring writes them every 30 minutes (1800000); here, metrics and `StompStats` tell the same when asked.
   */
  readonly statsLogIntervalMs?: number;
  readonly transport?: TransportOptions;
  readonly interceptors?: InterceptorOptions;
  /**
   * Converters to ask before those for text, bytes and JSON.
   *
   * @default []
   */
  readonly messageConverters?: readonly MessageConverter[];
  /**
   * What separates the segments of a destination, in mappings and in the patterns that clients subscribe to.
   *
   * @default '/'
   */
  readonly pathSeparator?: '/' | '.';
  /**
   * Whether a client's SEND waits until the handlers of its previous one have finished. `false` lets up to 64 of
   * a session run at a time.
   *
   * @default true (Spring's is false: there, frames of one client may overtake each other)
   */
  readonly preserveReceiveOrder?: boolean;
}

/**
 * For `forRootAsync` with `useClass` or `useExisting`.
 *
 * @publicApi
 */
export interface StompOptionsFactory {
  createStompOptions(): StompModuleOptions | Promise<StompModuleOptions>;
}
