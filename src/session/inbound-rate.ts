import type { InboundRateLimits } from './inbound-limits.js';
import { TokenBucket } from './token-bucket.js';

/**
 * What the smallest WebSocket message of a client costs on the wire: the head of its frame and the mask (RFC 6455,
 * section 5.2). Counted for every message, or empty ones and lone line ends would be free.
 */
export const MESSAGE_OVERHEAD_BYTES = 6;

/** What one session has sent lately, and how long it has to be held back for it. */
export class InboundRate {
  readonly #frames: TokenBucket | undefined;
  readonly #octets: TokenBucket | undefined;
  #overSince: number | undefined;

  /** @param now milliseconds on a monotonic clock */
  constructor(
    private readonly limits: InboundRateLimits,
    private readonly now: () => number,
  ) {
    const bucket = (perSecond: number | undefined): TokenBucket | undefined =>
      perSecond === undefined
        ? undefined
        : new TokenBucket(perSecond, Math.max(perSecond * limits.burstSeconds, 1), now);
    this.#frames = bucket(limits.framesPerSecond);
    this.#octets = bucket(limits.bytesPerSecond);
  }

  /** A message has arrived, of so many octets. */
  message(octets: number): void {
    this.#octets?.take(octets + MESSAGE_OVERHEAD_BYTES);
  }

  /** A frame has arrived. */
  frame(): void {
    this.#frames?.take(1);
  }

  /** How long to look at nothing more, in milliseconds; 0 is not at all. */
  holdBackMs(): number {
    const waitMs = Math.max(this.#frames?.debtMs ?? 0, this.#octets?.debtMs ?? 0);
    if (waitMs > 0) this.#overSince ??= this.now();
    else if (this.#overSince !== undefined && this.#hasRested()) this.#overSince = undefined;
    return waitMs;
  }

  /** Whether the client has been held back again and again for too long, without a rest. */
  get isOverForLong(): boolean {
    return this.#overSince !== undefined && this.now() - this.#overSince >= this.limits.patienceMs;
  }

  #hasRested(): boolean {
    return (this.#frames?.isHalfFull ?? true) && (this.#octets?.isHalfFull ?? true);
  }
}
