import { randomBytes } from 'node:crypto';

/** What an id that a client acknowledges with says. */
export interface AckIdParts {
  /** Which of the session's acknowledging subscriptions it is about, counted from 0. */
  readonly subscription: number;
  /** Which of the session's deliveries, counted from 0. */
  readonly delivery: number;
}

/**
 * Names for the deliveries of one session. A random part keeps other sessions from guessing them; two counts tell an id
 * that was never given from one that is settled already, without memory of either.
 *
 * Letters, digits and dashes only: some clients mistake more.
 */
export class AckIds {
  readonly #secret = randomBytes(8).toString('hex');
  #subscriptions = 0;
  #deliveries = 0;

  nextSubscription(): number {
    return this.#subscriptions++;
  }

  nextDelivery(): number {
    return this.#deliveries++;
  }

  format({ subscription, delivery }: AckIdParts): string {
    return `${this.#secret}-${subscription}-${delivery}`;
  }

  /** @returns `undefined` for what was never given on this session */
  parse(id: string): AckIdParts | undefined {
    const [, subscription, delivery] = /^[0-9a-f]{16}-(\d{1,15})-(\d{1,15})$/.exec(id) ?? [];
    if (subscription === undefined || delivery === undefined) return undefined;
    const parts = { subscription: Number(subscription), delivery: Number(delivery) };
    const wasGiven = parts.subscription < this.#subscriptions && parts.delivery < this.#deliveries;
    // Compared as a whole, so that leading zeros make no second name.
    return wasGiven && this.format(parts) === id ? parts : undefined;
  }
}
