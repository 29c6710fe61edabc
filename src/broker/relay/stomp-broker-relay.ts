import { randomUUID } from 'node:crypto';
import type { ClientOutboundChannel } from '../../messaging/client-outbound-channel.js';
import type { MaybePromise } from '../../messaging/maybe-promise.js';
import { firstNativeHeader, type Message } from '../../messaging/message.js';
import type { MessageHandler } from '../../messaging/message-channel.js';
import type { MessagingLogger } from '../../messaging/messaging-logger.js';
import type { SubscribableChannel } from '../../messaging/subscribable-channel.js';
import { CloseCode } from '../../session/session-error.js';
import type { StompCounters } from '../../session/stomp-counters.js';
import { BrokerAvailabilityEvent } from '../../session/stomp-event.js';
import type { StompEventPublisher } from '../../session/stomp-event-bus.js';
import type { TimerWheel } from '../../session/timer-wheel.js';
import type { BrokerConnection } from './broker-connection.js';
import type { BrokerConnectionError } from './broker-connection-error.js';
import { MessageBrokerError } from './broker-error.js';
import { profileNameOf, type BrokerProfile } from './broker-profile.js';
import { ClientConnectionLog } from './client-connection-log.js';
import { textOf } from './broker-target.js';
import { ClientDestinations } from './client-destinations.js';
import { profileFor } from './profile-for.js';
import { RelayBroadcasts } from './relay-broadcasts.js';
import type { RelayClients } from './relay-clients.js';
import { RelayConnections } from './relay-connections.js';
import { sendFrame } from './relay-frames.js';
import { RelayTransactions } from './relay-transactions.js';
import { RelayCounters } from './relay-counters.js';
import { RelaySessions, type RelaySessionCounts } from './relay-sessions.js';
import type { BrokerRelaySettings } from './relay-settings.js';
import { SharedSends } from './shared-sends.js';
import { SharedSubscriptions } from './shared-subscriptions.js';
import { subscriptionRequest } from './subscription-request.js';
import { SystemConnection } from './system-connection.js';
import { SystemPublisher } from './system-publisher.js';
import { SystemSubscriptions } from './system-subscriptions.js';

/** Stands in the log line of a session that ends because it acknowledges too little. */
const UNACKNOWLEDGED_LIMIT = 'STOMP_ERR_UNACKNOWLEDGED_LIMIT';

/**
 * The way to a message broker elsewhere, by STOMP: each client that uses its destinations has a connection there, and the
 * application has one of its own. Destinations outside `destinationPrefixes` have nothing to do with it and work while
 * the broker is away.
 *
 * Inject it to see how it stands; to publish, inject `SimpMessagingTemplate`.
 *
 * @publicApi
 */
export class StompBrokerRelay implements MessageHandler {
  /** What has been counted since the start of the application. */
  readonly counters = new RelayCounters();
  /** What instances of the application tell each other over the broker. */
  readonly broadcasts: RelayBroadcasts;
  readonly #sessions: RelaySessions;
  readonly #leaveChannels: (() => void)[] = [];
  readonly #system: SystemConnection;
  readonly #publisher: SystemPublisher;
  readonly #systemSubscriptions: SystemSubscriptions;
  readonly #shared: SharedSubscriptions;
  readonly #sharedSends: SharedSends;
  readonly #transactions = new RelayTransactions();
  #profile: BrokerProfile;
  #clientDestinations: ClientDestinations;
  #isAvailable = false;
  #isRunning = false;

