import type { LinearProgram } from './linear-program.js';

/**
 * Decides on one segment of a destination: the part of `text` from `start` to `end`, never empty. If it
 * matches and there is an `into`, the variables of the segment are put there.
 */
export interface SegmentMatcher {
  readonly kind: 'literal' | 'wildcard';
  /** The segment as it is written, less the names of its variables. */
  readonly signature: string;
  /** What every match begins with. */
  readonly prefix: string;
  /** What every match ends with, behind the prefix. */
  readonly suffix: string;
  /** Whether anything may stand between prefix and suffix, or nothing. */
  readonly isOpen: boolean;
  matches(text: string, start: number, end: number, into?: Map<string, string>): boolean;
}

/** `**`: any number of segments. */
export interface DeepWildcard {
  readonly kind: 'deep';
  readonly signature: '**';
}

/** A segment of a pattern. */
export type PatternSegment = SegmentMatcher | DeepWildcard;

/** The one there is. */
export const DEEP_WILDCARD: DeepWildcard = Object.freeze({ kind: 'deep', signature: '**' });

/** A segment without wildcards. */
export class LiteralSegment implements SegmentMatcher {
  readonly kind = 'literal';
  readonly suffix = '';
  readonly isOpen = false;

  constructor(readonly signature: string) {}

  get prefix(): string {
    return this.signature;
  }

  matches(text: string, start: number, end: number): boolean {
    return end - start === this.signature.length && text.startsWith(this.signature, start);
  }
}

/**
 * `*` and `{name}` between literals: almost every wildcard that is ever written.
 *
 * Each takes as much as it can, the first of them first. So each literal between two of them is as far to the
 * right as it can be, and is found from the right; how much there is to its left does not matter to those
 * behind it.
 */
export class GapSegment implements SegmentMatcher {
  readonly kind = 'wildcard';
  readonly prefix: string;
  readonly suffix: string;
  readonly isOpen: boolean;
  readonly #literals: readonly string[];
  readonly #names: readonly (string | undefined)[];

  /**
   * @param literals what stands before, between and behind the wildcards, any of it may be empty
   * @param names of the variables, `undefined` for `*`; one less than literals
   */
  constructor(
    readonly signature: string,
    literals: readonly string[],
    names: readonly (string | undefined)[],
  ) {
    this.#literals = literals;
    this.#names = names;
    this.prefix = literals[0];
    this.suffix = literals[names.length];
    this.isOpen = literals.slice(1, -1).every((literal) => literal === '');
  }

  matches(text: string, start: number, end: number, into?: Map<string, string>): boolean {
    const { prefix, suffix } = this;
    const names = this.#names;
    const from = start + prefix.length;
    const to = end - suffix.length;
    if (from > to || !text.startsWith(prefix, start) || !text.startsWith(suffix, to)) return false;
    if (names.length === 1 && (names[0] === undefined || into === undefined)) return true;
    // Taken out of the destination, because a search that fails would go on through the segments before.
    return this.#split(text.slice(from, to), into);
  }

  /** Divides what is between the first and the last literal among the wildcards. */
  #split(text: string, into: Map<string, string> | undefined): boolean {
    let rest = text;
    for (let gap = this.#names.length - 1; gap > 0; gap--) {
      const literal = this.#literals[gap];
      const found = rest.lastIndexOf(literal);
      if (found === -1) return false;
      this.#capture(gap, rest.slice(found + literal.length), into);
      rest = rest.slice(0, found);
    }
    this.#capture(0, rest, into);
    return true;
  }

  #capture(gap: number, value: string, into: Map<string, string> | undefined): void {
    const name = this.#names[gap];
    if (name !== undefined) into?.set(name, value);
  }
}

/** A segment with `?` or a variable with a regular expression. */
export class ProgramSegment implements SegmentMatcher {
  readonly kind = 'wildcard';
  readonly prefix: string;
  readonly suffix: string;
  readonly isOpen = false;
  readonly #program: LinearProgram;

  /** @param ends what stands before the first wildcard and behind the last */
  constructor(
    readonly signature: string,
    ends: { readonly prefix: string; readonly suffix: string },
    program: LinearProgram,
  ) {
    this.prefix = ends.prefix;
    this.suffix = ends.suffix;
    this.#program = program;
  }

  matches(text: string, start: number, end: number, into?: Map<string, string>): boolean {
    return this.#program.matches(text, start, end, into);
  }
}
