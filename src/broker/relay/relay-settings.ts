import type { BrokerProfileName, DestinationMapping } from './broker-profile.js';
import type { BrokerCredentials } from './broker-target.js';
import type { SystemConnectionSettings } from './system-connection.js';

/** What becomes of a session whose connection to the broker is lost. */
export type BrokerLossPolicy = 'close' | 'resubscribe';

/** How the relay is set up. */
export interface BrokerRelaySettings extends SystemConnectionSettings {
  /** Destinations that are the broker's. */
  readonly destinationPrefixes: readonly string[];
  /** Destinations of users, which are never the broker's before they have been translated. */
  readonly userDestinationPrefix: string;
  /** The destination of users that never goes over the broker: there a client is told that it is away. */
  readonly userErrorDestination: string;
  /** Whether what users are sent goes over the broker. */
  readonly userDestinations: 'broker' | 'local';
  /** `undefined`: what the broker says of itself decides. */
  readonly profile: BrokerProfileName | undefined;
  readonly mapping: DestinationMapping;
  readonly queueArguments: Readonly<Record<string, string>>;
  readonly client: BrokerCredentials;
  readonly clientSend: 'allow' | 'deny';
  readonly clientPatterns: 'allow' | 'deny';
  /** Headers of a client's SUBSCRIBE, beside those of STOMP, that the broker gets to see. */
  readonly subscribeHeaders: readonly string[];
  readonly onBrokerLoss: BrokerLossPolicy;
  /** Whether an application without its broker does not start. */
  readonly failFast: boolean;
  /** How long the broker may take to confirm something. */
  readonly receiptTimeoutMs: number;
  /** Unacknowledged messages that one subscription is sent. */
  readonly prefetch: number;
  /** Unacknowledged messages of one session. */
  readonly unacknowledgedLimit: number;
  /** Octets that may wait for the broker on the system connection. */
  readonly sendBufferSizeLimit: number;
  /** Octets that may wait for a client before its connection to the broker is read no more. */
  readonly clientBufferSizeLimit: number;
  /** Where messages for users go who are not connected here, or not only; `undefined` when nobody else is there. */
  readonly userDestinationBroadcast: string | undefined;
  /** Where instances tell each other of their users. */
  readonly userRegistryBroadcast: string | undefined;
  /** Destinations for which clients have no connection of their own. Without prefixes nothing is shared. */
  readonly sharedSubscriptions: {
    readonly destinationPrefixes: readonly string[];
    readonly connections: number;
  };
  /** Connections that are opened at a time. */
  readonly maxConnecting: number;
}
