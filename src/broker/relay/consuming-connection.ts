import type { StompFrame } from '../../protocol/stomp-frame.js';
import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import type { BrokerConnection } from './broker-connection.js';
import type { BrokerConnectionError } from './broker-connection-error.js';
import { MessageBrokerError } from './broker-error.js';
import { PendingReceipts } from './pending-receipts.js';
import { ReconnectDelay, type ReconnectSettings } from '../reconnect-delay.js';
import type { RelayCounters } from './relay-counters.js';
import type { Connect } from './relay-connections.js';
import { bareFrame } from './relay-frames.js';

/** Somebody for whom the application subscribes to a destination. */
export interface Consumer {
  /** What SUBSCRIBE says beside id, ack and receipt: asked each time, because another broker may be there then. */
  subscribeHeaders(): Iterable<readonly [string, string]>;
  /** The broker serves the subscription: at first, and again after each loss. */
  confirmed(): void;
  message(frame: StompFrame): void;
  /** The connection was lost; the subscription is made again on the next. */
  lost(): void;
  /** The broker serves nothing of that. The connection has forgotten the consumer. */
  refused(error: MessageBrokerError): void;
}

/** What a consuming connection asks of its owner. */
export interface ConsumingConnectionPort {
  readonly settings: ReconnectSettings & { readonly receiptTimeoutMs: number };
  readonly wheel: TimerWheel;
  readonly counters: Pick<RelayCounters, 'errors'>;
  isAvailable(): boolean;
  readonly connect: Connect;
  /**
   * The connection is gone, or was not made, and all its consumers know. Who is not taken away now gets another one.
   *
   * @param isOurDoing whether it ended because the broker refused one subscription, not for a reason of its own
   */
  ended(error: BrokerConnectionError, isOurDoing: boolean): void;
  /** The broker has said ERROR, and to what is not known. */
  failed(error: MessageBrokerError): void;
}

/**
 * How long nothing is asked for after an ERROR. RabbitMQ ends the connection after some, and until then confirms what it
 * does not do; it took some milliseconds when we measured.
 */
const SETTLE_MS = 250;

/**
 * A connection over which the application only consumes: while RabbitMQ has an alarm it does not read from connections that
 * publish. It asks for one subscription at a time, because an ERROR of RabbitMQ does not say what it is about.
 */
export class ConsumingConnection {
  readonly #consumers = new Set<Consumer>();
  /** Of those, who has to be asked for on the connection at hand. */
  readonly #waiting = new Set<Consumer>();
  readonly #byBrokerId = new Map<string, Consumer>();
  readonly #brokerIds = new Map<Consumer, string>();
  readonly #receipts: PendingReceipts;
  readonly #delay: ReconnectDelay;
  #state: 'none' | 'opening' | 'open' | 'lost' | 'stopped' = 'none';
  #connection: BrokerConnection | undefined;
  #dialling: { readonly cancel: () => void } | undefined;
  #retry: WheelTimer | undefined;
  #settling: WheelTimer | undefined;
  /** Whose SUBSCRIBE the broker has not answered. */
  #asked: Consumer | undefined;
  /**
   * Whether the broker has just refused what was asked for: then it may end the connection for that. A refusal that comes after its time
   * limit cannot be told from an ERROR about something else, and counts as one.
   */
  #hasRefused = false;
  #hasFailed = false;
  #lastBrokerId = 0;

  constructor(private readonly port: ConsumingConnectionPort) {
    this.#receipts = new PendingReceipts(port.wheel, port.settings.receiptTimeoutMs);
    this.#delay = new ReconnectDelay(port.settings);
  }

  get consumerCount(): number {
    return this.#consumers.size;
  }

  /** Subscribes for somebody, now or when the broker is available. */
  add(consumer: Consumer): void {
    this.#consumers.add(consumer);
    this.#waiting.add(consumer);
    if (this.#state === 'open') this.#askNext();
    else if (this.#state === 'none') this.#begin();
  }

  remove(consumer: Consumer): void {
    this.#consumers.delete(consumer);
    this.#waiting.delete(consumer);
    const brokerId = this.#brokerIds.get(consumer);
    if (brokerId === undefined) return;
    this.#forgetId(consumer);
    this.#connection?.send(bareFrame('UNSUBSCRIBE', [['id', brokerId]]));
  }

  /** The broker is available, and the connection shall be made again. */
  restore(): void {
    if (this.#state !== 'lost' || this.#retry !== undefined) return;
    if (!this.#hasFailed) {
      this.#open();
      return;
    }
    this.#retry = this.port.wheel.schedule(this.#delay.nextMs(), () => {
      this.#retry = undefined;
      if (this.#state === 'lost' && this.port.isAvailable()) this.#open();
    });
  }

  stop(): void {
    this.#state = 'stopped';
    this.#dialling?.cancel();
    this.#retry?.cancel();
    this.#settling?.cancel();
    this.#receipts.failAll(MessageBrokerError.lost());
    this.#connection?.close();
    this.#connection = undefined;
    for (const set of [this.#consumers, this.#waiting, this.#byBrokerId, this.#brokerIds]) set.clear();
  }

  #begin(): void {
    if (this.port.isAvailable()) this.#open();
    else this.#state = 'lost';
  }

  #open(): void {
    this.#state = 'opening';
    this.#dialling = this.port.connect({
      opened: (connection) => {
        this.#state = 'open';
        this.#connection = connection;
        this.#delay.reset();
        this.#askNext();
      },
      frame: (frame) => this.#frame(frame),
      ended: (error) => this.#ended(error),
    });
  }

