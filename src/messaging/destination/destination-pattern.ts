import type { DestinationPatternLimits } from './destination-pattern-limits.js';
import { DestinationPatternParser, hasWildcards } from './destination-pattern-parser.js';
import type { StepMeter } from './linear-program.js';
import type { PatternSegment } from './segment-matcher.js';
import { SegmentPath } from './segment-path.js';

/** Of a destination that was not found by a pattern. */
export const NO_VARIABLES: ReadonlyMap<string, string> = new Map();

/** What stands between the segments of a destination. */
export type DestinationSeparator = '/' | '.';

/** How a pattern is compiled. */
export interface DestinationPatternOptions {
  /** @default '/', as Spring's matcher */
  readonly separator?: DestinationSeparator;
  /**
   * Bounds for a pattern that comes from a client, {@link CLIENT_PATTERN_LIMITS}.
   *
   * @default none, except that the regular expressions of a pattern compile to at most 10,000 instructions
   */
  readonly limits?: DestinationPatternLimits;
  /**
   * Whether `/a/b` matches `/a//b` too: separators in a row count as one even if there is nothing else to
   * match. Spring matches its handlers in this way, after it has looked for the very same string
   * (spring-behaviour RT-15, RT-18), but not its subscriptions (BRK-7). Makes no difference to a pattern with
   * wildcards, for which separators in a row always count as one.
   *
   * @default false: the same string, octet by octet (stomp-checklist A107)
   */
  readonly collapseSeparators?: boolean;
}

/**
 * A pattern for destinations, with the syntax of Spring's `AntPathMatcher`:
 *
 * - `?` one character, `*` any number of characters, neither beyond a segment;
 * - `**`, as a segment, any number of segments;
 * - `{name}` any number of characters in a segment, `{name:regex}` what the regular expression matches; both
 *   are handed out by {@link match}.
 *
 * Case matters. A separator at the beginning or at the end matters, separators in a row do not. A wildcard in
 * the destination is a character like any other (BRK-8). Without wildcards it is no pattern but a
 * destination, equal to itself only.
 *
 * Whatever the pattern and the destination, matching takes at most as many steps as the one is long times the
 * other (stomp-checklist D73): nothing is ever tried twice, and no `RegExp` is made.
 */
export class DestinationPattern {
  /** The text that was compiled. */
  readonly source: string;
  readonly separator: DestinationSeparator;
  /** Whether there is a wildcard or a variable in it. If not, it is compared as a string. */
  readonly isPattern: boolean;
  /** The same for patterns that differ only in the names of variables, or in separators that do not matter. */
  readonly signature: string;
  /** In the order of the pattern. */
  readonly variableNames: readonly string[];
  /**
   * What {@link DestinationTrie} files it under; `undefined` if it is compared as a string.
   *
   * @internal
   */
  readonly segments: readonly PatternSegment[] | undefined;
  readonly #path: SegmentPath | undefined;

  private constructor(source: string, options: DestinationPatternOptions, meter: StepMeter | undefined) {
    const { separator = '/', limits, collapseSeparators = false } = options;
    this.source = source;
    this.separator = separator;
    this.isPattern = hasWildcards(source);
    if (!this.isPattern && !collapseSeparators) {
      this.signature = source;
      this.variableNames = [];
      return;
    }
    const parser = new DestinationPatternParser(
      source,
      separator,
      this.isPattern ? limits : undefined,
      meter,
    );
    const { segments, variableNames } = parser.parse();
    this.segments = segments;
    this.variableNames = variableNames;
    this.signature = this.isPattern ? signatureOf(source, separator, segments) : source;
    this.#path = new SegmentPath({ source, separator, segments }, meter);
  }

  /**
   * Compiles a pattern; done once, when a handler is registered or a client subscribes.
   *
   * @param meter counts comparisons, for a test to see how work grows
   * @throws {DestinationPatternError} if the pattern has no meaning, or exceeds a limit
   */
  static compile(
    source: string,
    options: DestinationPatternOptions = {},
    meter?: StepMeter,
  ): DestinationPattern {
    return new DestinationPattern(source, options, meter);
  }

  /** Whether the destination matches. */
  matches(destination: string): boolean {
    return this.#path === undefined ? destination === this.source : this.#path.matches(destination);
  }

  /** The variables of a destination that matches, by name; `undefined` if it does not match. */
  match(destination: string): ReadonlyMap<string, string> | undefined {
    const variables = new Map<string, string>();
    const matches =
      this.#path === undefined ? destination === this.source : this.#path.matches(destination, variables);
    return matches ? variables : undefined;
  }
}

function signatureOf(source: string, separator: string, segments: readonly PatternSegment[]): string {
  const leading = source.startsWith(separator) ? separator : '';
  // RT-14: whatever ends with ** matches with and without a trailing separator.
  const trailing = source.endsWith(separator) && segments.at(-1)?.kind !== 'deep' ? separator : '';
  return leading + segments.map(({ signature }) => signature).join(separator) + trailing;
}
