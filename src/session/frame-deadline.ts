import type { TimerWheel, WheelTimer } from './timer-wheel.js';

/**
 * The time in which a frame that has begun must end. It is absolute: octets that arrive meanwhile, heart-beats among
 * them, do not extend it (STOMP checklist D28, D33, D39).
 */
export class FrameDeadline {
  #timer: WheelTimer | undefined;
  #heldBackMs = 0;

  /** @param onMissed called once when the time is over */
  constructor(
    private readonly wheel: TimerWheel,
    private readonly limitMs: number,
    private readonly onMissed: () => void,
  ) {}

  /** A frame has begun. Only the first call counts until {@link end}. */
  begin(): void {
    if (this.#timer !== undefined) return;
    this.#heldBackMs = 0;
    this.#arm(this.limitMs);
  }

  /** The frame has ended, or is of no interest any more. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** The server does not read for so long: that is not the client's time. */
  heldBack(ms: number): void {
    this.#heldBackMs += ms;
  }

  #arm(delayMs: number): void {
    this.#timer = this.wheel.schedule(delayMs, () => {
      this.#timer = undefined;
      const left = this.#heldBackMs;
      this.#heldBackMs = 0;
      if (left > 0) this.#arm(left);
      else this.onMissed();
    });
  }
}
