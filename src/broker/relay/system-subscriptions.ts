import type { MessagingLogger } from '../../messaging/messaging-logger.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import type { TimerWheel } from '../../session/timer-wheel.js';
import type { MessageBrokerError } from './broker-error.js';
import type { BrokerConnectionError } from './broker-connection-error.js';
import type { BrokerProfile } from './broker-profile.js';
import { ConsumingConnection, type Consumer } from './consuming-connection.js';
import type { RelayCounters } from './relay-counters.js';
import type { Connect } from './relay-connections.js';
import type { BrokerRelaySettings } from './relay-settings.js';
import { Reminder } from './reminder.js';

/** What subscriptions of the application ask of their relay. */
export interface SystemSubscriptionsPort {
  readonly settings: BrokerRelaySettings;
  readonly wheel: TimerWheel;
  readonly logger: MessagingLogger;
  readonly counters: RelayCounters;
  isAvailable(): boolean;
  profile(): BrokerProfile;
  /** Makes a connection with the login of the application. */
  readonly connect: Connect;
}

/** Gets what arrives at a destination. */
export type SystemListener = (frame: StompFrame) => void;

/** How long after a refusal the broker is asked once more: somebody may have given the right meanwhile. */
const ASK_AGAIN_MS = 60_000;

/**
 * What the application itself subscribes to at the broker. Its connection stands beside the one over which it publishes,
 * and is made with the first subscription.
 */
export class SystemSubscriptions {
  readonly #connection: ConsumingConnection;
  readonly #reminder: Reminder;
  #isStopped = false;

  constructor(private readonly port: SystemSubscriptionsPort) {
    this.#reminder = new Reminder(() => port.wheel.now());
    this.#connection = new ConsumingConnection({
      settings: port.settings,
      wheel: port.wheel,
      counters: port.counters,
      isAvailable: () => port.isAvailable(),
      connect: port.connect,
      ended: (error) => this.#ended(error),
      failed: (error) => port.logger.error(`The broker answered ERROR to the application. ${error.message}`),
    });
  }

  /**
   * Subscribes, now and after each loss of the broker.
   *
   * @param ready called when the broker has confirmed the subscription, each time
   */
  listen(destination: string, listener: SystemListener, ready: () => void = () => undefined): void {
    const { port } = this;
    const consumer: Consumer = {
      subscribeHeaders: () => {
        const named = port.profile().toBroker(destination);
        const wish = { destination: named, acknowledges: false, prefetch: Infinity };
        return [['destination', named], ...port.profile().subscribeHeaders(wish)];
      },
      message: listener,
      confirmed: ready,
      lost: () => undefined,
      refused: (error) => this.#refused(destination, consumer, error),
    };
    this.#connection.add(consumer);
  }

  /** The broker is there again. */
  restore(): void {
    // What ended with the broker was no news of its own.
    this.#reminder.reset();
    this.#connection.restore();
  }

  stop(): void {
    this.#isStopped = true;
    this.#connection.stop();
  }

  /** While the broker is there for the rest of the application, nothing else says that this is missing. */
  #ended(error: BrokerConnectionError): void {
    const { logger } = this.port;
    const line = `The application gets no messages of the broker: its consuming connection ended. ${error.message}`;
    const untold = this.port.isAvailable() ? this.#reminder.due() : undefined;
    if (untold === undefined) logger.debug(line);
    else logger.warn(untold === 0 ? line : `${line} ${untold} before it are in the debug log.`);
  }

  #refused(destination: string, consumer: Consumer, error: MessageBrokerError): void {
    const { logger, wheel } = this.port;
    const isRefusal = error.code === 'STOMP_ERR_BROKER_REFUSED';
    const remedy = isRefusal
      ? 'Give brokerRelay.systemLogin the right to, or name a destination that the broker knows; it'
      : 'It';
    logger.error(
      `The application is not subscribed to ${destination}. ${error.message}. ${remedy} is asked for again in ${ASK_AGAIN_MS / 1000} s.`,
    );
    wheel.schedule(ASK_AGAIN_MS, () => {
      if (!this.#isStopped) this.#connection.add(consumer);
    });
  }
}
