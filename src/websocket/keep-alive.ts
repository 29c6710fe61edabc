import type { TimerWheel, WheelTimer } from '../session/timer-wheel.js';

/** What is asked of the connection that is watched. */
export interface KeepAlivePort {
  /** Whether an answer would be noticed, and in time: the socket is read from, and nothing waits to be sent on it. */
  isAnswerable(): boolean;
  ping(): void;
  /** Nothing has come for an interval, and no answer to a ping for another one. */
  lost(): void;
}

/**
 * Notices peers that have vanished without a word, when no STOMP heart-beats are agreed (STOMP checklist D50). A ping
 * is only sent after an interval of silence.
 */
export class KeepAlive {
  #isHeard = true;
  #isAsked = false;
  #timer: WheelTimer;

  constructor(
    private readonly wheel: TimerWheel,
    private readonly intervalMs: number,
    private readonly port: KeepAlivePort,
  ) {
    this.#timer = this.#next();
  }

  /** Something has come from the peer. */
  heard(): void {
    this.#isHeard = true;
  }

  stop(): void {
    this.#timer.cancel();
  }

  #next(): WheelTimer {
    return this.wheel.schedule(this.intervalMs, () => this.#look());
  }

  #look(): void {
    // A slow client's answer waits behind what is sent to it; whether it gets on is watched there.
    if (this.#isHeard || !this.port.isAnswerable()) {
      this.#isHeard = false;
      this.#isAsked = false;
    } else if (this.#isAsked) {
      // A process that was itself asleep has not read yet what has arrived: one more slot lets the sockets speak.
      this.#timer = this.wheel.schedule(0, () => {
        if (this.#isHeard) this.#look();
        else this.port.lost();
      });
      return;
    } else {
      this.#isAsked = true;
      this.port.ping();
    }
    this.#timer = this.#next();
  }
}
