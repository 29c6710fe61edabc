import type { Receiver } from '../messaging/client-outbound-channel.js';
import type { Message } from '../messaging/message.js';
import type { WheelTimer } from '../session/timer-wheel.js';
import { PendingDeliveries } from './pending-deliveries.js';

/** A message for one subscription, and what it has been through. */
export interface Delivery {
  readonly message: Message<Uint8Array>;
  /** What keeping it costs. */
  readonly bytes: number;
  /** How often somebody was sent it before. */
  readonly deliveries: number;
}

/** How a subscription acknowledges: all up to one, or each by itself. */
export type AckMode = 'client' | 'client-individual';

/** What is fixed when a client subscribes. */
export interface AcknowledgingReceiver extends Receiver {
  /** Counted in its session. */
  readonly number: number;
  readonly mode: AckMode;
  /** Deliveries that may be pending at a time. */
  readonly prefetch: number;
}

/** A delivery that is pending. */
interface Sent {
  readonly delivery: Delivery;
  /** Ends its time to be acknowledged. */
  readonly timer: WheelTimer | undefined;
}

/** One subscription that acknowledges: its window of pending deliveries, and what is held back behind it. */
export class AcknowledgingSubscription {
  readonly #pending: PendingDeliveries<Sent>;
  #waiting: Delivery[] = [];
  #head = 0;
  #ended = false;

  /** @param transmit numbers a delivery, says so with {@link sent} and lets it go */
  constructor(
    readonly receiver: AcknowledgingReceiver,
    private readonly transmit: (subscription: AcknowledgingSubscription, delivery: Delivery) => void,
  ) {
    this.#pending = new PendingDeliveries(receiver.mode === 'client');
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  get waitingCount(): number {
    return this.#waiting.length - this.#head;
  }

  /** Whether the next delivery would go at once. */
  get isFree(): boolean {
    return this.waitingCount === 0 && this.#isOpen;
  }

  /** Sends a delivery, or holds it back behind those that wait already. */
  deliver(delivery: Delivery): void {
    this.#waiting.push(delivery);
    this.drain();
  }

  /** Sends deliveries again, before any that wait. */
  deliverAgain(deliveries: readonly Delivery[]): void {
    if (deliveries.length > 0) {
      this.#waiting = [...deliveries, ...this.#waiting.slice(this.#head)];
      this.#head = 0;
    }
    this.drain();
  }

  /** Sends what the window has room for. */
  drain(): void {
    // Sending may settle, or end the session: everything is looked at anew each time.
    while (!this.#ended && this.#isOpen && this.waitingCount > 0) {
      const delivery = this.#waiting[this.#head++];
      this.#trim();
      this.transmit(this, delivery);
    }
  }

  /** A delivery is on its way under this number. */
  sent(number: number, delivery: Delivery, timer?: WheelTimer): void {
    this.#pending.add(number, { delivery, timer });
  }

  /** Takes out what an ACK or NACK of this delivery is about; nothing when it is settled. */
  settle(number: number): Delivery[] {
    return released(this.#pending.settle(number));
  }

  /** Takes one out that has not reached the client, or is too late. */
  takeOut(number: number): Delivery[] {
    return released(this.#pending.remove(number));
  }

  /** Ends it. What it has not acknowledged, and what was held back, is given away, in order. */
  end(): Delivery[] {
    this.#ended = true;
    const left = [...released(this.#pending.clear()), ...this.#waiting.slice(this.#head)];
    this.#waiting = [];
    this.#head = 0;
    return left;
  }

  /** Amortised, nothing is moved twice; and nothing at all while nothing waits. */
  #trim(): void {
    if (this.#head === this.#waiting.length) this.#waiting.length = 0;
    else if (this.#head * 2 > this.#waiting.length) this.#waiting = this.#waiting.slice(this.#head);
    else return;
    this.#head = 0;
  }

  get #isOpen(): boolean {
    return this.#pending.size < this.receiver.prefetch;
  }
}

function released(sent: readonly Sent[]): Delivery[] {
  return sent.map(({ delivery, timer }) => {
    timer?.cancel();
    return delivery;
  });
}
