import type { StompFrame } from '../protocol/stomp-frame.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import { anonymousSubscriptionId } from './message-frames.js';
import { CloseCode, SessionError } from './session-error.js';

const ACK_MODES: ReadonlySet<string> = new Set(['auto', 'client', 'client-individual']);

/** The subscriptions of one session, by id, whoever serves them: a broker or an annotated method. */
export class SessionSubscriptions {
  readonly #ids = new Set<string>();

  /** @param limit how many may be active at a time */
  constructor(private readonly limit: number) {}

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /**
   * Takes a SUBSCRIBE in.
   *
   * @returns the subscription's id
   * @throws SessionError when it has none, is in use, one too many, or asks for an unknown ack mode
   */
  add(frame: StompFrame, version: StompVersion): string {
    const id = subscriptionIdOf(frame, version);
    const ack = frame.headers.get('ack');
    if (ack !== undefined && !ACK_MODES.has(ack)) {
      throw new SessionError('STOMP_ERR_INVALID_FRAME', 'ack must be auto, client or client-individual');
    }
    if (this.#ids.has(id)) {
      throw new SessionError(
        'STOMP_ERR_DUPLICATE_SUBSCRIPTION',
        'The subscription id is in use. UNSUBSCRIBE it first',
      );
    }
    if (this.#ids.size >= this.limit) {
      throw new SessionError(
        'STOMP_ERR_SUBSCRIPTION_LIMIT',
        `A session may hold ${this.limit} subscriptions. UNSUBSCRIBE some`,
        CloseCode.POLICY_VIOLATION,
      );
    }
    this.#ids.add(id);
    return id;
  }

  /**
   * Finds the subscription that an UNSUBSCRIBE names.
   *
   * @throws SessionError when it names none, or one that is not active
   */
  named(frame: StompFrame, version: StompVersion): string {
    const id = subscriptionIdOf(frame, version);
    if (!this.#ids.has(id)) {
      throw new SessionError('STOMP_ERR_UNKNOWN_SUBSCRIPTION', 'No subscription has this id');
    }
    return id;
  }

  remove(id: string): void {
    this.#ids.delete(id);
  }

  clear(): void {
    this.#ids.clear();
  }
}

/** `id`, which only STOMP 1.0 lets a client leave out. */
function subscriptionIdOf(frame: StompFrame, version: StompVersion): string {
  const id = frame.headers.get('id');
  if (id !== undefined) return id;
  const destination = frame.headers.get('destination');
  if (version === '1.0' && destination !== undefined) return anonymousSubscriptionId(destination);
  throw new SessionError('STOMP_ERR_INVALID_FRAME', `${frame.command} needs an id header`);
}
