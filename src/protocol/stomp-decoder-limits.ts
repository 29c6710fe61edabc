/**
 * How much of a frame a {@link StompDecoder} takes in. One octet, or one line, more is an error.
 *
 * @publicApi
 */
export interface StompDecoderLimits {
  /** Octets of the first line, its line end not counted. */
  readonly maxCommandBytes: number;
  /** Octets of one header line, its line end not counted. */
  readonly maxHeaderLineBytes: number;
  /** Header lines, repeats of one name counted each. */
  readonly maxHeaders: number;
  /** Octets from the first header to the last, the line ends between them counted. */
  readonly maxHeaderBlockBytes: number;
  /** Octets of the body, the NUL not counted. */
  readonly maxBodyBytes: number;
}

/**
 * Limits for a connected session.
 *
 * @publicApi
 */
export const DEFAULT_DECODER_LIMITS: StompDecoderLimits = Object.freeze({
  /** @default 32 octets: what RabbitMQ allows; the longest command of STOMP has 11 */
  maxCommandBytes: 32,
  /** @default 8 KiB: close to ActiveMQ and vertx (10 KiB), room for a token of the size that HTTP servers accept */
  maxHeaderLineBytes: 8 * 1024,
  /** @default 100 lines: RabbitMQ's number, though it counts distinct names only and thereby lets repeats through */
  maxHeaders: 100,
  /** @default 64 KiB: no peer has it, all allow the product of the two limits above, which is 800 KiB here */
  maxHeaderBlockBytes: 64 * 1024,
  /** @default 1 MiB: a peer has either 64 KiB (Spring) or 100 MiB (RabbitMQ, ActiveMQ, vertx) */
  maxBodyBytes: 1024 * 1024,
});

/**
 * Limits until CONNECT has been answered: whoever is not logged in gets little memory.
 *
 * Smaller than RabbitMQ's 64 KiB before authentication (`max_frame_size_unauthenticated`).
 *
 * @publicApi
 */
export const PRE_CONNECT_DECODER_LIMITS: StompDecoderLimits = Object.freeze({
  ...DEFAULT_DECODER_LIMITS,
  /** @default 16 KiB: two header lines of the largest size, a token and what comes with it */
  maxHeaderBlockBytes: 16 * 1024,
  /** @default 64 octets: CONNECT has no body, but some clients put line ends before the NUL of every frame */
  maxBodyBytes: 64,
});
