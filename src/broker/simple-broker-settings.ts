import type { DestinationSeparator } from '../messaging/destination/destination-pattern.js';
import type { Message } from '../messaging/message.js';
import type { AcknowledgementSettings } from './acknowledgement-settings.js';
import type { BrokerCluster } from './broker-cluster.js';

/** How the simple broker is set up. */
export interface SimpleBrokerSettings {
  /** Which destinations are its own; none means all of them. */
  readonly destinationPrefixes: readonly string[];
  /** What the server can send and wants to receive, in milliseconds; 0 is never. */
  readonly heartbeat: readonly [number, number];
  /** Whether clients may SEND straight to its destinations. */
  readonly clientSend: 'allow' | 'deny';
  /** Destinations of users, which are never the broker's own before they have been translated. */
  readonly userDestinationPrefix: string;
  /** What separates the segments of a destination. */
  readonly pathSeparator: DestinationSeparator;
  /** The SUBSCRIBE header that holds a selector; without it there are none. */
  readonly selectorHeaderName?: string | undefined;
  /** Destinations each of whose messages goes to one subscriber. */
  readonly queuePrefixes: readonly string[];
  /** Limits of subscriptions that acknowledge. */
  readonly acknowledgement: AcknowledgementSettings;
  /** A broker elsewhere, if there is one: what is its own is not the simple broker's. */
  readonly other?: OtherBroker | undefined;
  /** The other nodes, if there are any. */
  readonly cluster?: BrokerCluster | undefined;
  /** The name in user destinations that a session has begun with. */
  readonly userNameOf?: ((sessionId: string) => string | undefined) | undefined;
}

/** What the simple broker has to know of a broker beside it. */
export interface OtherBroker {
  /** @param isPrivate whether it is a user destination, translated */
  isMine(destination: string, isPrivate: boolean): boolean;
  /** Whether an ACK or NACK is about one of its messages. */
  knows(acknowledgement: Message): boolean;
}
