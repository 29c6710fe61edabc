import type { ClientOutboundChannel, Receiver } from '../messaging/client-outbound-channel.js';
import { detached } from '../messaging/detached-text.js';
import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import { firstNativeHeader, withHeaders, type Message } from '../messaging/message.js';
import type { SendOutcome } from '../messaging/message-channel.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import { ackModeOf, prefetchOf } from '../session/ack-mode.js';
import { CloseCode } from '../session/session-error.js';
import type { TimerWheel, WheelTimer } from '../session/timer-wheel.js';
import type { AcknowledgementSettings } from './acknowledgement-settings.js';
import { AcknowledgingSession } from './acknowledging-session.js';
import { AcknowledgingSubscription, type Delivery } from './acknowledging-subscription.js';

/** Stands in the log line of a session that ends because it acknowledges too little. */
const UNACKNOWLEDGED_LIMIT = 'STOMP_ERR_UNACKNOWLEDGED_LIMIT';

/** Why deliveries come back unsettled. */
export type ReturnReason = 'rejected' | 'timed-out' | 'ended';

/** What {@link AcknowledgedDeliveries} asks of its broker. */
export interface AcknowledgementPort {
  /** A session is at its end: its subscriptions are to be forgotten at once. */
  forget(sessionId: string): void;
  /**
   * Deliveries have come back.
   *
   * @returns those that the same subscription is to be sent again
   */
  returned(deliveries: readonly Delivery[], reason: ReturnReason): readonly Delivery[];
  /** Whether a message goes to others when the subscription that was to get it ends. */
  outlives(message: Message): boolean;
}

/**
 * Stands before `clientOutboundChannel` and parts the subscriptions that acknowledge from the others: each of their
 * deliveries gets a name of its own and counts as pending until the client settles it. The others share one broadcast,
 * and while nobody acknowledges nothing else happens.
 */
export class AcknowledgedDeliveries {
  readonly #sessions = new Map<string, AcknowledgingSession>();
  #subscriptions = 0;

  constructor(
    private readonly outbound: Pick<ClientOutboundChannel, 'send' | 'broadcast'>,
    private readonly settings: AcknowledgementSettings,
    private readonly port: AcknowledgementPort,
    private readonly wheel: Pick<TimerWheel, 'schedule'>,
    private readonly logger: MessagingLogger,
  ) {}

  /** Messages that clients have been sent and have not acknowledged. */
  get unacknowledgedCount(): number {
    return this.#sum(({ pendingCount }) => pendingCount);
  }

  /** Messages that wait until a client has acknowledged others. */
  get heldBackCount(): number {
    return this.#sum(({ waitingCount }) => waitingCount);
  }

  /** A subscription has been registered: from here on it acknowledges what it gets, if its SUBSCRIBE says so. */
  add(subscribe: Message): void {
    const { simpSessionId = '', simpSubscriptionId = '', simpSession } = subscribe.headers;
    this.remove(simpSessionId, simpSubscriptionId);
    const mode = ackModeOf(firstNativeHeader(subscribe, 'ack'));
    if (mode === undefined || mode === 'auto') return;
    let session = this.#sessions.get(simpSessionId);
    if (session === undefined) {
      session = new AcknowledgingSession(simpSessionId, simpSession);
      this.#sessions.set(simpSessionId, session);
    }
    const wanted = prefetchOf(firstNativeHeader(subscribe, 'prefetch'));
    const receiver = {
      sessionId: simpSessionId,
      subscriptionId: detached(simpSubscriptionId),
      number: session.ids.nextSubscription(),
      mode,
      prefetch: Math.min(wanted ?? Infinity, this.settings.prefetch),
    };
    const transmit = this.#transmitterOf(session);
    session.add(new AcknowledgingSubscription(receiver, transmit));
    this.#subscriptions++;
  }

  /** A subscription has ended; nothing happens if it did not acknowledge. */
  remove(sessionId: string, subscriptionId: string): void {
    const session = this.#sessions.get(sessionId);
    const subscription = session?.get(subscriptionId);
    if (session !== undefined && subscription !== undefined) this.#end(session, subscription);
  }

  /** A session has ended, and all its subscriptions. */
  removeSession(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    this.#sessions.delete(sessionId);
    for (const subscription of session.subscriptions) this.#end(session, subscription);
  }

