import type { TimerWheel } from './timer-wheel.js';

/** How much a client may send over time. */
export interface InboundRateLimits {
  /** Frames a second; `undefined` is any number. */
  readonly framesPerSecond?: number | undefined;
  /** Octets a second, those of line ends between frames included; `undefined` is any number. */
  readonly bytesPerSecond?: number | undefined;
  /** How many seconds' worth may come at once after a rest. */
  readonly burstSeconds: number;
  /** How long a client may be held back without a rest before its session ends, in milliseconds. */
  readonly patienceMs: number;
}

/** What holds for the octets of every session, beside the limits of the decoder. */
export interface InboundLimits {
  readonly wheel: TimerWheel;
  /** How long the octets of one frame may take to arrive, in milliseconds. */
  readonly frameTimeLimitMs: number;
  /** `undefined`: a client may send as much as it likes. */
  readonly inboundRate?: InboundRateLimits | undefined;
}

/**
 * Octets that a client may send before its CONNECT is complete, that frame included. RabbitMQ's
 * `max_frame_size_unauthenticated`. The frame alone may have 16 KiB of headers; the rest is for line ends in front.
 */
export const OPENING_BYTES = 64 * 1024;

/** The longest `id` of a SUBSCRIBE, in characters: every MESSAGE repeats it. Those of libraries are short numbers. */
export const MAX_SUBSCRIPTION_ID_LENGTH = 1024;
