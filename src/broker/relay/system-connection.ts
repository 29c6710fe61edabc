import type { MessagingLogger } from '../../messaging/messaging-logger.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import { BrokerConnection } from './broker-connection.js';
import type { BrokerConnectionError } from './broker-connection-error.js';
import {
  textOf,
  type BrokerAddress,
  type BrokerConnectionSettings,
  type BrokerCredentials,
} from './broker-target.js';
import { Reminder } from './reminder.js';
import { ReconnectDelay, type ReconnectSettings } from '../reconnect-delay.js';

/** What a relay wants to know of its system connection. */
export interface SystemConnectionListener {
  available(connection: BrokerConnection): void;
  unavailable(error: BrokerConnectionError): void;
  frame(frame: StompFrame): void;
}

export interface SystemConnectionSettings extends ReconnectSettings {
  /** Tried in turn; after each failure the next. */
  readonly hosts: readonly BrokerAddress[];
  readonly connection: BrokerConnectionSettings;
  readonly system: BrokerCredentials;
}

/**
 * The one connection that a relay always has, or tries to have: what the application publishes goes over it, and whether
 * it stands is whether the broker counts as available.
 */
export class SystemConnection {
  readonly #delay: ReconnectDelay;
  readonly #reminder: Reminder;
  #current: BrokerConnection | undefined;
  #retry: WheelTimer | undefined;
  #index = 0;
  #attempts = 0;
  #isRunning = false;
  #lastError: BrokerConnectionError | undefined;
  #settleFirst: (error?: BrokerConnectionError) => void = () => undefined;
  #first: Promise<BrokerConnectionError | undefined> = Promise.resolve(undefined);

  constructor(
    private readonly settings: SystemConnectionSettings,
    private readonly wheel: TimerWheel,
    private readonly logger: MessagingLogger,
    private readonly listener: SystemConnectionListener,
    random?: () => number,
  ) {
    this.#delay = new ReconnectDelay(settings, random);
    this.#reminder = new Reminder(() => wheel.now());
  }

  /** While the broker is available. */
  get connection(): BrokerConnection | undefined {
    return this.#current?.isOpen === true ? this.#current : undefined;
  }

  /** The broker that is talked to, or was last tried. */
  get address(): BrokerAddress {
    const { hosts } = this.settings;
    return hosts[this.#index % hosts.length];
  }

  /** Why the broker is not available; `undefined` while it is, or nobody has looked yet. */
  get lastError(): BrokerConnectionError | undefined {
    return this.#lastError;
  }

  /** Attempts so far, this one included. */
  get attempts(): number {
    return this.#attempts;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#first = new Promise((resolve) => (this.#settleFirst = resolve));
    this.#attempt();
  }

  /** Resolved when a broker is available, or each address has failed once: with why. */
  firstAttempt(): Promise<BrokerConnectionError | undefined> {
    return this.#first;
  }

  stop(): void {
    this.#isRunning = false;
    this.#retry?.cancel();
    this.#current?.close();
    this.#current = undefined;
    this.#settleFirst();
  }

  #attempt(): void {
    this.#attempts++;
    const { connection, system } = this.settings;
    let wasOpen = false;
    this.#current = new BrokerConnection(
      { ...connection, role: 'system', address: this.address, credentials: system },
      this.wheel,
      {
        opened: (open) => {
          wasOpen = true;
          this.#opened(open);
        },
        frame: (frame) => {
          this.listener.frame(frame);
          return false;
        },
        ended: (error) => this.#ended(error, wasOpen),
      },
    );
  }

  #opened(connection: BrokerConnection): void {
    this.#delay.reset();
    this.#lastError = undefined;
    this.#reminder.reset();
    this.logger.log(`Connected to the broker at ${textOf(this.address)} (${connection.server || 'unnamed'})`);
    this.listener.available(connection);
    this.#settleFirst();
  }

  #ended(error: BrokerConnectionError, wasOpen: boolean): void {
    this.#current = undefined;
    this.#lastError = error;
    if (!this.#isRunning) return;
    this.#tell(error);
    const delayMs = this.#delay.nextMs();
    this.#index = (this.#index + 1) % this.settings.hosts.length;
    if (this.#delay.failures >= this.settings.hosts.length) this.#settleFirst(error);
    this.#retry = this.wheel.schedule(delayMs, () => this.#attempt());
    if (wasOpen) this.listener.unavailable(error);
  }

  /** What only an operator can mend is an error; and what goes on for hours is told once a minute. */
  #tell(error: BrokerConnectionError): void {
    if (this.#reminder.due() === undefined) {
      this.logger.debug(error.message);
      return;
    }
    const line = `The broker is not available. ${error.message}`;
    if (error.failure === 'refused' || error.failure === 'not-stomp') this.logger.error(line);
    else this.logger.warn(line);
  }
}
