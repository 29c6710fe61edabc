import type { HeartBeat } from '../protocol/heart-beat.js';
import type { TimerWheel, WheelTimer } from './timer-wheel.js';

/** What a session's heart-beats do when their time has come. */
export interface HeartBeatPort {
  /** Nothing has been sent for almost the promised interval. */
  sendHeartBeat(): void;
  /** Whether octets would arrive if the peer sent any: a session that is not reading hears nothing. */
  isListening(): boolean;
  /** Nothing has been received for longer than the tolerance. */
  onSilence(silentMs: number): void;
}

/**
 * How long a peer that promised an octet every `intervalMs` may be silent: twice the interval, and at least a
 * second more than it, because timing is inexact (STOMP 1.2, Heart-beating) and browsers throttle the timers of
 * background tabs.
 */
export function receiveTolerance(intervalMs: number): number {
  return Math.max(2 * intervalMs, intervalMs + 1000);
}

/**
 * The heart-beats of one session, both ways, on the shared wheel. Traffic is only noted here, with a clock
 * reading; the wheel looks at the notes when an interval ends, so a busy session costs no timer work.
 */
export class HeartBeats {
  #lastSent: number;
  #lastReceived: number;
  #sendTimer: WheelTimer | undefined;
  #receiveTimer: WheelTimer | undefined;

  /** @param negotiated the result for the server: `sendMs` it promised, `receiveMs` it expects; 0 is never */
  constructor(
    private readonly wheel: TimerWheel,
    private readonly negotiated: HeartBeat,
    private readonly port: HeartBeatPort,
  ) {
    this.#lastSent = this.#lastReceived = wheel.now();
    if (negotiated.sendMs > 0) this.#armSend();
    if (negotiated.receiveMs > 0) this.#armReceive();
  }

  /** A frame has been sent: no heart-beat is due for another interval. */
  sent(): void {
    this.#lastSent = this.wheel.coarseNow;
  }

  /** Octets have arrived, be they a frame, a part of one, or line ends. */
  received(): void {
    this.#lastReceived = this.wheel.coarseNow;
  }

  stop(): void {
    this.#sendTimer?.cancel();
    this.#receiveTimer?.cancel();
  }

  /**
   * The promise is that no gap exceeds the interval, so the line end leaves early by a fifth of it, or by the
   * two slots that the wheel may be late, whichever is more.
   */
  #armSend(): void {
    const { sendMs } = this.negotiated;
    const early = Math.max(sendMs / 5, 2 * this.wheel.resolutionMs);
    const due = this.#lastSent + Math.max(sendMs - early, this.wheel.resolutionMs) - this.wheel.now();
    this.#sendTimer = this.wheel.schedule(Math.max(due, 0), () => {
      const isDue = this.wheel.now() - this.#lastSent >= sendMs - early;
      if (isDue) this.sent();
      this.#armSend();
      // Last, because it may be the frame too many for a client that does not read, and then all this stops.
      if (isDue) this.port.sendHeartBeat();
    });
  }

  #armReceive(): void {
    const tolerance = receiveTolerance(this.negotiated.receiveMs);
    const due = this.#lastReceived + tolerance - this.wheel.now();
    this.#receiveTimer = this.wheel.schedule(Math.max(due, 0), () => {
      if (!this.port.isListening()) this.received();
      if (this.wheel.now() - this.#lastReceived < tolerance) this.#armReceive();
      else this.#askOnceMore();
    });
  }

  /**
   * A process that was itself asleep finds timers due before it has read what arrived meanwhile. One more slot
   * lets the sockets speak first.
   */
  #askOnceMore(): void {
    const heard = this.#lastReceived;
    this.#receiveTimer = this.wheel.schedule(0, () => {
      if (this.#lastReceived === heard) this.port.onSilence(Math.round(this.wheel.now() - heard));
      else this.#armReceive();
    });
  }
}
