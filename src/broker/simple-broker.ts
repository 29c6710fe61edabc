import type { ClientOutboundChannel, Receiver } from '../messaging/client-outbound-channel.js';
import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import { firstNativeHeader, type Message } from '../messaging/message.js';
import type { MessageHandler, SendOutcome } from '../messaging/message-channel.js';
import { MessageRejectedError } from '../messaging/messaging-error.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import { NO_NATIVE_HEADERS } from '../messaging/native-headers.js';
import type { SubscribableChannel } from '../messaging/subscribable-channel.js';
import { requireKnownDelivery } from '../session/acknowledgement.js';
import { BrokerAvailabilityEvent } from '../session/stomp-event.js';
import { StompCounters } from '../session/stomp-counters.js';
import type { StompEventPublisher } from '../session/stomp-event-bus.js';
import type { TimerWheel } from '../session/timer-wheel.js';
import { AcknowledgedDeliveries, bytesOf } from './acknowledged-deliveries.js';
import type { Delivery } from './acknowledging-subscription.js';
import { firstAfter, published, userOf } from './broker-cluster.js';
import { DeadLetters } from './dead-letters.js';
import { HeldSubscriptions } from './held-subscriptions.js';
import { OneConsumerQueues } from './one-consumer-queues.js';
import { PrivateSubscriptions } from './private-subscriptions.js';
import { QueueDeliveries } from './queue-deliveries.js';
import type { SimpleBrokerSettings } from './simple-broker-settings.js';
import type { SubscriptionRegistry } from './subscription-registry.js';
import { SubscriptionSelectors } from './subscription-selectors.js';

/**
 * The broker in memory: keeps the subscriptions of connected sessions and sends what is published on a
 * destination to everybody subscribed to it, the sender included. It keeps no messages but those that a
 * connected client has to acknowledge: who subscribes later does not get earlier ones.
 *
 * Inject it to see what it holds; to publish, inject `SimpMessagingTemplate`.
 *
 * @publicApi
 */
export class SimpleBroker implements MessageHandler {
  readonly #sessions = new Set<string>();
  readonly #private: PrivateSubscriptions;
  readonly #held: HeldSubscriptions;
  readonly #deliveries: AcknowledgedDeliveries;
  readonly #queues: OneConsumerQueues;
  readonly #queueDeliveries: QueueDeliveries;
  readonly #leaveChannels: (() => void)[] = [];
  readonly #selectors: SubscriptionSelectors;
  #running = false;

