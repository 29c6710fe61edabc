import { detached } from '../messaging/detached-text.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import { ackModeOf, prefetchOf, type SubscriptionAckMode } from './ack-mode.js';
import { MAX_SUBSCRIPTION_ID_LENGTH } from './inbound-limits.js';
import { anonymousSubscriptionId } from './message-frames.js';
import { CloseCode, SessionError } from './session-error.js';

/**
 * - `asked`: the SUBSCRIBE is with the application
 * - `live`: somebody serves it
 * - `refused`: nobody does, but the client may not know that yet; the id stays taken until it gives it up
 */
type SubscriptionState = 'asked' | 'live' | 'refused';

interface Subscription {
  readonly destination: string;
  readonly acknowledges: boolean;
  state: SubscriptionState;
}

/** The subscriptions of one session, by id, whoever serves them: a broker or an annotated method. */
export class SessionSubscriptions {
  readonly #byId = new Map<string, Subscription>();

  /**
   * @param limit how many may be active at a time
   * @param port told of each that ends by UNSUBSCRIBE
   */
  constructor(
    private readonly limit: number,
    private readonly port?: { forget?(id: string): void },
  ) {}

  get size(): number {
    return this.#byId.size;
  }

  /** Those that are live: id to destination. */
  get live(): ReadonlyMap<string, string> {
    const live = new Map<string, string>();
    for (const [id, { destination, state }] of this.#byId) if (state === 'live') live.set(id, destination);
    return live;
  }

  /** Whether messages are for a subscription. Those for one that was refused may come: a broker has not refused it. */
  isOpen(id: string): boolean {
    const subscription = this.#byId.get(id);
    return subscription !== undefined && subscription.state !== 'refused';
  }

  /** Whether the client has to acknowledge what a subscription gets. */
  acknowledges(id: string): boolean {
    return this.#byId.get(id)?.acknowledges === true;
  }

  /**
   * Takes a SUBSCRIBE in.
   *
   * @returns the subscription's id
   * @throws SessionError when it has none, is in use, one too many, or says wrongly how it acknowledges
   */
  add(frame: StompFrame, version: StompVersion): string {
    const id = detached(subscriptionIdOf(frame, version));
    requireShortId(frame.headers.get('id'));
    const acknowledges = requireAckMode(frame) !== 'auto';
    const current = this.#byId.get(id);
    if (current !== undefined && current.state !== 'refused') {
      throw new SessionError(
        'STOMP_ERR_DUPLICATE_SUBSCRIPTION',
        'The subscription id is in use. UNSUBSCRIBE it first',
      );
    }
    if (current === undefined && this.#byId.size >= this.limit) {
      throw new SessionError(
        'STOMP_ERR_SUBSCRIPTION_LIMIT',
        `A session may hold ${this.limit} subscriptions. UNSUBSCRIBE some`,
        CloseCode.POLICY_VIOLATION,
      );
    }
    const destination = detached(frame.headers.get('destination') ?? '');
    this.#byId.set(id, { destination, acknowledges, state: 'asked' });
    return id;
  }

  /**
   * The application has answered a SUBSCRIBE.
   *
   * @returns whether the subscription is live
   */
  settle(id: string, isServed: boolean): boolean {
    const subscription = this.#byId.get(id);
    if (subscription !== undefined) subscription.state = isServed ? 'live' : 'refused';
    return subscription?.state === 'live';
  }

  /** A frame has failed. A SUBSCRIBE is refused then; an UNSUBSCRIBE is not, because nobody is kept. */
  failed(frame: StompFrame, version: StompVersion): void {
    if (frame.command === 'SUBSCRIBE') this.settle(subscriptionIdOf(frame, version), false);
    else if (frame.command === 'UNSUBSCRIBE') this.remove(subscriptionIdOf(frame, version));
  }

  /**
   * Finds the subscription that an UNSUBSCRIBE names.
   *
   * @returns `undefined` when it is not active and nobody waits for an answer: front ends that unsubscribe twice work with
   * Spring
   * @throws SessionError when it names none, or one that is not active and asks for a receipt
   */
  named(frame: StompFrame, version: StompVersion): string | undefined {
    const id = subscriptionIdOf(frame, version);
    if (this.#byId.has(id)) return id;
    if (!frame.headers.has('receipt')) return undefined;
    throw new SessionError('STOMP_ERR_UNKNOWN_SUBSCRIPTION', 'No subscription has this id');
  }

  /** @returns whether the subscription was live */
  remove(id: string): boolean {
    const wasLive = this.#byId.get(id)?.state === 'live';
    this.#byId.delete(id);
    this.port?.forget?.(id);
    return wasLive;
  }

  clear(): void {
    this.#byId.clear();
  }
}

function requireShortId(id = ''): void {
  if (id.length <= MAX_SUBSCRIPTION_ID_LENGTH) return;
  throw new SessionError(
    'STOMP_ERR_SUBSCRIPTION_ID_LIMIT',
    `The subscription id is longer than ${MAX_SUBSCRIPTION_ID_LENGTH} characters`,
    CloseCode.MESSAGE_TOO_BIG,
  );
}

function requireAckMode({ headers }: StompFrame): SubscriptionAckMode {
  const mode = ackModeOf(headers.get('ack'));
  if (mode === undefined) {
    throw new SessionError('STOMP_ERR_INVALID_FRAME', 'ack must be auto, client or client-individual');
  }
  const prefetch = headers.get('prefetch');
  if (mode !== 'auto' && prefetch !== undefined && prefetchOf(prefetch) === undefined) {
    throw new SessionError('STOMP_ERR_INVALID_FRAME', 'prefetch must be a whole number from 1');
  }
  return mode;
}

/** `id`, which only STOMP 1.0 lets a client leave out. */
function subscriptionIdOf(frame: StompFrame, version: StompVersion): string {
  const id = frame.headers.get('id');
  if (id !== undefined) return id;
  const destination = frame.headers.get('destination');
  if (version === '1.0' && destination !== undefined) return anonymousSubscriptionId(destination);
  throw new SessionError('STOMP_ERR_INVALID_FRAME', `${frame.command} needs an id header`);
}
