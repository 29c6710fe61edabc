import type { ConnectionOptions } from 'node:tls';

/**
 * Subscriptions of clients that share connections to the broker: one subscription there for each destination, however many
 * clients want it.
 *
 * @publicApi
 */
export interface SharedSubscriptionsOptions {
  /**
   * Which destinations, within those of `brokerRelay.destinationPrefixes`; a plain "starts with". Subscriptions with
   * `ack:client` and the like or with headers for the broker, and SENDs within transactions, are not shared even there.
   */
  readonly destinationPrefixes: readonly string[];
  /** How many connections take the subscriptions, each destination always the same one. @default 2: while one is made again, half of the destinations go on */
  readonly connections?: number;
}

/**
 * Options of the STOMP broker relay. The words are Spring's where it has them.
 *
 * @publicApi
 */
export interface BrokerRelayOptions {
  /**
   * Where the broker speaks STOMP.
   *
   * @default '127.0.0.1' as in Spring
   */
  readonly host?: string;
  /** @default 61613 as in Spring, the port of STOMP in RabbitMQ, ActiveMQ and Artemis */
  readonly port?: number;
  /**
   * Several brokers, as `host` or `host:port`, in the place of `host`: after each failure the next is tried. All connections
   * go to the one that the system connection has found.
   *
   * @default none: `host` and `port` alone
   */
  readonly hosts?: readonly string[];
  /**
   * TLS towards the broker: `true`, or what `tls.connect` of Node takes (`ca`, `cert`, `key`, `servername` …).
   *
   * @default false plain TCP
   */
  readonly tls?: boolean | ConnectionOptions;
  /**
   * Destinations of the broker; a plain "starts with", as in Spring. What lies outside works while the broker is away.
   *
   * @default ['/topic', '/queue'] the words that RabbitMQ, ActiveMQ and Artemis know
   */
  readonly destinationPrefixes?: readonly string[];
  /**
   * Which broker it is: what destinations are called there, which of them are dangerous, what leaves litter.
   *
   * @default what the broker says of itself in the header `server` of CONNECTED; `'generic'` if that is unknown
   */
  readonly profile?: 'rabbitmq' | 'activemq' | 'artemis' | 'generic';
  /** The login of clients' connections: what a client itself writes into CONNECT never reaches the broker. @default 'guest' as in Spring */
  readonly clientLogin?: string;
  /** @default 'guest' as in Spring */
  readonly clientPasscode?: string;
  /** The login of the connection over which the application publishes. @default 'guest' as in Spring */
  readonly systemLogin?: string;
  /** @default 'guest' as in Spring */
  readonly systemPasscode?: string;
  /** The `host` of CONNECT, a virtual host of RabbitMQ, for all connections. @default none: the broker's default */
  readonly virtualHost?: string;
  /**
   * How often the server sends a heart-beat on a connection to the broker when there is nothing else, in milliseconds; 0 is
   * never. It concerns the system connection and those of clients: a client's heart-beats end here.
   *
   * @default 10000 ms as Spring's system connection
   */
  readonly systemHeartbeatSendInterval?: number;
  /**
   * How often the broker has to send something, in milliseconds; 0 is never. After twice that the connection counts as lost.
   *
   * @default 10000 ms as Spring's system connection
   */
  readonly systemHeartbeatReceiveInterval?: number;
  /**
   * What the server offers clients and wants of them, as `simpleBroker.heartbeat`.
   *
   * @default [10000, 10000]
   */
  readonly heartbeat?: readonly [number, number];
  /**
   * Whether the boot fails when no broker answers, or none lets the application in. Otherwise that is logged, the application
   * starts, and the broker is tried until it is there.
   *
   * @default false as in Spring
   */
  readonly failFast?: boolean;
  /**
   * What becomes of sessions whose connection to the broker is lost. `close`: they end with an ERROR and 1013. `resubscribe`:
   * they live on, and their subscriptions are made again when the broker is back; what was published meanwhile is lost on
   * topics. A frame whose receipt is in doubt ends its session all the same.
   *
   * @default 'close' as in Spring
   */
  readonly onBrokerLoss?: 'close' | 'resubscribe';
  /**
   * Whether messages to users go over the broker (`broker`), or from this process straight to their sessions in it (`local`),
   * which also works while the broker is away. `userErrorDestination` is always local.
   *
   * @default 'broker' as in Spring
   */
  readonly userDestinations?: 'broker' | 'local';
  /**
   * A destination of the broker over which instances of the application pass on messages for `/user/{name}/…`, so that these
   * reach the user's sessions on all instances. No client may send or subscribe to it; with `clientPatterns: 'allow'`, choose
   * one that no pattern matches, such as `/exchange/amq.direct/users` in RabbitMQ.
   *
   * @default none: a message reaches the sessions of the instance that sends it, as in Spring
   */
  readonly userDestinationBroadcast?: string;
  /**
   * A destination of the broker over which instances tell each other of their users, so that `SimpUserRegistry` shows those of
   * all: every 10000 ms, and some 200 ms after a change. Who is silent for 20000 ms is forgotten. Both are Spring's numbers.
   *
   * @default none: the registry shows this instance's, as in Spring
   */
  readonly userRegistryBroadcast?: string;
  /**
   * Topics for which clients share connections of the application.
   *
   * @default none: a client has a connection of its own for all that is the broker's, as in Spring
   */
  readonly sharedSubscriptions?: SharedSubscriptionsOptions;
  /** Whether clients may SEND straight to the broker's destinations, as `simpleBroker.clientSend`. @default 'allow' as in Spring */
  readonly clientSend?: 'allow' | 'deny';
  /**
   * Whether clients may subscribe with the wildcards of the broker. Rules of `authorization` do not know these: a rule for
   * `/topic/secret` says nothing of a subscription to `/topic/#`.
   *
   * @default 'deny'
   */
  readonly clientPatterns?: 'allow' | 'deny';
  /**
   * Headers of a client's SUBSCRIBE that go to the broker, beside `id`, `destination` and `ack`. With some of them a client
   * can make lasting queues or read those of others.
   *
   * @default ['selector']
   */
  readonly subscribeHeaders?: readonly string[];
  /**
   * How slashes are told to a broker that has dots between words. `keep`: as they are, to RabbitMQ as `%2F`, so that a name
   * is one word. `dots`: `/topic/a/b` is `/topic/a.b` at the broker, and a dot `%2E`.
   *
   * @default 'keep' as in Spring
   */
  readonly destinationMapping?: 'keep' | 'dots';
  /**
   * RabbitMQ: arguments of the queues behind `/queue`, on every SEND and SUBSCRIBE, such as `{ 'x-expires': '3600000' }`.
   * Whoever else uses these queues has to give the same.
   *
   * @default {} durable queues that stay
   */
  readonly queueArguments?: Readonly<Record<string, string>>;
  /** From the first octet of a connection to the broker to CONNECTED, in milliseconds. @default 10000 ms: a broker at its limit of connections takes them and is silent */
  readonly connectTimeoutMs?: number;
  /** How long the broker may take to confirm what a client wants a receipt for, or a subscription, in milliseconds. @default 10000 ms */
  readonly receiptTimeoutMs?: number;
  /** The longest wait before a lost broker is tried again, after the first failure, in milliseconds; it doubles with each, and a random part of it is taken. @default 250 ms */
  readonly reconnectDelayMs?: number;
  /** What that never exceeds, in milliseconds. @default 5000 ms: Spring's fixed delay */
  readonly reconnectMaxDelayMs?: number;
  /** Connections of clients that are opened at a time. @default 64 */
  readonly maxConnecting?: number;
  /** Body of a frame of the broker, in bytes. @default 16777216 (16 MiB): other applications publish, too */
  readonly messageSizeLimit?: number;
  /** Bytes that may wait for the broker on the system connection; beyond that publishing throws. @default 8388608 (8 MiB) */
  readonly sendBufferSizeLimit?: number;
  /** Messages that a subscription with `ack:client` and the like is sent before it acknowledges one, as far as the broker can be told. @default 1000 as `simpleBroker.prefetch` */
  readonly prefetch?: number;
  /** Unacknowledged messages of one session; beyond that it is closed with 4500. @default 10000 as `simpleBroker.unacknowledgedLimit` */
  readonly unacknowledgedLimit?: number;
}
