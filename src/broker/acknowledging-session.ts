import type { SimpSession } from '../messaging/simp-session.js';
import { AckIds } from './ack-ids.js';
import type { AcknowledgingSubscription, Delivery } from './acknowledging-subscription.js';

/** The acknowledging subscriptions of one session, and what is kept for all of them. */
export class AcknowledgingSession {
  readonly ids = new AckIds();
  readonly #byId = new Map<string, AcknowledgingSubscription>();
  readonly #byNumber = new Map<number, AcknowledgingSubscription>();
  #count = 0;
  #bytes = 0;

  /** @param session `undefined` when the SUBSCRIBE did not say */
  constructor(
    readonly id: string,
    readonly session: SimpSession | undefined,
  ) {}

  /** Messages kept: sent and not acknowledged, or held back. */
  get count(): number {
    return this.#count;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get subscriptions(): Iterable<AcknowledgingSubscription> {
    return this.#byId.values();
  }

  add(subscription: AcknowledgingSubscription): void {
    this.#byId.set(subscription.receiver.subscriptionId, subscription);
    this.#byNumber.set(subscription.receiver.number, subscription);
  }

  get(subscriptionId: string): AcknowledgingSubscription | undefined {
    return this.#byId.get(subscriptionId);
  }

  numbered(number: number): AcknowledgingSubscription | undefined {
    return this.#byNumber.get(number);
  }

  remove({ receiver }: AcknowledgingSubscription): void {
    this.#byId.delete(receiver.subscriptionId);
    this.#byNumber.delete(receiver.number);
  }

  keep({ bytes }: Delivery): void {
    this.#count++;
    this.#bytes += bytes;
  }

  letGo(deliveries: readonly Delivery[]): void {
    for (const { bytes } of deliveries) {
      this.#count--;
      this.#bytes -= bytes;
    }
  }
}
