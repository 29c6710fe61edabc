import type { MessagingLogger } from '../../messaging/messaging-logger.js';
import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import { ReconnectDelay } from '../reconnect-delay.js';
import { ClusterBusError, type ClusterBus, type ClusterBusConnection } from './cluster-bus.js';
import { withinLimit } from './within-limit.js';

export interface ClusterLinkSettings {
  /** How often a node says that it lives. */
  readonly heartbeatIntervalMs: number;
  /** How long its own word may take to come back. */
  readonly heartbeatTimeoutMs: number;
  /** After a return, for the other nodes to be back as well. */
  readonly settleMs: number;
  readonly reconnectDelayMs: number;
  readonly reconnectMaxDelayMs: number;
}

/** What a link needs of the node whose link it is. */
export interface ClusterLinkListener {
  /** A new connection. Resolved when everything is subscribed. */
  connected(connection: ClusterBusConnection): Promise<void>;
  /** Says that this node lives; what is said comes back to {@link ClusterLink.heard}. */
  beat(connection: ClusterBusConnection): void;
  message(bytes: Uint8Array): void;
  /** Whether the others are back as well, as far as one can know. */
  areAllBack(): boolean;
  /** It has been heard, and the others are back as well, or had time to be. */
  available(): void;
  /** There is no connection any more. It may have been available, or only about to be. */
  disconnected(wasAvailable: boolean, error: Error): void;
}

/** How long a bus may take to end its connection: twice what it promises. */
const CLOSE_LIMIT_MS = 2000;
/** How often failures that go on are told as a warning. */
const REMINDER_MS = 60_000;

/**
 * Keeps a node connected to its bus. Whether that works is not asked of the socket but found out: what the node says has to come
 * back in time, through all of the engine. When it does not, the connection is given up and made anew.
 */
export class ClusterLink {
  readonly #delay: ReconnectDelay;
  #connection: ClusterBusConnection | undefined;
  #isAvailable = false;
  #wasAvailable = false;
  #isRunning = false;
  #lastHeard = 0;
  #lastBeat = 0;
  #timer: WheelTimer | undefined;
  #lastError: Error | undefined;
  #lastWarning = -Infinity;
  #heard: () => void = () => undefined;
  #settleFirst: (error?: Error) => void = () => undefined;
  #first: Promise<Error | undefined> = Promise.resolve(undefined);

  constructor(
    private readonly bus: ClusterBus,
    private readonly settings: ClusterLinkSettings,
    private readonly wheel: Pick<TimerWheel, 'schedule' | 'now'>,
    private readonly logger: MessagingLogger,
    private readonly listener: ClusterLinkListener,
    random?: () => number,
  ) {
    this.#delay = new ReconnectDelay(settings, random);
  }

  /** Whether what is said reaches the other nodes, as far as one can know. */
  get isAvailable(): boolean {
    return this.#isAvailable;
  }

  /** Why it is not available; `undefined` while it is, or nobody has looked yet. */
  get lastError(): Error | undefined {
    return this.#lastError;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#first = new Promise((resolve) => (this.#settleFirst = resolve));
    void this.#attempt();
  }

  /** Resolved when the bus is available, or has failed once: with why. */
  firstAttempt(): Promise<Error | undefined> {
    return this.#first;
  }

  /** The node's own word has come back. */
  heard(): void {
    this.#lastHeard = this.wheel.now();
    this.#heard();
  }