  /** Whether a receiver would be sent the next message at once. */
  isFree({ sessionId, subscriptionId }: Receiver): boolean {
    return this.#find(sessionId, subscriptionId)?.isFree ?? true;
  }

  /** Whether a receiver has to acknowledge. */
  isAcknowledging({ sessionId, subscriptionId }: Receiver): boolean {
    return this.#find(sessionId, subscriptionId) !== undefined;
  }

  /** Whether one more message of so many bytes may be kept for a receiver's session. */
  hasRoom(receiver: Receiver, bytes: number): boolean {
    const session = this.#sessions.get(receiver.sessionId);
    if (session === undefined || !this.isAcknowledging(receiver)) return true;
    const { unacknowledgedLimit, unacknowledgedBytesLimit } = this.settings;
    return session.count < unacknowledgedLimit && session.bytes + bytes <= unacknowledgedBytesLimit;
  }

  /** Sends a message to receivers of both kinds. */
  broadcast(message: Message<Uint8Array>, receivers: Iterable<Receiver>): void {
    if (this.#subscriptions === 0) {
      this.outbound.broadcast(message, receivers);
      return;
    }
    const others: Receiver[] = [];
    const acknowledging: AcknowledgingSubscription[] = [];
    for (const receiver of receivers) {
      const subscription = this.#find(receiver.sessionId, receiver.subscriptionId);
      if (subscription === undefined) others.push(receiver);
      else acknowledging.push(subscription);
    }
    if (others.length > 0) this.outbound.broadcast(message, others);
    if (acknowledging.length === 0) return;
    const delivery = { message, bytes: bytesOf(message), deliveries: 0 };
    for (const { receiver } of acknowledging) this.deliver(delivery, receiver);
  }

  /** Sends a message to the one subscription that it names. */
  send(message: Message<Uint8Array>): MaybePromise<SendOutcome> {
    const { simpSessionId = '', simpSubscriptionId = '' } = message.headers;
    if (this.#find(simpSessionId, simpSubscriptionId) === undefined) return this.outbound.send(message);
    const receiver = { sessionId: simpSessionId, subscriptionId: simpSubscriptionId };
    this.deliver({ message, bytes: bytesOf(message), deliveries: 0 }, receiver);
    return 'handled';
  }

  /** Sends something that may have been sent before to one subscription of either kind. */
  deliver(delivery: Delivery, receiver: Receiver): void {
    const session = this.#sessions.get(receiver.sessionId);
    const subscription = session?.get(receiver.subscriptionId);
    if (session === undefined || subscription === undefined) {
      this.outbound.broadcast(withHeaders(delivery.message, redelivery(delivery)), [receiver]);
      return;
    }
    if (!this.hasRoom(receiver, delivery.bytes)) {
      this.#overflow(session);
      return;
    }
    session.keep(delivery);
    subscription.deliver(delivery);
  }

  /**
   * A client has settled a delivery, and in mode `client` those before it.
   *
   * @param acknowledgement an ACK or NACK; it may name the subscription, too
   * @returns whether the session was given such an id. What is settled already stays as it is
   */
  settle(acknowledgement: Message): boolean {
    const named = this.#named(acknowledgement);
    if (named === undefined) return false;
    const { session, subscription, delivery } = named;
    if (subscription === undefined) return true;
    const settled = subscription.settle(delivery);
    session.letGo(settled);
    if (acknowledgement.headers.stompCommand === 'NACK') {
      this.#giveBack(session, subscription, settled, 'rejected');
    } else subscription.drain();
    return true;
  }

  /** Whether {@link settle} would find what an ACK or NACK is about. */
  knows(acknowledgement: Message): boolean {
    return this.#named(acknowledgement) !== undefined;
  }

  /** What an id stands for: `undefined` if it was never given; a subscription may have ended since. */
  #named({ headers }: Message) {
    const session = this.#sessions.get(headers.simpSessionId ?? '');
    const parts = session?.ids.parse(headers.simpAckId ?? '');
    if (session === undefined || parts === undefined) return undefined;
    const subscription = session.numbered(parts.subscription);
    const { simpSubscriptionId: said } = headers;
    const isOther =
      subscription !== undefined && said !== undefined && said !== subscription.receiver.subscriptionId;
    return isOther ? undefined : { session, subscription, delivery: parts.delivery };
  }

