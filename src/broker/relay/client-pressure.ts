import { isPromise, type MaybePromise } from '../../messaging/maybe-promise.js';
import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import type { BrokerConnection } from './broker-connection.js';

/** Messages that interceptors of `clientOutboundChannel` may have in hand before no more are read. */
const MAX_IN_HAND = 256;

/** How often a connection that is held back is looked after. */
const LOOK_MS = 25;

/** Holds a connection to the broker back while its client, or whoever looks at the messages, cannot keep up. */
export class ClientPressure {
  #inHand = 0;
  #timer: WheelTimer | undefined;
  #generation = 0;

  /**
   * @param limitBytes from which on the broker is held back; below half of it, it no longer is
   * @param waitingBytes what waits for the client
   */
  constructor(
    private readonly wheel: Pick<TimerWheel, 'schedule'>,
    private readonly limitBytes: number,
    private readonly waitingBytes: () => number,
  ) {}

  /** Whether the broker is held back. */
  get isHolding(): boolean {
    return this.#timer !== undefined;
  }

  /** A message has been passed on. */
  delivered(connection: BrokerConnection, sent: MaybePromise<unknown>): void {
    if (isPromise(sent)) {
      this.#inHand++;
      const generation = this.#generation;
      const done = (): void => {
        if (generation === this.#generation) this.#inHand--;
      };
      sent.then(done, done);
    }
    if (this.#timer !== undefined) return;
    if (this.waitingBytes() <= this.limitBytes && this.#inHand < MAX_IN_HAND) return;
    connection.pause();
    this.#lookAfter(connection);
  }

  /** The connection is gone. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#inHand = 0;
    this.#generation++;
  }

  #lookAfter(connection: BrokerConnection): void {
    this.#timer = this.wheel.schedule(LOOK_MS, () => {
      this.#timer = undefined;
      const isRelieved = this.waitingBytes() <= this.limitBytes / 2 && this.#inHand < MAX_IN_HAND / 2;
      if (isRelieved) connection.resume();
      else this.#lookAfter(connection);
    });
  }
}
