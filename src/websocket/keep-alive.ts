import type { TimerWheel, WheelTimer } from '../session/timer-wheel.js';

/** What is asked of the connection that is watched. */
export interface KeepAlivePort {
  /** Whether an answer would be noticed, and in time: the socket is read from, and nothing waits to be sent on it. */
  isAnswerable(): boolean;
  /** Octets that the socket has read so far. */
  bytesRead(): number;
  ping(): void;
  /** Nothing has come for an interval, and no answer to a ping for another one. */
  lost(): void;
  /** Octets have come for longer than a frame may take, and no message was complete. */
  unfinished(): void;
}

/**
 * Notices peers that have vanished without a word, when no STOMP heart-beats are agreed (STOMP checklist D50). A ping
 * is only sent after an interval of silence.
 *
 * Within a message a peer cannot answer, so octets that come are answer enough; but a message that trickles in for ever
 * must not be (D33). A session sees a message when it is complete, so that has to be noticed here.
 */
export class KeepAlive {
  #isHeard = true;
  #isAsked = false;
  #bytesRead: number;
  #unfinishedSince: number | undefined;
  #timer: WheelTimer;

  /**
   * @param intervalMs how often to look
   * @param messageTimeLimitMs how long one message may take, as far as that is seen by looking
   */
  constructor(
    private readonly wheel: TimerWheel,
    private readonly intervalMs: number,
    private readonly messageTimeLimitMs: number,
    private readonly port: KeepAlivePort,
  ) {
    this.#bytesRead = port.bytesRead();
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
    const isMoving = this.#isMoving();
    if (this.#isUnfinished(isMoving)) {
      this.port.unfinished();
      return;
    }
    // A slow client's answer waits behind what is sent to it; whether it gets on is watched there.
    if (this.#isHeard || isMoving || !this.port.isAnswerable()) {
      this.#isHeard = false;
      this.#isAsked = false;
    } else if (this.#isAsked) {
      // A process that was itself asleep has not read yet what has arrived: one more slot lets the sockets speak.
      this.#timer = this.wheel.schedule(0, () => {
        if (this.#isHeard || this.#bytesRead !== this.port.bytesRead()) this.#look();
        else this.port.lost();
      });
      return;
    } else {
      this.#isAsked = true;
      this.port.ping();
    }
    this.#timer = this.#next();
  }

  #isMoving(): boolean {
    const before = this.#bytesRead;
    this.#bytesRead = this.port.bytesRead();
    return this.#bytesRead !== before;
  }

  #isUnfinished(isMoving: boolean): boolean {
    if (this.#isHeard) this.#unfinishedSince = undefined;
    else if (isMoving) this.#unfinishedSince ??= this.wheel.now();
    return (
      this.#unfinishedSince !== undefined &&
      this.wheel.now() - this.#unfinishedSince >= this.messageTimeLimitMs
    );
  }
}