  #giveBack(
    session: AcknowledgingSession,
    subscription: AcknowledgingSubscription,
    deliveries: readonly Delivery[],
    reason: ReturnReason,
  ): void {
    if (deliveries.length === 0) return;
    const again = this.port.returned(
      deliveries.map((delivery) => ({ ...delivery, deliveries: delivery.deliveries + 1 })),
      reason,
    );
    for (const delivery of again) session.keep(delivery);
    subscription.deliverAgain(again);
  }

  #end(session: AcknowledgingSession, subscription: AcknowledgingSubscription): void {
    this.#subscriptions--;
    session.remove(subscription);
    const pending = subscription.pendingCount;
    const left = subscription.end();
    session.letGo(left);
    if (left.length === 0) return;
    const returned = left.map((delivery, index) =>
      index < pending ? { ...delivery, deliveries: delivery.deliveries + 1 } : delivery,
    );
    this.port.returned(returned, 'ended');
  }

  #transmitterOf(session: AcknowledgingSession) {
    return (subscription: AcknowledgingSubscription, delivery: Delivery): void => {
      const { sessionId, subscriptionId, number } = subscription.receiver;
      const id = { subscription: number, delivery: session.ids.nextDelivery() };
      subscription.sent(id.delivery, delivery, this.#timerOf(session, subscription, id.delivery));
      const message = withHeaders(delivery.message, {
        ...redelivery(delivery),
        simpSessionId: sessionId,
        simpSubscriptionId: subscriptionId,
        simpAckId: session.ids.format(id),
      });
      // What has not reached the client, nobody can acknowledge. But one whose end is still on its way here leaves it to others.
      const settle = (outcome: SendOutcome): void => {
        if (outcome === 'handled' || (outcome === 'unhandled' && this.port.outlives(delivery.message)))
          return;
        session.letGo(subscription.takeOut(id.delivery));
      };
      const fail = (error: unknown): void => {
        this.logger.error(`A message for session ${sessionId} was not sent: ${String(error)}`);
        session.letGo(subscription.takeOut(id.delivery));
      };
      try {
        const sent = this.outbound.send(message);
        if (isPromise(sent))
          void sent
            .then(settle)
            .catch(fail)
            .then(() => subscription.drain());
        else settle(sent);
      } catch (error) {
        fail(error);
      }
    };
  }

  #timerOf(
    session: AcknowledgingSession,
    subscription: AcknowledgingSubscription,
    number: number,
  ): WheelTimer | undefined {
    const { ackTimeoutMs } = this.settings;
    if (ackTimeoutMs === 0) return undefined;
    return this.wheel.schedule(ackTimeoutMs, () => {
      const late = subscription.takeOut(number);
      session.letGo(late);
      this.#giveBack(session, subscription, late, 'timed-out');
    });
  }

  #overflow({ id, session, count, bytes }: AcknowledgingSession): void {
    const { unacknowledgedLimit, unacknowledgedBytesLimit } = this.settings;
    this.logger.warn(
      `Session ${id} ended. ${UNACKNOWLEDGED_LIMIT}, ${count} messages of ${bytes} bytes and one more wait for its ACKs; ` +
        `the limits are ${unacknowledgedLimit} messages and ${unacknowledgedBytesLimit} bytes.`,
    );
    this.port.forget(id);
    session?.close(CloseCode.SESSION_NOT_RELIABLE, 'Too much is not acknowledged', UNACKNOWLEDGED_LIMIT);
  }

  #find(sessionId: string, subscriptionId: string): AcknowledgingSubscription | undefined {
    return this.#sessions.get(sessionId)?.get(subscriptionId);
  }

  #sum(count: (subscription: AcknowledgingSubscription) => number): number {
    let sum = 0;
    for (const session of this.#sessions.values()) {
      for (const subscription of session.subscriptions) sum += count(subscription);
    }
    return sum;
  }
}

function redelivery({ deliveries }: Delivery): { readonly simpRedelivered: true | undefined } {
  return { simpRedelivered: deliveries > 0 ? true : undefined };
}

/** What keeping a message costs: bodies and headers are both chosen by whoever sent it. */
export function bytesOf({ payload, headers }: Message<Uint8Array>): number {
  let bytes = payload.length;
  for (const [name, values] of headers.nativeHeaders) {
    for (const value of values) bytes += name.length + value.length;
  }
  return bytes;
}
