import { quoteForMessage } from '../quoted-text.js';

/** Stable codes of the errors of destination patterns. Each has a row in `docs/errors.md`. */
export type DestinationPatternErrorCode =
  /** The pattern has no meaning: a name twice, a regular expression that is not one or not in the subset. */
  | 'STOMP_ERR_PATTERN_SYNTAX'
  /** The pattern has a meaning, but costs more than is allowed. */
  | 'STOMP_ERR_PATTERN_LIMIT';

/** What is wrong with a pattern and what its author can do about it, without the full stops. */
export interface DestinationPatternProblem {
  readonly code: DestinationPatternErrorCode;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * A destination pattern that cannot be compiled. Thrown when a handler is registered or a client subscribes,
 * never when a message is matched (spring-behaviour BAD-8).
 *
 * The text may be shown to the client that sent the pattern: it quotes at most 60 characters of it, and
 * nothing that could break a line.
 */
export class DestinationPatternError extends Error {
  override readonly name = 'DestinationPatternError';
  readonly code: DestinationPatternErrorCode;
  /** The pattern as it was given, in full. */
  readonly pattern: string;

  constructor(pattern: string, { code, problem, remedy }: DestinationPatternProblem) {
    super(`Destination pattern ${quoteForMessage(pattern)}: ${problem}. ${remedy}.`);
    this.code = code;
    this.pattern = pattern;
  }
}
