import { detached } from '../../messaging/detached-text.js';
import { firstNativeHeader, type Message } from '../../messaging/message.js';
import { MessageRejectedError } from '../../messaging/messaging-error.js';
import { RefusalReason } from '../../messaging/refusal-reason.js';
import type { BrokerProfile } from './broker-profile.js';
import type { BrokerRelaySettings } from './relay-settings.js';

type Settings = Pick<
  BrokerRelaySettings,
  | 'clientSend'
  | 'clientPatterns'
  | 'subscribeHeaders'
  | 'userDestinations'
  | 'userDestinationBroadcast'
  | 'userRegistryBroadcast'
>;

/** Octets that some broker has a use for, and no client. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\0-\x1f\x7f]/;

/** What clients may do to destinations of the broker. */
export class ClientDestinations {
  /** What instances of the application tell each other is no client's business. */
  readonly #ofInstances: ReadonlySet<string>;

  constructor(
    private readonly profile: BrokerProfile,
    private readonly settings: Settings,
  ) {
    const { userDestinationBroadcast, userRegistryBroadcast } = settings;
    const all = [userDestinationBroadcast, userRegistryBroadcast].filter((name) => name !== undefined);
    this.#ofInstances = new Set(all.map((name) => this.#asTheBrokerReadsIt(name)));
  }

  /** @throws MessageRejectedError when clients may not send there */
  requireSendable(destination: string): void {
    if (this.settings.clientSend === 'deny') {
      throw new MessageRejectedError('Clients may not send to broker destinations');
    }
    this.#require(destination, 'send');
  }

  /**
   * @param isPrivate whether it is a session's own, behind the prefix of user destinations
   * @returns whether it is a pattern
   * @throws MessageRejectedError when clients may not subscribe to it
   */
  requireSubscribable(destination: string, isPrivate: boolean): boolean {
    const isPattern = this.profile.isPattern(destination);
    if (isPrivate) {
      // It is the name of one private destination, whatever stands in it.
      if (isPattern) throw new MessageRejectedError('A user destination is no pattern');
      return false;
    }
    this.#require(destination, 'subscribe');
    if (isPattern) this.#requirePattern(destination);
    return isPattern;
  }

  /** What a client's SUBSCRIBE says that the broker gets to see. */
  *subscribeHeaders(message: Message): Iterable<readonly [string, string]> {
    for (const name of this.settings.subscribeHeaders) {
      const value = firstNativeHeader(message, name);
      if (value !== undefined) yield [name, detached(value)];
    }
  }

  #require(destination: string, use: 'send' | 'subscribe'): void {
    if (CONTROLS.test(destination)) throw new MessageRejectedError('The destination has control characters');
    if (this.#ofInstances.has(this.#asTheBrokerReadsIt(destination)))
      throw new MessageRejectedError('The destination is for instances of the application only');
    const objection = this.profile.objection(destination, use);
    if (objection !== undefined) throw new MessageRejectedError(objection);
  }

  /** One name has several spellings: RabbitMQ takes `%2D` for a hyphen. */
  #asTheBrokerReadsIt(destination: string): string {
    return this.profile.fromBroker(this.profile.toBroker(destination));
  }

  #requirePattern(pattern: string): void {
    if (this.settings.clientPatterns === 'deny') {
      throw new MessageRejectedError('Subscriptions with wildcards are not accepted', {
        cause: new RefusalReason("brokerRelay.clientPatterns is 'deny'"),
      });
    }
    if (this.settings.userDestinations === 'broker' && this.profile.mayMatchPrivate(pattern)) {
      throw new MessageRejectedError('The pattern might match what is private');
    }
  }
}
