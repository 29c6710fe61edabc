import type { MaybePromise } from '../../messaging/maybe-promise.js';
import { firstNativeHeader, type Message } from '../../messaging/message.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import { AckIds } from '../ack-ids.js';
import { BrokerConnection, type BrokerConnectionListener } from './broker-connection.js';
import type { BrokerConnectionError } from './broker-connection-error.js';
import { MessageBrokerError } from './broker-error.js';
import type { BrokerProfile } from './broker-profile.js';
import { ClientPressure } from './client-pressure.js';
import { Deferred } from '../deferred.js';
import { PendingReceipts } from './pending-receipts.js';
import type { RelayCounters } from './relay-counters.js';
import { ReconnectDelay } from '../reconnect-delay.js';
import { bareFrame, sendFrame } from './relay-frames.js';
import { messageOf } from './relay-message.js';
import type { BrokerRelaySettings } from './relay-settings.js';
import type { TransactionPart } from './relay-transactions.js';
import { RelaySubscription, type RelaySubscriptionRequest } from './relay-subscription.js';

/** What a session's connection asks of its relay. */
export interface RelaySessionPort {
  readonly settings: BrokerRelaySettings;
  readonly wheel: TimerWheel;
  /** Whether the broker is available. */
  isAvailable(): boolean;
  /** What is known of the broker. Only while it is or was available. */
  profile(): BrokerProfile;
  /** Makes a connection for a client, in its turn. */
  connect(listener: BrokerConnectionListener): { readonly cancel: () => void };
  /** A message for the client. @returns a promise while somebody still looks at it */
  deliver(message: Message<Uint8Array>): MaybePromise<unknown>;
  /** Octets that wait for the client. */
  waitingBytesOf(sessionId: string): number;
  /** The client's session cannot go on. */
  end(sessionId: string, error: MessageBrokerError): void;
  /** More messages wait to be acknowledged than may. */
  overflow(sessionId: string): void;
  /** The connection was lost, or could not be made. */
  lost(sessionId: string, error: BrokerConnectionError): void;
  readonly counters: RelayCounters;
}

/**
 * One client's own connection to the broker, and what the client has there. It is opened by the first frame that is for the
 * broker, so that clients of the application alone cost the broker nothing.
 */
export class RelaySession {
  readonly #subscriptions = new Map<string, RelaySubscription>();
  readonly #byBrokerId = new Map<string, RelaySubscription>();
  readonly #ackIds = new AckIds();
  readonly #receipts: PendingReceipts;
  readonly #delay: ReconnectDelay;
  readonly #pressure: ClientPressure;
  #state: 'none' | 'opening' | 'open' | 'lost' | 'ended' = 'none';
  #connection: BrokerConnection | undefined;
  #opening: Deferred<BrokerConnection> | undefined;
  #dialling: { readonly cancel: () => void } | undefined;
  #retry: WheelTimer | undefined;
  #brokerIds = 0;
  #hasBeenOpen = false;

  constructor(
    readonly id: string,
    private readonly port: RelaySessionPort,
  ) {
    this.#receipts = new PendingReceipts(port.wheel, port.settings.receiptTimeoutMs);
    this.#delay = new ReconnectDelay(port.settings);
    this.#pressure = new ClientPressure(port.wheel, port.settings.clientBufferSizeLimit, () =>
      port.waitingBytesOf(id),
    );
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get isLost(): boolean {
    return this.#state === 'lost';
  }

