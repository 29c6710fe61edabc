/** The brokers whose peculiarities are known here; `generic` is any other. */
export type BrokerProfileName = 'rabbitmq' | 'activemq' | 'artemis' | 'generic';

/** How the segments of a destination are told to the broker. */
export type DestinationMapping = 'keep' | 'dots';

/** What a SUBSCRIBE towards the broker says beside id and destination. */
export interface SubscribeWish {
  readonly destination: string;
  readonly acknowledges: boolean;
  /** Unacknowledged messages that the client wants at most. */
  readonly prefetch: number;
}

/**
 * In what one broker differs from the others: which destinations hurt, what they are called there, and what has to be said
 * with them. Pure functions, so that all of it can be tested without a broker.
 */
export interface BrokerProfile {
  readonly name: BrokerProfileName;
  /** What the broker calls a destination. */
  toBroker(destination: string): string;
  /** The other way round, for what a wildcard has matched. */
  fromBroker(destination: string): string;
  /** Whether the broker would take a destination of a SUBSCRIBE for a pattern. */
  isPattern(destination: string): boolean;
  /** Why a client may not name this destination, pattern or not; `undefined` when it may. */
  objection(destination: string, use: 'send' | 'subscribe'): string | undefined;
  /** What the broker calls a user destination of one session. */
  privateDestination(target: string, sessionId: string): string;
  /** Whether a pattern might match the private destination of somebody. */
  mayMatchPrivate(pattern: string): boolean;
  /** Headers that every SEND to a destination needs. */
  sendHeaders(destination: string): readonly (readonly [string, string])[];
  /** Headers that a SUBSCRIBE needs. */
  subscribeHeaders(wish: SubscribeWish): readonly (readonly [string, string])[];
  /** What an operator should know of a prefix; `undefined` when there is nothing. */
  remarkOn(prefix: string): string | undefined;
}

const SERVER_NAMES: readonly (readonly [RegExp, BrokerProfileName])[] = [
  [/^RabbitMQ/i, 'rabbitmq'],
  [/Artemis/i, 'artemis'],
  [/^ActiveMQ/i, 'activemq'],
];

/** Which broker it is, by the `server` header of CONNECTED. */
export function profileNameOf(server: string): BrokerProfileName {
  return SERVER_NAMES.find(([pattern]) => pattern.test(server))?.[1] ?? 'generic';
}