  constructor(
    private readonly inbound: SubscribableChannel,
    private readonly outbound: ClientOutboundChannel,
    private readonly brokerChannel: SubscribableChannel,
    private readonly registry: SubscriptionRegistry,
    private readonly settings: SimpleBrokerSettings,
    private readonly events: StompEventPublisher,
    private readonly logger: MessagingLogger,
    wheel: Pick<TimerWheel, 'schedule' | 'now'>,
    private readonly counters: Pick<StompCounters, 'published'> = new StompCounters(),
  ) {
    this.#private = new PrivateSubscriptions(settings.pathSeparator);
    this.#selectors = new SubscriptionSelectors(settings.selectorHeaderName);
    this.#deliveries = new AcknowledgedDeliveries(
      outbound,
      settings.acknowledgement,
      {
        forget: (sessionId) => this.#removeSession(sessionId),
        returned: (deliveries, reason) =>
          this.#running ? this.#queueDeliveries.takeBack(deliveries, reason) : [],
        outlives: (message) => this.#queues.isFor(message),
      },
      wheel,
      logger,
    );
    this.#queues = new OneConsumerQueues(settings.queuePrefixes, this.#deliveries);
    this.#held = new HeldSubscriptions(this.#deliveries, logger, undefined, (messages) => {
      if (this.#running) this.#queueDeliveries.takeBack(messages.map(unsent), 'ended');
    });
    const { maxDeliveries, deadLetterDestination } = settings.acknowledgement;
    this.#queueDeliveries = new QueueDeliveries(
      maxDeliveries,
      this.#queues,
      this.#deliveries,
      new DeadLetters(brokerChannel, deadLetterDestination, logger, () => wheel.now()),
      {
        consumersOf: (message) =>
          this.#selectors.filter(registry.find(message.headers.simpDestination ?? ''), message),
        ready: (message, consumers) => this.#held.withoutHeld(message, consumers),
      },
    );
  }

  /** Whether it takes messages: from the application's start to its end. */
  get isRunning(): boolean {
    return this.#running;
  }

  /** Sessions that have connected and not left. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Subscriptions of all sessions. */
  get subscriptionCount(): number {
    return this.registry.size + this.#private.size;
  }

  /** Messages that clients have been sent and have not acknowledged, of subscriptions with `ack:client` and the like. */
  get unacknowledgedCount(): number {
    return this.#deliveries.unacknowledgedCount;
  }

  /** Messages for such subscriptions that wait until others have been acknowledged. */
  get heldBackCount(): number {
    return this.#deliveries.heldBackCount;
  }

  /** Begins to listen to the channels. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#leaveChannels.push(
      this.inbound.subscribe({
        handleMessage: (message) => this.#handleClientMessage(message),
        checkMessage: (message) => this.#checkClientMessage(message),
      }),
      // Who leaves has left, a session or one of its subscriptions, even if an interceptor stops that or fails on it.
      this.inbound.onUnsent((message) => {
        const { simpMessageType } = message.headers;
        if (simpMessageType !== 'DISCONNECT' && simpMessageType !== 'UNSUBSCRIBE') return;
        void this.#handleClientMessage(message);
      }),
      this.brokerChannel.subscribe(this),
    );
    void this.events.publish(new BrokerAvailabilityEvent(true));
  }

  /** Stops listening and forgets everybody. */
  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    for (const leave of this.#leaveChannels.splice(0)) leave();
    for (const sessionId of this.#sessions) this.#removeSession(sessionId);
    void this.events.publish(new BrokerAvailabilityEvent(false));
  }

  /**
   * What the application publishes, handlers' return values and the messaging template, and what is for user
   * destinations, translated.
   *
   * @returns for a user destination, whether a subscription got it
   */
  handleMessage(message: Message): MaybePromise<boolean> {
    const { simpMessageType, simpDestination, simpUserSessionIds } = message.headers;
    if (!this.#isMine(simpDestination, simpUserSessionIds !== undefined)) return false;
    if (simpMessageType === 'SUBSCRIBE') {
      const registry = simpUserSessionIds === undefined ? this.registry : this.#private;
      return this.#subscribe(registry, message, simpDestination);
    }
    if (simpMessageType !== 'MESSAGE') return false;
    if (simpUserSessionIds === undefined) return this.#publish(message, simpDestination);
    const receivers = this.#private.find(simpDestination, simpUserSessionIds);
    return receivers.length > 0 && this.#takes(message) && this.#deliver(message, receivers);
  }

  /** What came from another node of the cluster: it goes to the clients of this one, and no further. */
  handleElsewhere(message: Message<Uint8Array>): void {
    const { simpDestination, simpUserSessionIds } = message.headers;
    if (!this.#running || !this.#isMine(simpDestination, simpUserSessionIds !== undefined)) return;
    const receivers =
      simpUserSessionIds === undefined
        ? this.registry.find(simpDestination)
        : this.#private.find(simpDestination, simpUserSessionIds);
    this.#deliver(message, receivers);
  }

  /** @throws SessionError, MessageRejectedError or ClusterError for what it would refuse of a client's transaction */
  #checkClientMessage(message: Message): void {
    const { simpMessageType, simpDestination, stompCommand } = message.headers;
    if (isAcknowledgement(message)) {
      const isKnown = this.#deliveries.knows(message) || this.settings.other?.knows(message) === true;
      requireKnownDelivery(String(stompCommand), isKnown ? 'handled' : 'unhandled');
    } else if (simpMessageType === 'MESSAGE' && this.#isMine(simpDestination)) {
      this.#requireClientSend();
      if (hasBytes(message)) this.settings.cluster?.requireSendable(message);
    }
  }

  #handleClientMessage(message: Message): MaybePromise<boolean> {
    const { simpMessageType, simpSessionId = '', simpSubscriptionId, simpDestination } = message.headers;
    switch (simpMessageType) {
      case 'CONNECT':
        return this.#connect(message, simpSessionId);
      case 'DISCONNECT':
        this.#removeSession(simpSessionId);
        return true;
      case 'SUBSCRIBE':
        return this.#isMine(simpDestination) && this.#subscribe(this.registry, message, simpDestination);
      case 'UNSUBSCRIBE':
        // By id alone: a client need not repeat the destination (STOMP 1.2, UNSUBSCRIBE).
        this.registry.remove(simpSessionId, simpSubscriptionId ?? '');
        this.#private.remove(simpSessionId, simpSubscriptionId ?? '');
        this.#selectors.remove(simpSessionId, simpSubscriptionId ?? '');
        this.#held.remove(simpSessionId, simpSubscriptionId ?? '');
        this.#queues.remove(simpSessionId, simpSubscriptionId ?? '');
        this.#deliveries.remove(simpSessionId, simpSubscriptionId ?? '');
        this.settings.cluster?.unsubscribed(simpSessionId, simpSubscriptionId ?? '');
        return true;
      case 'MESSAGE':
        return this.#isMine(simpDestination) && this.#publishForClient(message, simpDestination);
      case 'OTHER':
        return isAcknowledgement(message) && this.#deliveries.settle(message);
      default:
        return false;
    }
  }

  #connect(message: Message, sessionId: string): MaybePromise<boolean> {
    this.#sessions.add(sessionId);
    const sent = this.outbound.send({
      payload: undefined,
      headers: {
        simpMessageType: 'CONNECT_ACK',
        simpSessionId: sessionId,
        simpHeartbeat: this.settings.heartbeat,
        simpConnectMessage: message,
        nativeHeaders: NO_NATIVE_HEADERS,
      },
    });
    // Somebody who left while interceptors looked at the CONNECT has been taken out already, and must be again.
    const settle = (outcome: SendOutcome): boolean => {
      if (outcome !== 'handled') this.#removeSession(sessionId);
      return outcome === 'handled';
    };
    if (!isPromise(sent)) return settle(sent);
    return sent.then(settle, (error: unknown) => {
      this.#removeSession(sessionId);
      throw error;
    });
  }

  #subscribe(
    registry: Pick<SubscriptionRegistry, 'add' | 'remove'>,
    message: Message,
    destination: string,
  ): MaybePromise<boolean> {
    const {
      simpSessionId: sessionId = '',
      simpSubscriptionId: subscriptionId,
      simpSession,
    } = message.headers;
    // The session's end may overtake a SUBSCRIBE that an interceptor took long to look at.
    if (subscriptionId === undefined || !this.#sessions.has(sessionId)) return false;
    // Read before and kept after: each of the two steps may refuse, and neither may leave the other's half behind.
    const selector = this.#selectors.read(message);
    this.#deliveries.remove(sessionId, subscriptionId);
    registry.add(sessionId, subscriptionId, destination);
    // A subscription that a handler failed on counts as refused, and its id may be used again: for the
    // other registry, or while its first message is still being made.
    const other = registry === this.#private ? this.registry : this.#private;
    other.remove(sessionId, subscriptionId);
    this.#held.remove(sessionId, subscriptionId);
    this.#selectors.add(sessionId, subscriptionId, selector);
    this.#deliveries.add(message);
    const { cluster, userNameOf } = this.settings;
    const elsewhere =
      registry === this.registry
        ? cluster?.subscribed(sessionId, subscriptionId, destination)
        : cluster?.subscribedForUser(sessionId, subscriptionId, userOf(message, userNameOf));
    const { simpFirstMessage, simpRelease } = message.headers;
    if (simpFirstMessage === undefined) {
      if (elsewhere === undefined) return true;
      // The other nodes may be slow to answer: the client's other frames do not wait for them.
      simpRelease?.();
      return elsewhere.then(() => true);
    }
    const first = firstAfter(elsewhere, simpFirstMessage);
    const forget = (): void => {
      registry.remove(sessionId, subscriptionId);
      this.#selectors.remove(sessionId, subscriptionId);
      this.#queues.remove(sessionId, subscriptionId);
      this.#deliveries.remove(sessionId, subscriptionId);
      cluster?.unsubscribed(sessionId, subscriptionId);
    };
    const begun = this.#held.begin({
      sessionId,
      subscriptionId,
      destination,
      session: simpSession,
      first,
      forget,
    });
    if (!isPromise(begun)) return begun;
    first.waitFor(begun);
    return true;
  }

  #publishForClient(message: Message, destination: string): MaybePromise<boolean> {
    this.#requireClientSend();
    return this.#publish(message, destination, firstNativeHeader(message, 'receipt') !== undefined);
  }

  #requireClientSend(): void {
    if (this.settings.clientSend !== 'deny') return;
    throw new MessageRejectedError('Clients may not send to broker destinations');
  }

  /** @param confirm whether it counts only when the other nodes' bus has taken it */
  #publish(message: Message, destination: string, confirm = false): MaybePromise<boolean> {
    const { cluster } = this.settings;
    if (!this.#takes(message)) return false;
    if (cluster === undefined) return this.#deliver(message, this.registry.find(destination));
    cluster.requireSendable(message);
    // Before those who are here: the sockets of many take a while to write to, and the others are farther away.
    const left = published(cluster, message, confirm);
    this.#deliver(message, this.registry.find(destination));
    return left === undefined || left.then(() => true);
  }

  /** Whether a message can be delivered; then it counts as published. */
  #takes(message: Message): message is Message<Uint8Array> {
    if (hasBytes(message)) {
      this.counters.published++;
      return true;
    }
    this.logger.error(
      `A message to ${message.headers.simpDestination} has no bytes and was dropped. Send it through a converter.`,
    );
    return false;
  }

  #deliver(message: Message<Uint8Array>, receivers: Iterable<Receiver>): boolean {
    const wanting = this.#selectors.filter(receivers, message);
    if (this.#queues.isFor(message)) {
      this.#queueDeliveries.give(unsent(message), Array.from(wanting));
      return true;
    }
    this.#deliveries.broadcast(
      message,
      this.#held.isEmpty ? wanting : this.#held.withoutHeld(message, wanting),
    );
    return true;
  }

  #isMine(destination: string | undefined, isPrivate = false): destination is string {
    const { destinationPrefixes, userDestinationPrefix, other } = this.settings;
    if (destination === undefined || destination.startsWith(userDestinationPrefix)) return false;
    if (other?.isMine(destination, isPrivate) === true) return false;
    return (
      destinationPrefixes.length === 0 || destinationPrefixes.some((prefix) => destination.startsWith(prefix))
    );
  }

  #removeSession(sessionId: string): void {
    this.#sessions.delete(sessionId);
    this.registry.removeSession(sessionId);
    this.#private.removeSession(sessionId);
    this.#selectors.removeSession(sessionId);
    this.#held.removeSession(sessionId);
    this.#queues.removeSession(sessionId);
    this.#deliveries.removeSession(sessionId);
    this.settings.cluster?.sessionEnded(sessionId);
  }
}

function isAcknowledgement({ headers }: Message): boolean {
  return headers.stompCommand === 'ACK' || headers.stompCommand === 'NACK';
}

function unsent(message: Message<Uint8Array>): Delivery {
  return { message, bytes: bytesOf(message), deliveries: 0 };
}

function hasBytes(message: Message): message is Message<Uint8Array> {
  return message.payload instanceof Uint8Array;
}
