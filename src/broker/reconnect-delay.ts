/** How long to wait before a broker is tried again. */
export interface ReconnectSettings {
  /** The longest wait after the first failure; it doubles with each. */
  readonly reconnectDelayMs: number;
  /** What it never exceeds. */
  readonly reconnectMaxDelayMs: number;
}

/**
 * Waits that double, each a random part of the whole: servers that have lost the same broker do not come back at the same
 * moment.
 */
export class ReconnectDelay {
  #failures = 0;

  /** @param random from 0 to 1, 1 excluded */
  constructor(
    private readonly settings: ReconnectSettings,
    private readonly random: () => number = Math.random,
  ) {}

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Another attempt has failed: how long to wait before the next. */
  nextMs(): number {
    const { reconnectDelayMs, reconnectMaxDelayMs } = this.settings;
    // Beyond 2^30 times the first, all are at the maximum.
    const whole = Math.min(reconnectDelayMs * 2 ** Math.min(this.#failures, 30), reconnectMaxDelayMs);
    this.#failures++;
    return Math.round(whole * this.random());
  }

  /** An attempt has succeeded. */
  reset(): void {
    this.#failures = 0;
  }
}
