import type { Receiver } from '../messaging/client-outbound-channel.js';
import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import type { FirstMessage, Message } from '../messaging/message.js';
import type { MessagingLogger } from '../messaging/messaging-logger.js';
import { quoteForLog } from '../messaging/quoted-text.js';
import type { SimpSession } from '../messaging/simp-session.js';
import { CloseCode } from '../session/session-error.js';
import type { AcknowledgedDeliveries } from './acknowledged-deliveries.js';
import { BySubscription } from './by-subscription.js';

/** How much may wait behind a first message that is still being made. */
export interface HoldLimits {
  /** @default 1000 */
  readonly messages: number;
  /** Of payloads. @default 512 KiB, what a slow client may have waiting */
  readonly bytes: number;
}

const DEFAULT_LIMITS: HoldLimits = { messages: 1000, bytes: 512 * 1024 };

/** Stands in the log line of a session that ends because too much waits for its snapshot. */
const SNAPSHOT_LIMIT = 'STOMP_ERR_SNAPSHOT_LIMIT';

/** A subscription that has been registered, and waits for its first message. */
export interface HeldSubscription extends Receiver {
  /** For log lines. */
  readonly destination: string;
  readonly session: SimpSession | undefined;
  readonly first: FirstMessage;
  /** Takes the subscription out of the registry again. */
  readonly forget: () => void;
}

interface Hold extends HeldSubscription {
  readonly waiting: Message<Uint8Array>[];
  bytes: number;
  isReleased: boolean;
}

/**
 * Subscriptions that have to get a first message before anything else. What is published for them while that is being made
 * waits here, in order, and leaves behind it.
 */
export class HeldSubscriptions {
  readonly #holds = new BySubscription<Hold>();

  /** @param onLeft told what waited for a subscription that has ended */
  constructor(
    private readonly outbound: Pick<AcknowledgedDeliveries, 'send' | 'broadcast'>,
    private readonly logger: MessagingLogger,
    private readonly limits: HoldLimits = DEFAULT_LIMITS,
    private readonly onLeft?: (messages: readonly Message<Uint8Array>[]) => void,
  ) {}

  /** Whether no message has to look whom it must not reach yet. */
  get isEmpty(): boolean {
    return this.#holds.isEmpty;
  }

  /**
   * Asks for the first message of a subscription that has just been registered, and lets it go when that is sent.
   *
   * @returns whether the subscription stands; it does not if it has ended meanwhile
   * @throws what making or sending the first message threw; the subscription is forgotten then
   */
  begin(subscription: HeldSubscription): MaybePromise<boolean> {
    const hold: Hold = { ...subscription, waiting: [], bytes: 0, isReleased: false };
    this.#holds.set(hold.sessionId, hold.subscriptionId, hold);
    const fail = (error: unknown): never => {
      const isHeld = this.#isHeld(hold);
      // One that has ended may have left its id to another subscription, which stays.
      if (isHeld || hold.isReleased) hold.forget();
      if (isHeld) this.remove(hold.sessionId, hold.subscriptionId);
      throw error;
    };
    try {
      const taken = hold.first.take();
      const released = isPromise(taken)
        ? taken.then((message) => this.#release(hold, message))
        : this.#release(hold, taken);
      return isPromise(released) ? released.catch(fail) : released;
    } catch (error) {
      return fail(error);
    }
  }

  /** Keeps a message for those receivers that have to wait for it. */
  withoutHeld(message: Message<Uint8Array>, receivers: Iterable<Receiver>): Iterable<Receiver> {
    // A copy: who cannot hold any more leaves the registry that these receivers come from.
    return [...receivers].filter(({ sessionId, subscriptionId }) => {
      const hold = this.#holds.get(sessionId, subscriptionId);
      if (hold === undefined) return true;
      this.#keep(hold, message);
      return false;
    });
  }

  /** One has ended; nothing happens if it is not held. */
  remove(sessionId: string, subscriptionId: string): void {
    const hold = this.#holds.delete(sessionId, subscriptionId);
    if (hold !== undefined) this.#leave(hold);
  }

  /** All of a session have ended. */
  removeSession(sessionId: string): void {
    for (const hold of this.#holds.deleteSession(sessionId)) this.#leave(hold);
  }

  #leave({ waiting }: Hold): void {
    if (waiting.length > 0) this.onLeft?.(waiting.splice(0));
  }

  #isHeld(hold: Hold): boolean {
    return this.#holds.get(hold.sessionId, hold.subscriptionId) === hold;
  }

  #keep(hold: Hold, message: Message<Uint8Array>): void {
    hold.waiting.push(message);
    hold.bytes += message.payload.length;
    const { messages, bytes } = this.limits;
    if (hold.waiting.length <= messages && hold.bytes <= bytes) return;
    hold.forget();
    this.remove(hold.sessionId, hold.subscriptionId);
    this.logger.warn(
      `Session ${hold.sessionId} ended. ${SNAPSHOT_LIMIT}, more than ${messages} messages or ${bytes} bytes ` +
        `for ${quoteForLog(hold.destination)} waited for its snapshot. Make the snapshot faster.`,
    );
    hold.session?.close(CloseCode.SESSION_NOT_RELIABLE, 'The snapshot took too long', SNAPSHOT_LIMIT);
  }

  /** The first message and what waits behind it go in one turn, so that nothing gets between them. */
  #release(hold: Hold, first: Message<Uint8Array> | undefined): MaybePromise<boolean> {
    if (!this.#isHeld(hold)) return false;
    const following: Message<Uint8Array>[] = [];
    for (const message of hold.waiting) if (!hold.first.includes(message)) following.push(message);
    // From here on nothing can be in the snapshot any more.
    hold.waiting.splice(0, hold.waiting.length, ...following);
    const sent = first === undefined ? undefined : this.outbound.send(first);
    // One by one, because sending may end the subscription: the rest is left then.
    for (let next = hold.waiting.shift(); next !== undefined; next = hold.waiting.shift()) {
      this.outbound.broadcast(next, [hold]);
    }
    if (this.#isHeld(hold)) this.remove(hold.sessionId, hold.subscriptionId);
    hold.isReleased = true;
    if (!isPromise(sent)) return true;
    return sent.then(() => true);
  }
}
