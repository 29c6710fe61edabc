import type { StompSession } from './stomp-session.js';
import type { TimerWheel } from './timer-wheel.js';

/** How sessions are ended when the application stops. */
export interface DrainSettings {
  /** Over how long the ends are spread, in milliseconds; 0 is all at once. */
  readonly windowMs: number;
  /** How long each session's handlers may finish what has arrived, in milliseconds. */
  readonly graceMs: number;
  /** The WebSocket close code. */
  readonly code: number;
}

const REASON = 'The server is going away';

/**
 * Ends sessions at random moments of a window, so that their clients do not all come back at once, each when its
 * handlers have finished.
 */
export class SessionDrain {
  readonly #staying = new Set<() => void>();
  #hasBegun = false;
  #isHurried = false;

  /** @param random from 0 to 1, 1 excluded */
  constructor(
    private readonly wheel: TimerWheel,
    private readonly settings: DrainSettings,
    private readonly random: () => number = Math.random,
  ) {}

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  begin(sessions: Iterable<StompSession>): void {
    this.#hasBegun = true;
    for (const session of sessions) this.#end(session);
  }

  /** From now on neither the window nor handlers are waited for. */
  hurry(): void {
    this.#isHurried = true;
    for (const leave of this.#staying) leave();
  }

  #end(session: StompSession): void {
    const { windowMs, graceMs, code } = this.settings;
    const leave = (): void => {
      if (!this.#staying.delete(leave)) return;
      timer?.cancel();
      session.close(code, REASON, 'STOMP_CLOSE_SHUTDOWN');
    };
    const finish = (): void => {
      session.hold();
      const idle = graceMs === 0 || this.#isHurried ? undefined : session.whenIdle();
      if (idle === undefined) leave();
      else {
        timer = this.wheel.schedule(graceMs, leave);
        void idle.then(leave);
      }
    };
    this.#staying.add(leave);
    const delayMs = this.#isHurried ? 0 : windowMs * this.random();
    let timer = delayMs > 0 ? this.wheel.schedule(delayMs, finish) : undefined;
    if (timer === undefined) finish();
  }
}