  /** A connection is of no use any more; nothing happens if it is not the one that there is. */
  fail(connection: ClusterBusConnection, error: Error): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    void connection.close();
    this.#ended(error);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#isAvailable = false;
    this.#timer?.cancel();
    this.#settleFirst();
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    const tooLong = (): Error => new Error(`${this.bus.name} does not end its connection`);
    await withinLimit(CLOSE_LIMIT_MS, connection.close(), tooLong).catch((error: Error) =>
      this.logger.warn(error.message),
    );
  }

  async #attempt(): Promise<void> {
    let connection: ClusterBusConnection | undefined;
    let lost: Error | undefined;
    try {
      connection = await this.bus.connect({
        message: (bytes) => {
          // What a connection that was given up still delivers would count as the new one's.
          if (connection !== undefined && connection === this.#connection) this.listener.message(bytes);
        },
        lost: (error) => {
          lost = error;
          if (connection !== undefined && connection === this.#connection) {
            this.#connection = undefined;
            this.#ended(error);
          }
        },
      });
    } catch (error) {
      this.#ended(error as Error);
      return;
    }
    if (lost !== undefined) {
      this.#ended(lost);
    } else if (this.#isRunning) {
      await this.#begin(connection);
    } else {
      await connection.close();
    }
  }

  async #begin(connection: ClusterBusConnection): Promise<void> {
    this.#connection = connection;
    this.#lastHeard = this.#lastBeat = this.wheel.now();
    this.#scheduleBeat(connection);
    const heard = new Promise<void>((resolve) => (this.#heard = resolve));
    try {
      await this.listener.connected(connection);
    } catch (error) {
      this.fail(connection, error as Error);
      return;
    }
    if (connection !== this.#connection) return;
    // The subscriptions may have taken longer than a word may take to come back.
    this.#lastHeard = this.wheel.now();
    this.listener.beat(connection);
    await heard;
    await this.#settled(connection);
    if (connection === this.#connection) this.#becomeAvailable();
  }

  /** What is said while others try the engine at their own moments is said to nobody; but nobody is waited for longer than that takes. */
  async #settled(connection: ClusterBusConnection): Promise<void> {
    const { settleMs, reconnectMaxDelayMs } = this.settings;
    const end = this.wheel.now() + reconnectMaxDelayMs;
    do await new Promise<void>((resolve) => this.wheel.schedule(settleMs, resolve));
    while (connection === this.#connection && !this.listener.areAllBack() && this.wheel.now() < end);
  }

  #becomeAvailable(): void {
    this.#isAvailable = this.#wasAvailable = true;
    this.#delay.reset();
    this.#lastError = undefined;
    this.#lastWarning = -Infinity;
    this.listener.available();
    this.#settleFirst();
  }

  #scheduleBeat(connection: ClusterBusConnection): void {
    this.#timer = this.wheel.schedule(this.settings.heartbeatIntervalMs, () => {
      if (connection === this.#connection) this.#beat(connection);
    });
  }

  #beat(connection: ClusterBusConnection): void {
    const { heartbeatIntervalMs, heartbeatTimeoutMs } = this.settings;
    const now = this.wheel.now();
    // A process that stood still itself has not heard because it has not listened.
    if (now - this.#lastBeat > 2 * heartbeatIntervalMs) this.#lastHeard = now;
    this.#lastBeat = now;
    if (now - this.#lastHeard > heartbeatTimeoutMs) {
      const text = `${this.bus.name} has not answered for ${heartbeatTimeoutMs} ms`;
      this.fail(connection, new ClusterBusError('STOMP_CLUSTER_LOST', text));
      return;
    }
    this.listener.beat(connection);
    this.#scheduleBeat(connection);
  }

  #ended(error: Error): void {
    const wasAvailable = this.#isAvailable;
    this.#isAvailable = false;
    this.#lastError = error;
    this.#timer?.cancel();
    if (!this.#isRunning) return;
    this.#tell(error);
    this.listener.disconnected(wasAvailable, error);
    this.#settleFirst(error);
    this.#timer = this.wheel.schedule(this.#delay.nextMs(), () => void this.#attempt());
  }

  /** What only an operator can mend is an error; and what goes on for hours is told once a minute. */
  #tell(error: Error): void {
    const now = this.wheel.now();
    if (now - this.#lastWarning < REMINDER_MS) {
      this.logger.debug(error.message);
      return;
    }
    this.#lastWarning = now;
    const lasting = this.#wasAvailable ? 'Clients stay connected, and hear of this node only.' : '';
    const said = error.message.endsWith('.') ? error.message : `${error.message}.`;
    const line = `The cluster is not available (simpleBroker.cluster). ${said} ${lasting}`.trim();
    const isForOperators =
      error instanceof ClusterBusError &&
      (error.code === 'STOMP_CLUSTER_REFUSED' || error.code === 'STOMP_CLUSTER_MISSING_PEER');
    if (isForOperators) this.logger.error(line);
    else this.logger.warn(line);
  }
}
