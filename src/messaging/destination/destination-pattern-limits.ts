/**
 * How much a destination pattern may cost. They bound patterns only: a destination without wildcards is
 * compared as a string, whatever its length.
 */
export interface DestinationPatternLimits {
  /** Characters (UTF-16 code units) of the whole pattern. */
  readonly maxLength: number;
  /** Segments, `**` included. */
  readonly maxSegments: number;
  /** `?`, `*` and variables; `**` counts as two. */
  readonly maxWildcards: number;
  /**
   * Instructions that the regular expressions of all `{name:regex}` variables compile to: about one a
   * character or class, times the counts of `{n,m}`. 0 refuses every regular expression.
   */
  readonly maxRegexSize: number;
}

/**
 * Bounds for a pattern that a client subscribes to. Spring has none (spring-behaviour BAD-8), nor has any
 * peer in stomp-checklist D0: the numbers are ours.
 *
 * Matching costs at most pattern size times destination length, so these bound what one subscription can cost
 * each message.
 */
export const CLIENT_PATTERN_LIMITS: DestinationPatternLimits = Object.freeze({
  /** @default 512 characters: twice the 255 octets of an AMQP routing key, the most a relay could pass on */
  maxLength: 512,
  /** @default 32 segments: several times as many as in a name that a person would write */
  maxSegments: 32,
  /** @default 16 wildcards: one in every other of those segments */
  maxWildcards: 16,
  /** @default 100 instructions: a UUID, `[0-9a-f]{8}-…`, takes 36, and `\w{1,36}` takes 71 */
  maxRegexSize: 100,
});
