import { detached } from '../../messaging/detached-text.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import type { SubscriptionAckMode } from '../../session/ack-mode.js';
import { Deferred } from '../deferred.js';
import { bareFrame } from './relay-frames.js';

/** What a client has subscribed to, as the client and as the broker call it. */
export interface RelaySubscriptionRequest {
  /** The client's, unique in its session. */
  readonly id: string;
  /** Counted from 0 among all of the session: what names of deliveries begin with. */
  readonly number: number;
  /** What the client sees. */
  readonly destination: string;
  /** What its user destination is called before it is private; `undefined` for other destinations. */
  readonly target: string | undefined;
  readonly brokerDestination: string;
  readonly isPattern: boolean;
  readonly mode: SubscriptionAckMode;
  /** Whether the client has said nothing that the broker alone knows to read, such as a selector. */
  readonly isPlain: boolean;
  /** What else its SUBSCRIBE says to the broker. */
  readonly headers: readonly (readonly [string, string])[];
}

/** By what the broker knows a delivery. */
interface BrokerDelivery {
  readonly ack: string | undefined;
  readonly messageId: string | undefined;
}

/** One subscription of a client at the broker. It may outlive the connection over which it was made. */
export class RelaySubscription {
  /** Settled when the broker has confirmed it, or will not. */
  readonly confirmed = new Deferred();
  /** The broker's name for it on the connection at hand; another one each time it is made. */
  brokerId = '';
  readonly #pending = new Map<number, BrokerDelivery>();

  constructor(readonly request: RelaySubscriptionRequest) {}

  get acknowledges(): boolean {
    return this.request.mode !== 'auto';
  }

  /** Deliveries that the client has not settled. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  subscribeFrame(receipt: string): StompFrame {
    const { brokerDestination, mode, headers } = this.request;
    return bareFrame('SUBSCRIBE', [
      ['id', this.brokerId],
      ['destination', brokerDestination],
      ['ack', mode],
      ...headers,
      ['receipt', receipt],
    ]);
  }

  /** The broker has sent a message that has to be acknowledged. */
  sent(delivery: number, { headers }: StompFrame): void {
    const ack = headers.get('ack');
    const messageId = headers.get('message-id');
    this.#pending.set(delivery, {
      ack: ack === undefined ? undefined : detached(ack),
      messageId: messageId === undefined ? undefined : detached(messageId),
    });
  }

  /**
   * The client has settled a delivery, and in mode `client` those before it.
   *
   * @returns `undefined` when it is settled already, or was made over a connection that is gone
   */
  settle(command: 'ACK' | 'NACK', delivery: number): StompFrame | undefined {
    const named = this.#pending.get(delivery);
    if (named === undefined) return undefined;
    if (this.request.mode === 'client') {
      for (const earlier of this.#pending.keys()) if (earlier <= delivery) this.#pending.delete(earlier);
    } else this.#pending.delete(delivery);
    const { ack, messageId } = named;
    // 1.2 has `id`; before that it is the message-id and the subscription (STOMP 1.1, ACK).
    return ack === undefined
      ? bareFrame(command, [
          ['message-id', messageId],
          ['subscription', this.brokerId],
        ])
      : bareFrame(command, [['id', ack]]);
  }

  /** The connection is gone: the broker sends again what was not settled, under new names. */
  forgetDeliveries(): void {
    this.#pending.clear();
  }
}