  constructor(
    private readonly inbound: SubscribableChannel,
    private readonly outbound: ClientOutboundChannel,
    private readonly brokerChannel: SubscribableChannel,
    private readonly settings: BrokerRelaySettings,
    clients: RelayClients,
    private readonly events: StompEventPublisher,
    private readonly logger: MessagingLogger,
    wheel: TimerWheel,
    private readonly published: Pick<StompCounters, 'published'>,
  ) {
    this.#profile = profileFor(settings.profile ?? 'generic', settings);
    this.#clientDestinations = new ClientDestinations(this.#profile, settings);
    this.#system = new SystemConnection(settings, wheel, logger, {
      available: (connection) => this.#available(connection),
      unavailable: (error) => this.#unavailable(error),
      frame: (frame) => {
        if (frame.command === 'ERROR') this.counters.errors++;
        this.#publisher.frame(frame);
      },
    });
    this.#publisher = new SystemPublisher(this.#system, settings, wheel, logger);
    const log = (line: string): void => this.logger.debug(line);
    const ofClients = new ClientConnectionLog(logger, () => wheel.now());
    const connections = new RelayConnections(settings, wheel, () => this.#system.address);
    const isAvailable = (): boolean => this.#isAvailable;
    const profile = (): BrokerProfile => this.#profile;
    const common = { settings, wheel, isAvailable, profile, counters: this.counters };
    this.#systemSubscriptions = new SystemSubscriptions({ ...common, logger, connect: connections.system });
    this.broadcasts = new RelayBroadcasts(
      randomUUID(),
      this.#systemSubscriptions,
      this.#publisher,
      profile,
      logger,
    );
    this.#sharedSends = new SharedSends(this.#publisher, isAvailable, settings.onBrokerLoss, log);
    this.#shared = new SharedSubscriptions({
      ...common,
      connect: connections.client,
      broadcast: (message, receivers) => outbound.broadcast(message, receivers),
      end: (sessionId, error) => clients.fail(sessionId, error),
      log,
      lost: (error) => ofClients.ended('A shared connection to the broker ended', error),
    });
    this.#sessions = new RelaySessions({
      ...common,
      connect: connections.client,
      deliver: (message) => this.#deliver(message),
      waitingBytesOf: (sessionId) => clients.waitingBytesOf(sessionId),
      end: (sessionId, error) => clients.fail(sessionId, error),
      overflow: (sessionId) => this.#overflow(sessionId),
      lost: (sessionId, error) =>
        ofClients.ended(`Session ${sessionId} lost its connection to the broker`, error),
    });
  }

  /** Whether the broker is available: the system connection stands. */
  get isBrokerAvailable(): boolean {
    return this.#isAvailable;
  }

  /** Which broker it is talked to as. */
  get profileName(): string {
    return this.#profile.name;
  }

  /** How the connections of clients stand. It goes through all of them. */
  get sessionCounts(): RelaySessionCounts {
    const counts = this.#sessions.counts();
    return { ...counts, subscriptions: counts.subscriptions + this.#shared.subscriptionCount };
  }

  /** Attempts to reach the broker, for the application, so far. */
  get attempts(): number {
    return this.#system.attempts;
  }

  /** Why the broker is not available: for a health check, not for clients. */
  get unavailableReason(): string | undefined {
    return this.#system.lastError?.message;
  }

  /** Begins to listen to the channels, and connects. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#leaveChannels.push(
      this.inbound.subscribe({
        handleMessage: (message) => this.#handleClientMessage(message),
        checkMessage: (message) => this.#checkClientMessage(message),
      }),
      // Who leaves has left, a session or one of its subscriptions, even if an interceptor stops that or fails on it.
      this.inbound.onUnsent(({ headers }) => {
        const { simpMessageType, simpSessionId = '', simpSubscriptionId = '' } = headers;
        if (simpMessageType === 'DISCONNECT') void this.#leave(simpSessionId, false);
        else if (simpMessageType === 'UNSUBSCRIBE') this.#unsubscribe(simpSessionId, simpSubscriptionId);
      }),
      this.brokerChannel.subscribe(this),
    );
    this.#system.start();
  }

  /** Resolved when the broker is available, or each of its addresses has failed once: with why. */
  firstAttempt(): Promise<BrokerConnectionError | undefined> {
    return this.#system.firstAttempt();
  }

  /** Ends all connections. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    for (const leave of this.#leaveChannels.splice(0)) leave();
    this.#sessions.clear();
    this.#shared.stop();
    this.#systemSubscriptions.stop();
    this.#publisher.stop();
    this.#system.stop();
    this.#tell(false);
  }

  /** Whether a destination is the broker's, and not of somebody in this process. */
  isMine(destination: string, isPrivate: boolean): boolean {
    const { destinationPrefixes, userDestinationPrefix, userDestinations, userErrorDestination } =
      this.settings;
    if (isPrivate) {
      if (userDestinations === 'local' || destination === userErrorDestination) return false;
    } else if (destination.startsWith(userDestinationPrefix)) return false;
    return destinationPrefixes.some((prefix) => destination.startsWith(prefix));
  }

  /** Whether an ACK or NACK is about something that came from the broker. */
  knows(acknowledgement: Message): boolean {
    return this.#sessions.get(acknowledgement.headers.simpSessionId)?.knows(acknowledgement) === true;
  }

  /**
   * What the application publishes, and what is for user destinations, translated.
   *
   * @returns for a user destination, whether a subscription is there for it
   * @throws MessageBrokerError when the broker is not available, or takes no more
   */
  handleMessage(message: Message): MaybePromise<boolean> {
    const { simpMessageType, simpDestination, simpUserSessionIds } = message.headers;
    if (simpDestination === undefined || !this.isMine(simpDestination, simpUserSessionIds !== undefined))
      return false;
    if (simpMessageType === 'SUBSCRIBE') {
      return this.#subscribe(message, simpUserSessionIds !== undefined);
    }
    if (simpMessageType !== 'MESSAGE') return false;
    if (!hasBytes(message)) {
      this.logger.error(
        `A message to ${simpDestination} has no bytes and was dropped. Send it through a converter.`,
      );
      return false;
    }
    this.published.published++;
    this.counters.messagesOut += simpUserSessionIds === undefined ? 1 : 0;
    if (simpUserSessionIds === undefined) {
      return this.#publisher.publish(message, [this.#profile.toBroker(simpDestination)], this.#profile);
    }
    const there = simpUserSessionIds.filter(
      (id) => this.#sessions.get(id)?.hasPrivate(simpDestination) === true,
    );
    if (there.length === 0) return false;
    this.counters.messagesOut += there.length;
    const destinations = there.map((id) => this.#profile.privateDestination(simpDestination, id));
    return this.#publisher.publish(message, destinations, this.#profile);
  }

  /** @throws what it would throw of a part of a transaction, before any part is sent */
  #checkClientMessage(message: Message): void {
    const { simpMessageType, simpDestination, simpTransaction } = message.headers;
    if (simpMessageType === 'MESSAGE') {
      if (simpDestination === undefined || !this.isMine(simpDestination, false)) return;
      this.#clientDestinations.requireSendable(simpDestination);
      if (!this.#isAvailable) throw MessageBrokerError.unavailable();
    } else if (!this.knows(message)) return;
    if (simpTransaction !== undefined) this.#transactions.count(simpTransaction);
  }

  #handleClientMessage(message: Message): MaybePromise<boolean> {
    const { simpMessageType, simpSessionId = '', simpSubscriptionId = '', simpDestination } = message.headers;
    switch (simpMessageType) {
      case 'CONNECT':
        // The simple broker answers: a client needs no broker to be connected here.
        this.#sessions.connected(simpSessionId, message.headers.simpSession);
        return false;
      case 'DISCONNECT': {
        const left = this.#leave(simpSessionId, firstNativeHeader(message, 'receipt') !== undefined);
        return left === undefined ? false : left.then(() => false);
      }
      case 'SUBSCRIBE':
        if (simpDestination === undefined || !this.isMine(simpDestination, false)) return false;
        return this.#subscribe(message, false);
      case 'UNSUBSCRIBE':
        this.#unsubscribe(simpSessionId, simpSubscriptionId);
        return false;
      case 'MESSAGE':
        if (simpDestination === undefined || !this.isMine(simpDestination, false)) return false;
        return hasBytes(message) && this.#send(message, simpDestination);
      case 'OTHER':
        return this.#acknowledge(message, simpSessionId);
      default:
        return false;
    }
  }

  #leave(sessionId: string, isConfirmed: boolean): Promise<unknown> | undefined {
    this.#shared.leave(sessionId);
    const left = this.#sessions.leave(sessionId, isConfirmed);
    const shared = isConfirmed ? this.#sharedSends.whenConfirmed(sessionId) : undefined;
    return left === undefined && shared === undefined ? undefined : Promise.all([left, shared]);
  }

  #unsubscribe(sessionId: string, subscriptionId: string): void {
    this.#sessions.get(sessionId)?.unsubscribe(subscriptionId);
    this.#shared.unsubscribe(sessionId, subscriptionId);
  }

  #send(message: Message<Uint8Array>, destination: string): MaybePromise<boolean> {
    this.#clientDestinations.requireSendable(destination);
    const { simpTransaction } = message.headers;
    const session = this.#sessions.of(message);
    if (session === undefined) return false;
    this.published.published++;
    this.counters.messagesOut++;
    const named = this.#profile.toBroker(destination);
    if (simpTransaction === undefined && this.#shared.holds(destination))
      return this.#sharedSends.send(message, named, this.#profile, session.id);
    return this.#transactions.part(
      simpTransaction,
      (part) => session.sendPart(() => sendFrame(message, named, this.#profile), part),
      () => session.send(message, named),
    );
  }

  #acknowledge(message: Message, sessionId: string): MaybePromise<boolean> {
    const session = this.#sessions.get(sessionId);
    if (session === undefined || !session.knows(message)) return false;
    return this.#transactions.part(
      message.headers.simpTransaction,
      (part) => session.sendPart(() => session.acknowledgement(message), part),
      () => session.acknowledge(message),
    );
  }

  #subscribe(message: Message, isPrivate: boolean): MaybePromise<boolean> {
    if (message.headers.simpFirstMessage !== undefined) {
      throw new Error(
        `snapshotThenLive cannot begin ${message.headers.simpDestination}, which brokerRelay serves. ` +
          'Give the destination to simpleBroker.',
      );
    }
    const session = this.#sessions.of(message);
    if (message.headers.simpSubscriptionId === undefined || session === undefined) return false;
    const request = subscriptionRequest(message, isPrivate, session.nextNumber(), {
      profile: this.#profile,
      destinations: this.#clientDestinations,
      prefetch: this.settings.prefetch,
    });
    this.#unsubscribe(session.id, request.id);
    const confirmed = this.#shared.takes(request)
      ? this.#shared.subscribe(session.id, request)
      : session.subscribe(request);
    // The broker may be away for long: the client's other frames do not wait for it.
    message.headers.simpRelease?.();
    return confirmed;
  }

  #deliver(message: Message): MaybePromise<unknown> {
    try {
      const sent = this.outbound.send(message);
      if (!(sent instanceof Promise)) return sent;
      return sent.catch((error: unknown) => this.#undelivered(message, error));
    } catch (error) {
      return this.#undelivered(message, error);
    }
  }

  #undelivered({ headers }: Message, error: unknown): void {
    this.logger.error(`A message for session ${headers.simpSessionId} was not sent: ${String(error)}`);
  }

  #overflow(sessionId: string): void {
    const { unacknowledgedLimit } = this.settings;
    this.logger.warn(
      `Session ${sessionId} ended. ${UNACKNOWLEDGED_LIMIT}, ${unacknowledgedLimit} messages of the broker wait for its ACKs.`,
    );
    const session = this.#sessions.simpSessionOf(sessionId);
    session?.close(CloseCode.SESSION_NOT_RELIABLE, 'Too much is not acknowledged', UNACKNOWLEDGED_LIMIT);
  }

  #available(connection: BrokerConnection): void {
    const { settings } = this;
    const name = settings.profile ?? profileNameOf(connection.server);
    if (name !== this.#profile.name) {
      this.#profile = profileFor(name, settings);
      this.#clientDestinations = new ClientDestinations(this.#profile, settings);
    }
    for (const prefix of settings.destinationPrefixes) {
      const remark = this.#profile.remarkOn(prefix);
      if (remark !== undefined) this.logger.warn(remark);
    }
    this.#tell(true);
    this.#sessions.restoreAll();
    this.#shared.restore();
    this.#systemSubscriptions.restore();
  }

  #unavailable(error: BrokerConnectionError): void {
    this.#publisher.lost();
    this.logger.debug(`The system connection to ${textOf(this.#system.address)} ended. ${error.message}`);
    this.#tell(false);
  }

  #tell(isAvailable: boolean): void {
    if (this.#isAvailable === isAvailable) return;
    this.#isAvailable = isAvailable;
    void this.events.publish(new BrokerAvailabilityEvent(isAvailable));
  }
}

function hasBytes(message: Message): message is Message<Uint8Array> {
  return message.payload instanceof Uint8Array;
}