  /** Whether the broker is held back, because the client does not keep up. */
  get isHeldBack(): boolean {
    return this.#pressure.isHolding;
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  get pendingReceipts(): number {
    return this.#receipts.size;
  }

  /** Number for the next subscription. */
  nextNumber(): number {
    return this.#ackIds.nextSubscription();
  }

  /** Whether a user destination is subscribed to. */
  hasPrivate(target: string): boolean {
    for (const { request } of this.#subscriptions.values()) if (request.target === target) return true;
    return false;
  }

  /** @returns whether the broker serves the subscription, when that is known */
  subscribe(request: RelaySubscriptionRequest): MaybePromise<boolean> {
    this.#require();
    this.#remove(request.id);
    const subscription = new RelaySubscription(request);
    this.#subscriptions.set(request.id, subscription);
    if (this.#connection !== undefined && this.#state === 'open')
      this.#establish(subscription, this.#connection);
    else if (this.#state === 'none') this.#begin();
    return subscription.confirmed.promise.then(() => true);
  }

  unsubscribe(id: string): void {
    const subscription = this.#remove(id);
    if (subscription === undefined || this.#state !== 'open') return;
    this.#connection?.send(bareFrame('UNSUBSCRIBE', [['id', subscription.brokerId]]));
  }

  /**
   * @param destination what the broker calls it
   * @returns true when the broker has taken the message, or its connection has
   */
  send(message: Message<Uint8Array>, destination: string): MaybePromise<boolean> {
    const isConfirmed = firstNativeHeader(message, 'receipt') !== undefined;
    const frame = (receipt: string | undefined): StompFrame =>
      sendFrame(message, destination, this.port.profile(), { receipt });
    return this.#withConnection((connection) =>
      this.#transmit(connection, isConfirmed, frame, message.headers.simpRelease),
    );
  }

  /**
   * A part of a transaction. The first begins it, the last commits it and waits for the broker.
   *
   * @param frame of this part; none when what it settles is settled already
   */
  sendPart(
    frame: () => StompFrame | undefined,
    { transaction, isFirst, isLast }: TransactionPart,
  ): MaybePromise<boolean> {
    return this.#withConnection((connection) => {
      if (isFirst) connection.send(bareFrame('BEGIN', [['transaction', transaction]]));
      const part = frame();
      part?.headers.append('transaction', transaction);
      const hasRoom = part === undefined || connection.send(part);
      if (!isLast) return hasRoom || connection.whenDrained().then(() => true);
      return this.#transmit(connection, true, (receipt) =>
        bareFrame('COMMIT', [
          ['transaction', transaction],
          ['receipt', receipt],
        ]),
      );
    });
  }

  /** Whether an ACK or NACK is about a delivery of this session. */
  knows(acknowledgement: Message): boolean {
    return this.#ackIds.parse(acknowledgement.headers.simpAckId ?? '') !== undefined;
  }

  /** @returns false when the session was never given such an id; what is settled already stays as it is */
  acknowledge(message: Message): MaybePromise<boolean> {
    if (!this.knows(message)) return false;
    const frame = this.acknowledgement(message);
    const connection = this.#connection;
    if (frame === undefined || connection === undefined || this.#state !== 'open') return true;
    const isConfirmed = firstNativeHeader(message, 'receipt') !== undefined;
    return this.#transmit(connection, isConfirmed, (receipt) => {
      if (receipt !== undefined) frame.headers.append('receipt', receipt);
      return frame;
    });
  }