  #askNext(): void {
    const connection = this.#connection;
    if (connection === undefined || this.#asked !== undefined || this.#settling !== undefined) return;
    const [consumer] = this.#waiting;
    if (consumer === undefined) return;
    this.#waiting.delete(consumer);
    this.#asked = consumer;
    const brokerId = String(this.#lastBrokerId++);
    this.#byBrokerId.set(brokerId, consumer);
    this.#brokerIds.set(consumer, brokerId);
    const { id, confirmed } = this.#receipts.ask();
    confirmed.then(
      () => {
        this.#asked = undefined;
        if (this.#brokerIds.get(consumer) === brokerId) consumer.confirmed();
        this.#askNext();
      },
      (error: MessageBrokerError) => {
        // With the connection gone it is made again on the next.
        if (error.code === 'STOMP_ERR_BROKER_LOST') return;
        this.#asked = undefined;
        this.#settle();
        // It may still come, and nobody would know it.
        if (error.code === 'STOMP_ERR_BROKER_TIMEOUT')
          connection.send(bareFrame('UNSUBSCRIBE', [['id', brokerId]]));
        if (this.#brokerIds.get(consumer) !== brokerId) return;
        this.#forgetId(consumer);
        this.#consumers.delete(consumer);
        consumer.refused(error);
      },
    );
    connection.send(
      bareFrame('SUBSCRIBE', [
        ['id', brokerId],
        ['ack', 'auto'],
        ...consumer.subscribeHeaders(),
        ['receipt', id],
      ]),
    );
  }

  /** @returns whether somebody waits for it, as of a client's own connection */
  #frame(frame: StompFrame): boolean {
    const { command, headers } = frame;
    if (command === 'MESSAGE') this.#byBrokerId.get(headers.get('subscription') ?? '')?.message(frame);
    else if (command === 'RECEIPT') this.#receipts.settle(headers.get('receipt-id') ?? '');
    else if (command === 'ERROR') this.#refused(frame);
    return command === 'RECEIPT';
  }

  #refused({ headers }: StompFrame): void {
    this.port.counters.errors++;
    const error = MessageBrokerError.refused(headers.get('message') ?? '');
    this.#settle();
    const cancelled = this.#byBrokerId.get(headers.get('subscription') ?? '');
    if (cancelled !== undefined && cancelled !== this.#asked) {
      // Somebody has deleted its queue. It is asked for once more, and refused if that is meant to last.
      this.#forgetId(cancelled);
      this.#waiting.add(cancelled);
      cancelled.lost();
    } else if (this.#receipts.refuse(headers.get('receipt-id'), error)) this.#hasRefused = true;
    else this.port.failed(error);
  }

  #settle(): void {
    // After a second ERROR the time begins anew.
    this.#settling?.cancel();
    this.#settling = this.port.wheel.schedule(SETTLE_MS, () => {
      this.#settling = undefined;
      this.#hasRefused = false;
      this.#askNext();
    });
  }

  #ended(error: BrokerConnectionError): void {
    this.#hasFailed = true;
    const isOurDoing = this.#hasRefused;
    this.#hasRefused = false;
    this.#settling?.cancel();
    this.#settling = undefined;
    this.#connection = undefined;
    this.#asked = undefined;
    this.#receipts.failAll(MessageBrokerError.lost());
    this.#byBrokerId.clear();
    this.#brokerIds.clear();
    this.#state = 'lost';
    for (const consumer of this.#consumers) {
      this.#waiting.add(consumer);
      consumer.lost();
    }
    this.port.ended(error, isOurDoing);
    if (this.#consumers.size === 0) this.#state = 'none';
    else if (this.port.isAvailable()) this.restore();
  }

  #forgetId(consumer: Consumer): void {
    const brokerId = this.#brokerIds.get(consumer);
    this.#brokerIds.delete(consumer);
    if (brokerId !== undefined) this.#byBrokerId.delete(brokerId);
  }
}
