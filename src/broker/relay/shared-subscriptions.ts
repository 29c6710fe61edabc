import type { Receiver } from '../../messaging/client-outbound-channel.js';
import type { MaybePromise } from '../../messaging/maybe-promise.js';
import type { Message } from '../../messaging/message.js';
import type { TimerWheel } from '../../session/timer-wheel.js';
import type { BrokerConnectionListener } from './broker-connection.js';
import type { BrokerConnectionError } from './broker-connection-error.js';
import { MessageBrokerError } from './broker-error.js';
import type { BrokerProfile } from './broker-profile.js';
import { ConsumingConnection } from './consuming-connection.js';
import type { RelayCounters } from './relay-counters.js';
import type { Connect } from './relay-connections.js';
import type { BrokerRelaySettings } from './relay-settings.js';
import type { RelaySubscriptionRequest } from './relay-subscription.js';
import { SharedDestination } from './shared-destination.js';

/** What shared subscriptions ask of their relay. */
export interface SharedSubscriptionsPort {
  readonly settings: BrokerRelaySettings;
  readonly wheel: TimerWheel;
  readonly counters: RelayCounters;
  isAvailable(): boolean;
  profile(): BrokerProfile;
  readonly connect: Connect;
  broadcast(message: Message<Uint8Array>, receivers: Iterable<Receiver>): void;
  /** A client's session cannot go on. */
  end(sessionId: string, error: MessageBrokerError): void;
  log(line: string): void;
  /** A connection has ended, or never began. */
  lost(error: BrokerConnectionError): void;
}

interface Held {
  readonly destination: SharedDestination;
  readonly receiver: Receiver;
}

/**
 * Subscriptions of clients that share a few connections: each destination is subscribed to once, and what arrives goes to all
 * who want it.
 */
export class SharedSubscriptions {
  readonly #connections: readonly ConsumingConnection[];
  readonly #destinations = new Map<string, SharedDestination>();
  readonly #sessions = new Map<string, Map<string, Held>>();
  readonly #prefixes: readonly string[];
  #count = 0;

  constructor(private readonly port: SharedSubscriptionsPort) {
    const { destinationPrefixes, connections } = port.settings.sharedSubscriptions;
    this.#prefixes = destinationPrefixes;
    this.#connections = Array.from({ length: connections }, (_, index) => this.#connection(index));
  }

  /** Whether messages to a destination go over connections of the application. */
  holds(destination: string): boolean {
    return this.#prefixes.some((prefix) => destination.startsWith(prefix));
  }

  /** Whether a subscription may be shared: one that nobody acknowledges, of nobody's own, to all there is. */
  takes({ destination, target, mode, isPlain }: RelaySubscriptionRequest): boolean {
    return target === undefined && mode === 'auto' && isPlain && this.holds(destination);
  }

  /** Subscriptions of clients. */
  get subscriptionCount(): number {
    return this.#count;
  }

  /** @returns true, when that is known, or a promise that is rejected when the broker refuses */
  subscribe(sessionId: string, request: RelaySubscriptionRequest): MaybePromise<boolean> {
    const { settings } = this.port;
    const known = this.#destinations.get(request.destination);
    if (known === undefined && settings.onBrokerLoss === 'close' && !this.port.isAvailable()) {
      throw MessageBrokerError.unavailable();
    }
    this.unsubscribe(sessionId, request.id);
    const destination = this.#destinations.get(request.destination) ?? this.#begin(request);
    const receiver = { sessionId, subscriptionId: request.id };
    destination.receivers.add(receiver);
    const held = this.#sessions.get(sessionId) ?? new Map<string, Held>();
    this.#sessions.set(sessionId, held.set(request.id, { destination, receiver }));
    this.#count++;
    return destination.pending?.then(() => true) ?? true;
  }

