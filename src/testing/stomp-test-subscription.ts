import type { Inbox } from './inbox.js';
import { excerpt, type StompTestMessage } from './stomp-test-message.js';

/** What a subscription needs of its client. */
export interface SubscriptionPort {
  /** Everything that the clients of the kit have sent is handled. */
  settled(): Promise<void>;
  /** What else this client has seen, for the reader of a failed test. */
  situation(): string;
  unsubscribe(): Promise<void>;
}

/**
 * A live subscription of a {@link StompTestClient}.
 *
 * @publicApi
 */
export class StompTestSubscription {
  readonly #inbox: Inbox<StompTestMessage>;
  readonly #port: SubscriptionPort;
  readonly #client: string;

  /** Made by {@link StompTestClient.subscribe}. */
  constructor(
    readonly id: string,
    readonly destination: string,
    client: string,
    inbox: Inbox<StompTestMessage>,
    port: SubscriptionPort,
  ) {
    this.#client = client;
    this.#inbox = inbox;
    this.#port = port;
  }

  /**
   * The next message, as soon as it is there.
   *
   * @param matches looks for the first message of this kind instead; those before it stay where they are
   * @throws Error when it does not come in time; it tells what came instead
   */
  expectMessage(matches?: (message: StompTestMessage) => boolean): Promise<StompTestMessage> {
    return this.#inbox.take(() => {
      const kind = matches === undefined ? 'No message' : `None of ${this.#inbox.size} messages matches`;
      return `${kind} on ${this.destination} for ${this.#client}. ${this.#port.situation()}`;
    }, matches);
  }

  /**
   * Makes sure that no message is there, after everything that any client of the kit has sent so far is handled.
   *
   * @throws Error when one is, telling which
   */
  async expectSilence(): Promise<void> {
    const [message, ...more] = await this.takeAll();
    if (message === undefined) return;
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    throw new Error(
      `${this.destination} is not silent for ${this.#client}: ${message.destination} ${excerpt(message.body)}${others}`,
    );
  }

  /** Every message not taken yet, after everything that any client of the kit has sent so far is handled. */
  async takeAll(): Promise<StompTestMessage[]> {
    await this.#port.settled();
    return this.#inbox.takeAll();
  }

  /** Ends the subscription; resolved when it no longer is. */
  unsubscribe(): Promise<void> {
    return this.#port.unsubscribe();
  }
}
