import type { TimerWheel, WheelTimer } from './timer-wheel.js';

/** What a session waits for, none of which outlives it. */
export class SessionTimers {
  /** Made with the first: most sessions wait for nothing once they have connected. */
  #timers: WheelTimer[] | undefined;

  constructor(private readonly wheel: TimerWheel) {}

  after(delayMs: number, callback: () => void): WheelTimer {
    const timer = this.wheel.schedule(delayMs, callback);
    (this.#timers ??= []).push(timer);
    return timer;
  }

  cancelAll(): void {
    for (const timer of this.#timers ?? []) timer.cancel();
    this.#timers = undefined;
  }
}