  /** The frame for an ACK or NACK of the client; `undefined` when it has no effect any more. */
  acknowledgement({ headers }: Message): StompFrame | undefined {
    const parts = this.#ackIds.parse(headers.simpAckId ?? '');
    if (parts === undefined) return undefined;
    const command = headers.stompCommand === 'NACK' ? 'NACK' : 'ACK';
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.request.number === parts.subscription)
        return subscription.settle(command, parts.delivery);
    }
    return undefined;
  }

  /**
   * The session is over.
   *
   * @param isConfirmed whether the client wants to know that all it has sent has arrived
   */
  leave(isConfirmed: boolean): MaybePromise<void> {
    const connection = this.#connection;
    if (!isConfirmed || connection === undefined || this.#state !== 'open') {
      this.#finish();
      connection?.close();
      return undefined;
    }
    const { id, confirmed } = this.#receipts.ask();
    connection.send(bareFrame('DISCONNECT', [['receipt', id]]));
    return confirmed
      .catch(() => undefined)
      .then(() => {
        this.#finish();
        connection.destroy();
      });
  }

  /** The broker is available, and the connection shall be made again. */
  restore(): void {
    if (this.#state !== 'lost' || this.#retry !== undefined) return;
    this.#retry = this.port.wheel.schedule(this.#delay.nextMs(), () => {
      this.#retry = undefined;
      if (this.#state === 'lost' && this.port.isAvailable()) this.#open();
    });
  }

  #require(): void {
    if (this.#state === 'ended') throw MessageBrokerError.lost();
    if (this.#state !== 'none' || this.port.isAvailable()) return;
    if (this.port.settings.onBrokerLoss === 'close') throw MessageBrokerError.unavailable();
  }

  #begin(): void {
    if (this.port.isAvailable()) this.#open();
    else this.#state = 'lost';
  }

  #open(): Deferred<BrokerConnection> {
    this.#state = 'opening';
    const opening = (this.#opening = new Deferred<BrokerConnection>());
    this.#dialling = this.port.connect({
      opened: (connection) => this.#opened(connection),
      frame: (frame) => this.#frame(frame),
      ended: (error) => this.#ended(error),
    });
    return opening;
  }

  #withConnection(use: (connection: BrokerConnection) => MaybePromise<boolean>): MaybePromise<boolean> {
    if (this.#state === 'open' && this.#connection !== undefined) return use(this.#connection);
    if (this.#state === 'lost') throw MessageBrokerError.unavailable(true);
    this.#require();
    if (this.#state === 'none' && !this.port.isAvailable()) throw MessageBrokerError.unavailable(true);
    return (this.#opening ?? this.#open()).promise.then(use);
  }

  /** @param release called when the connection takes more, though the broker has not confirmed yet */
  #transmit(
    connection: BrokerConnection,
    isConfirmed: boolean,
    frame: (receipt: string | undefined) => StompFrame,
    release?: () => void,
  ): MaybePromise<boolean> {
    if (isConfirmed) {
      const { id, confirmed } = this.#receipts.ask();
      if (connection.send(frame(id))) release?.();
      else if (release !== undefined) void connection.whenDrained().then(release);
      return confirmed.then(() => true);
    }
    return connection.send(frame(undefined)) || connection.whenDrained().then(() => true);
  }

  #opened(connection: BrokerConnection): void {
    const opening = this.#opening;
    const isAgain = this.#delay.failures > 0;
    this.#opening = undefined;
    this.#connection = connection;
    this.#state = 'open';
    this.#hasBeenOpen = true;
    this.#delay.reset();
    for (const subscription of this.#subscriptions.values()) this.#establish(subscription, connection);
    opening?.resolve(connection);
    this.port.counters.connectionsOpened++;
    if (isAgain) this.port.counters.sessionsRestored++;
  }

  /** Makes a subscription on the connection at hand. */
  #establish(subscription: RelaySubscription, connection: BrokerConnection): void {
    subscription.brokerId = String(this.#brokerIds++);
    this.#byBrokerId.set(subscription.brokerId, subscription);
    const { id, confirmed } = this.#receipts.ask();
    confirmed.then(
      () => subscription.confirmed.resolve(),
      (error: MessageBrokerError) => {
        // With the connection gone, it is made again on the next, or has been given up already.
        if (error.code === 'STOMP_ERR_BROKER_LOST' || error.code === 'STOMP_ERR_BROKER_UNAVAILABLE') return;
        this.#remove(subscription.request.id, subscription);
        subscription.confirmed.reject(error);
      },
    );
    connection.send(subscription.subscribeFrame(id));
  }

  #remove(id: string, only?: RelaySubscription): RelaySubscription | undefined {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined || (only !== undefined && only !== subscription)) return undefined;
    this.#subscriptions.delete(id);
    this.#byBrokerId.delete(subscription.brokerId);
    return subscription;
  }

  /** @returns whether a client waits for it: its RECEIPT shall not come behind a MESSAGE that the broker has sent later */
  #frame(frame: StompFrame): boolean {
    const { command, headers } = frame;
    if (command === 'MESSAGE') this.#message(frame);
    else if (command === 'RECEIPT') this.#receipts.settle(headers.get('receipt-id') ?? '');
    else if (command === 'ERROR') this.#refused(frame);
    return command === 'RECEIPT';
  }

  #message(frame: StompFrame): void {
    this.port.counters.messagesIn++;
    const subscription = this.#byBrokerId.get(frame.headers.get('subscription') ?? '');
    if (subscription === undefined) return;
    let ackId: string | undefined;
    if (subscription.acknowledges) {
      if (this.#pendingDeliveries() >= this.port.settings.unacknowledgedLimit) {
        this.port.overflow(this.id);
        return;
      }
      const delivery = this.#ackIds.nextDelivery();
      ackId = this.#ackIds.format({ subscription: subscription.request.number, delivery });
      subscription.sent(delivery, frame);
    }
    const sent = this.port.deliver(messageOf(frame, this.id, subscription, this.port.profile(), ackId));
    if (this.#connection !== undefined) this.#pressure.delivered(this.#connection, sent);
  }

  #pendingDeliveries(): number {
    let count = 0;
    for (const subscription of this.#subscriptions.values()) count += subscription.pendingCount;
    return count;
  }

  /** An ERROR is the end of the session, unless it answers one frame that somebody waits for. */
  #refused(frame: StompFrame): void {
    this.port.counters.errors++;
    const error = MessageBrokerError.refused(frame.headers.get('message') ?? '');
    if (this.#receipts.refuse(frame.headers.get('receipt-id'), error)) return;
    this.port.end(this.id, error);
  }

  #ended(error: BrokerConnectionError): void {
    const { onBrokerLoss } = this.port.settings;
    const opening = this.#opening;
    const wasOpen = this.#state === 'open';
    this.#connection = undefined;
    this.#opening = undefined;
    this.#byBrokerId.clear();
    this.#pressure.stop();
    for (const subscription of this.#subscriptions.values()) subscription.forgetDeliveries();
    const isRefused = error.failure === 'refused';
    const said = error.frame?.headers.get('message') ?? '';
    const isKept = onBrokerLoss === 'resubscribe' && !isRefused;
    this.#state = isKept ? 'lost' : 'none';
    const failure = isRefused ? MessageBrokerError.refused(said) : MessageBrokerError.lost();
    this.#receipts.failAll(wasOpen ? failure : MessageBrokerError.unavailable());
    opening?.reject(isRefused ? failure : MessageBrokerError.unavailable(isKept));
    if (wasOpen) this.port.counters.connectionsLost++;
    else this.port.counters.connectionsFailed++;
    this.port.lost(this.id, error);
    if (isKept) {
      if (this.port.isAvailable()) this.restore();
      return;
    }
    for (const { confirmed } of this.#subscriptions.values()) confirmed.reject(failure);
    this.#subscriptions.clear();
    // Otherwise whoever has sent the first frame is told.
    if (this.#hasBeenOpen) this.port.end(this.id, failure);
  }

  #finish(): void {
    this.#state = 'ended';
    this.#dialling?.cancel();
    this.#retry?.cancel();
    this.#pressure.stop();
    this.#receipts.failAll(MessageBrokerError.lost());
    this.#opening?.reject(MessageBrokerError.lost());
    for (const { confirmed } of this.#subscriptions.values()) confirmed.reject(MessageBrokerError.lost());
    this.#subscriptions.clear();
    this.#byBrokerId.clear();
  }
}
