import type { Receiver } from '../../messaging/client-outbound-channel.js';
import type { Message } from '../../messaging/message.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import type { MessageBrokerError } from './broker-error.js';
import type { BrokerProfile } from './broker-profile.js';
import type { Consumer, ConsumingConnection } from './consuming-connection.js';
import { Deferred } from '../deferred.js';
import { broadcastOf } from './relay-message.js';

/** What a destination with many subscribers asks of those who hold it. */
export interface SharedDestinationPort {
  profile(): BrokerProfile;
  broadcast(message: Message<Uint8Array>, receivers: Iterable<Receiver>): void;
  /** The broker does not serve it. @param wasLive whether it did before, so that its subscribers believe that it does */
  refused(destination: SharedDestination, error: MessageBrokerError, wasLive: boolean): void;
}

/** A destination that the application has subscribed to once for all of its clients. */
export class SharedDestination implements Consumer {
  readonly receivers = new Set<Receiver>();
  #isLive = false;
  #wasLive = false;
  #confirmed = new Deferred();

  constructor(
    readonly name: string,
    private readonly isPattern: boolean,
    readonly connection: ConsumingConnection,
    private readonly port: SharedDestinationPort,
  ) {}

  /** Whether its subscribers may believe that it is served, also while the connection is made again. */
  get wasLive(): boolean {
    return this.#wasLive;
  }

  /** `undefined` when the broker serves it; resolved when it does, rejected when it will not. */
  get pending(): Promise<void> | undefined {
    return this.#isLive ? undefined : this.#confirmed.promise;
  }

  subscribeHeaders(): Iterable<readonly [string, string]> {
    const profile = this.port.profile();
    const destination = profile.toBroker(this.name);
    const wish = { destination, acknowledges: false, prefetch: Infinity };
    return [['destination', destination], ...profile.subscribeHeaders(wish)];
  }

  confirmed(): void {
    this.#isLive = this.#wasLive = true;
    this.#confirmed.resolve();
  }

  message(frame: StompFrame): void {
    this.port.broadcast(broadcastOf(frame, this.name, this.isPattern, this.port.profile()), this.receivers);
  }

  lost(): void {
    if (!this.#isLive) return;
    this.#isLive = false;
    this.#confirmed = new Deferred();
  }

  refused(error: MessageBrokerError): void {
    const wasLive = this.#wasLive;
    this.#isLive = this.#wasLive = false;
    this.#confirmed.reject(error);
    this.port.refused(this, error, wasLive);
  }
}