  unsubscribe(sessionId: string, subscriptionId: string): void {
    const held = this.#sessions.get(sessionId);
    const entry = held?.get(subscriptionId);
    if (held === undefined || entry === undefined) return;
    held.delete(subscriptionId);
    if (held.size === 0) this.#sessions.delete(sessionId);
    this.#count--;
    const { destination, receiver } = entry;
    destination.receivers.delete(receiver);
    if (destination.receivers.size > 0) return;
    this.#destinations.delete(destination.name);
    destination.connection.remove(destination);
  }

  /** A session is over. */
  leave(sessionId: string): void {
    for (const id of this.#sessions.get(sessionId)?.keys() ?? []) this.unsubscribe(sessionId, id);
  }

  /** The broker is available. */
  restore(): void {
    for (const connection of this.#connections) connection.restore();
  }

  stop(): void {
    for (const connection of this.#connections) connection.stop();
    for (const destination of this.#destinations.values()) {
      if (destination.pending !== undefined) destination.refused(MessageBrokerError.lost());
    }
    this.#destinations.clear();
    this.#sessions.clear();
    this.#count = 0;
  }

  #begin({ destination: name, isPattern }: RelaySubscriptionRequest): SharedDestination {
    const destination = new SharedDestination(name, isPattern, this.#leastUsed(), {
      profile: () => this.port.profile(),
      broadcast: (message, receivers) => {
        this.port.counters.messagesIn++;
        this.port.broadcast(message, receivers);
      },
      refused: (refused, error, wasLive) => this.#drop(refused, wasLive ? error : undefined),
    });
    this.#destinations.set(name, destination);
    destination.connection.add(destination);
    return destination;
  }

  /** @param error for those who believe that they are subscribed; the others wait, and are told already */
  #drop({ name, receivers }: SharedDestination, error: MessageBrokerError | undefined): void {
    for (const { sessionId, subscriptionId } of receivers) {
      this.unsubscribe(sessionId, subscriptionId);
      if (error !== undefined) this.port.end(sessionId, error);
    }
    this.#destinations.delete(name);
  }

  #connection(index: number): ConsumingConnection {
    const { port } = this;
    return new ConsumingConnection({
      settings: port.settings,
      wheel: port.wheel,
      counters: port.counters,
      isAvailable: () => port.isAvailable(),
      connect: (listener) => port.connect(countedConnection(listener, port.counters)),
      ended: (error, isOurDoing) => this.#ended(index, error, isOurDoing),
      failed: (error) => port.log(`The broker answered ERROR on a shared connection. ${error.message}`),
    });
  }

  /** One destination that the broker refuses with the whole connection is no reason to end the sessions of the others. */
  #ended(index: number, error: BrokerConnectionError, isOurDoing: boolean): void {
    const { settings } = this.port;
    this.port.lost(error);
    const isRefused = error.failure === 'refused';
    if (!isRefused && (isOurDoing || settings.onBrokerLoss === 'resubscribe')) return;
    const refusal = isRefused && MessageBrokerError.refused(error.frame?.headers.get('message') ?? '');
    for (const destination of this.#destinations.values()) {
      if (destination.connection !== this.#connections[index]) continue;
      const failure = destination.wasLive ? MessageBrokerError.lost() : MessageBrokerError.unavailable();
      destination.refused(refusal || failure);
    }
  }

  /** The one with the fewest destinations; a destination stays there, so that it keeps its order. */
  #leastUsed(): ConsumingConnection {
    return this.#connections.reduce((least, other) =>
      other.consumerCount < least.consumerCount ? other : least,
    );
  }
}

/** Counts a connection with those that clients have of their own: whether it was opened, and how it ended. */
function countedConnection(
  listener: BrokerConnectionListener,
  counters: RelayCounters,
): BrokerConnectionListener {
  let wasOpen = false;
  return {
    opened: (connection) => {
      wasOpen = true;
      counters.connectionsOpened++;
      listener.opened(connection);
    },
    frame: (frame) => listener.frame(frame),
    ended: (error) => {
      if (wasOpen) counters.connectionsLost++;
      else counters.connectionsFailed++;
      listener.ended(error);
    },
  };
}
