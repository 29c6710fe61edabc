import { firstNativeHeader, type Message } from '../../messaging/message.js';
import type { MaybePromise } from '../../messaging/maybe-promise.js';
import { MessageBrokerError } from './broker-error.js';
import type { BrokerProfile } from './broker-profile.js';
import type { BrokerLossPolicy } from './relay-settings.js';
import type { SystemPublisher } from './system-publisher.js';

/** Frames that the broker has not confirmed, of all clients; the next sender waits. Its names and timers take some 300 bytes each. */
const MAX_UNCONFIRMED = 10_000;

/**
 * SENDs of clients over the publishing connection of the application. Each has a receipt, whether the client wants one or
 * not: who disconnects with a receipt is to know that all has arrived.
 */
export class SharedSends {
  readonly #unconfirmed = new Map<string, Set<Promise<unknown>>>();
  #count = 0;

  constructor(
    private readonly publisher: SystemPublisher,
    private readonly isAvailable: () => boolean,
    private readonly onBrokerLoss: BrokerLossPolicy,
    private readonly log: (line: string) => void,
  ) {}

  /**
   * @param destination what the broker calls it
   * @returns settled when the broker has confirmed it, if the client wants to know that; else when the next may be sent
   * @throws MessageBrokerError when the broker is not available, or takes no more
   */
  send(
    message: Message<Uint8Array>,
    destination: string,
    profile: BrokerProfile,
    sessionId: string,
  ): MaybePromise<boolean> {
    if (!this.isAvailable()) throw MessageBrokerError.unavailable(this.onBrokerLoss === 'resubscribe');
    const { hasRoom, confirmed } = this.publisher.publishConfirmed(message, [destination], profile);
    this.#keep(sessionId, confirmed);
    const room = (): Promise<unknown> | undefined =>
      this.#count < MAX_UNCONFIRMED ? hasRoom : confirmed.catch(() => undefined);
    const release = message.headers.simpRelease;
    if (firstNativeHeader(message, 'receipt') === undefined) return room()?.then(() => true) ?? true;
    const waiting = room();
    if (waiting === undefined) release?.();
    else if (release !== undefined) void waiting.then(release);
    return confirmed;
  }

  /** Resolved when all that a session has sent is confirmed, or will never be. */
  whenConfirmed(sessionId: string): MaybePromise<void> {
    const unconfirmed = this.#unconfirmed.get(sessionId);
    return unconfirmed && Promise.allSettled(unconfirmed).then(() => undefined);
  }

  #keep(sessionId: string, confirmed: Promise<unknown>): void {
    const unconfirmed = this.#unconfirmed.get(sessionId) ?? new Set();
    this.#unconfirmed.set(sessionId, unconfirmed.add(confirmed));
    this.#count++;
    const done = (): void => {
      this.#count--;
      unconfirmed.delete(confirmed);
      if (unconfirmed.size === 0 && this.#unconfirmed.get(sessionId) === unconfirmed)
        this.#unconfirmed.delete(sessionId);
    };
    confirmed.then(done, (error: unknown) => {
      done();
      if (error instanceof MessageBrokerError) this.log(`A SEND of session ${sessionId}: ${error.message}`);
    });
  }
}
