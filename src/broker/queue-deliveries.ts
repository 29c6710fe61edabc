import type { Receiver } from '../messaging/client-outbound-channel.js';
import type { Message } from '../messaging/message.js';
import type { AcknowledgedDeliveries, ReturnReason } from './acknowledged-deliveries.js';
import type { Delivery } from './acknowledging-subscription.js';
import type { DeadLetters } from './dead-letters.js';
import type { OneConsumerQueues } from './one-consumer-queues.js';

/** What {@link QueueDeliveries} asks of its broker. */
export interface QueuePort {
  /** Everybody who is subscribed to a message's destination and wants it. */
  consumersOf(message: Message): Iterable<Receiver>;
  /** Those who need not wait for something else first; for the others it is kept. */
  ready(message: Message<Uint8Array>, consumers: readonly Receiver[]): Iterable<Receiver>;
}

/** Gives messages of queues to one consumer each, and decides what becomes of all that comes back. */
export class QueueDeliveries {
  /** Those that have come back and are still to be given to somebody. */
  readonly #returned: Delivery[] = [];
  #isGivingAgain = false;

  constructor(
    private readonly maxDeliveries: number,
    private readonly queues: OneConsumerQueues,
    private readonly deliveries: Pick<AcknowledgedDeliveries, 'deliver' | 'isAcknowledging'>,
    private readonly deadLetters: DeadLetters,
    private readonly port: QueuePort,
  ) {}

  /** Gives a message to one of its consumers; when there are none, to nobody. */
  give(delivery: Delivery, consumers: readonly Receiver[]): void {
    if (consumers.length === 0) return;
    const { message, bytes } = delivery;
    const consumer = this.queues.choose(consumers, bytes);
    if (consumer === undefined) {
      this.deadLetters.take(message, 'overflow');
      return;
    }
    for (const receiver of this.port.ready(message, [consumer])) this.deliveries.deliver(delivery, receiver);
  }

  /** @returns what the subscription that it comes from is to be sent again */
  takeBack(returned: readonly Delivery[], reason: ReturnReason): readonly Delivery[] {
    const again: Delivery[] = [];
    for (const delivery of returned) {
      const isOfQueue = this.queues.isFor(delivery.message);
      // A topic's messages are for those who are subscribed, and end with them.
      if (reason === 'ended' && !isOfQueue) continue;
      if (delivery.deliveries >= this.maxDeliveries) this.deadLetters.take(delivery.message, reason);
      else if (isOfQueue) this.#returned.push(delivery);
      else again.push(delivery);
    }
    this.#giveReturned();
    return again;
  }

  /** One may end the session that gets it, and bring back all of that: a loop, because so may a thousand in a row. */
  #giveReturned(): void {
    if (this.#isGivingAgain) return;
    this.#isGivingAgain = true;
    try {
      while (this.#returned.length > 0)
        for (const delivery of this.#returned.splice(0)) this.#giveAgain(delivery);
    } finally {
      this.#isGivingAgain = false;
    }
  }

  /** First to those who acknowledge, so that it is not lost next time. */
  #giveAgain(delivery: Delivery): void {
    const consumers = Array.from(this.port.consumersOf(delivery.message));
    const acknowledging = consumers.filter((consumer) => this.deliveries.isAcknowledging(consumer));
    if (consumers.length === 0) this.deadLetters.take(delivery.message, 'no-consumer');
    else this.give(delivery, acknowledging.length > 0 ? acknowledging : consumers);
  }
}
