import { quoteForMessage } from '../quoted-text.js';
import { DestinationPatternError } from './destination-pattern-error.js';
import type { DestinationPatternLimits } from './destination-pattern-limits.js';
import { closingBraces, parseDestinationVariable } from './destination-variable.js';
import type { StepMeter } from './linear-program.js';
import { sizeOf } from './linear-regex.js';
import { compileSegment, type SegmentItem } from './segment-compiler.js';
import { DEEP_WILDCARD, type PatternSegment } from './segment-matcher.js';

/** What a pattern consists of. */
export interface ParsedDestinationPattern {
  readonly segments: readonly PatternSegment[];
  readonly variableNames: readonly string[];
}

/**
 * For patterns without limits. 10,000 instructions are the mistake of an author, who should hear of it: such
 * a pattern could take 10,000 steps for each character of each destination.
 */
const MAX_REGEX_SIZE = 10_000;

/** Whether a text has wildcards or variables (RT-17). */
export function hasWildcards(source: string): boolean {
  return source.includes('*') || source.includes('?') || closingBraces(source).size > 0;
}

/** Turns the text of a pattern into segments. For one pattern; `parse()` may be called once. */
export class DestinationPatternParser {
  readonly #source: string;
  readonly #separator: string;
  readonly #limits: Partial<DestinationPatternLimits>;
  readonly #meter: StepMeter | undefined;
  readonly #segments: PatternSegment[] = [];
  readonly #variableNames = new Set<string>();
  #items: SegmentItem[] = [];
  #text = '';
  #wildcards = 0;
  #regexSize = 0;

  constructor(source: string, separator: string, limits?: DestinationPatternLimits, meter?: StepMeter) {
    this.#source = source;
    this.#separator = separator;
    this.#limits = limits ?? {};
    this.#meter = meter;
  }

  /** @throws {DestinationPatternError} if the pattern has no meaning, or exceeds a limit */
  parse(): ParsedDestinationPattern {
    // First of all, because everything else takes time that grows with it.
    this.#limit(this.#source.length, this.#limits.maxLength, 'characters');
    const closing = closingBraces(this.#source);
    for (let at = 0; at < this.#source.length; at++) {
      const character = this.#source[at];
      const close = closing.get(at);
      if (close !== undefined) {
        this.#addVariable(this.#source.slice(at + 1, close));
        // Past a separator in the regular expression too: it separates nothing there.
        at = close;
      } else if (character === this.#separator) this.#endSegment();
      else if (character === '*' || character === '?') this.#addItem({ kind: character });
      else this.#text += character;
    }
    this.#endSegment();
    return { segments: this.#segments, variableNames: [...this.#variableNames] };
  }

  #addVariable(text: string): void {
    const variable = parseDestinationVariable(text, this.#separator, this.#refuse);
    const { name, constraint, regex } = variable;
    if (this.#variableNames.has(name)) {
      throw this.#refuse(`two variables have the name ${quoteForMessage(name)}`, 'Rename one of them');
    }
    this.#variableNames.add(name);
    if (constraint !== undefined) {
      this.#regexSize += sizeOf(regex);
      // Before it is compiled, which takes as much memory.
      this.#limit(
        this.#regexSize,
        this.#limits.maxRegexSize ?? MAX_REGEX_SIZE,
        'instructions of regular expressions',
      );
    }
    this.#addItem(variable);
  }

  #addItem(item: SegmentItem): void {
    this.#endText();
    this.#items.push(item);
    this.#wildcards++;
    this.#limit(this.#wildcards, this.#limits.maxWildcards, 'wildcards');
  }

  #endText(): void {
    if (this.#text !== '') this.#items.push({ kind: 'text', text: this.#text });
    this.#text = '';
  }

  #endSegment(): void {
    this.#endText();
    // RT-15: separators in a row count as one, and those at the ends as none.
    if (this.#items.length === 0) return;
    const segment = compileSegment(this.#items, this.#meter);
    this.#items = [];
    // `**` in a row mean what one of them means.
    if (segment === DEEP_WILDCARD && this.#segments.at(-1) === DEEP_WILDCARD) return;
    this.#segments.push(segment);
    this.#limit(this.#segments.length, this.#limits.maxSegments, 'segments');
  }

  readonly #refuse = (problem: string, remedy: string): DestinationPatternError =>
    new DestinationPatternError(this.#source, { code: 'STOMP_ERR_PATTERN_SYNTAX', problem, remedy });

  #limit(count: number, limit: number | undefined, what: string): void {
    if (limit === undefined || count <= limit) return;
    throw new DestinationPatternError(this.#source, {
      code: 'STOMP_ERR_PATTERN_LIMIT',
      problem: `more than ${limit} ${what}`,
      remedy: 'Use a shorter or simpler pattern',
    });
  }
}
