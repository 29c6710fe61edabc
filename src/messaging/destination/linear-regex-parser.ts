import {
  type CodePointSet,
  codePointSetOf,
  complementOf,
  DIGITS,
  SPACES,
  unionOf,
  WORD_CHARACTERS,
} from './code-point-set.js';
import { ANY_CHARACTER, type LinearRegex } from './linear-regex.js';

/*
 * The regular expressions of `{name:regex}`, a part of what Java and JavaScript have in common:
 *
 *   choice   = sequence *( "|" sequence )          the first that fits is preferred
 *   sequence = *( atom [ repeat ] )
 *   atom     = "." | set | escape | class | group | any character but \ [ ( ) { } * + ? | ^ $
 *   group    = ( "(" | "(?:" ) choice ")"          neither of them captures
 *   repeat   = ( "*" | "+" | "?" | "{n}" | "{n,}" | "{n,m}" ) [ "?" ]     with a last "?", as few as possible
 *   class    = "[" [ "^" ] 1*( set | one [ "-" one ] ) "]"
 *   one      = escape | any character but \ [ ]
 *   set      = "\d" | "\D" | "\s" | "\S" | "\w" | "\W"                    ASCII, as in Java
 *   escape   = "\" and a character that is neither a letter nor a digit
 *
 * Left out: anchors (the whole value always has to match), look-around and back-references (they cannot be
 * matched in linear time), possessive repeats, flags, named groups, `\p`, `\u`, and class arithmetic
 * (`[a[b]]`, `&&`). Where a repeated group can match nothing, as in `(|a)*`, engines disagree on what it
 * prefers; what matches is the same.
 */

/** Makes the error that says why a regular expression is refused, and in which pattern. */
export type RefuseRegex = (problem: string, remedy: string) => Error;

/** RE2's bound, and for its reason: a count makes as many copies of what it repeats. */
const MAX_REPEAT = 1000;
/** Groups in groups. No person writes as many; at some thousands the parser would run out of stack. */
const MAX_DEPTH = 50;

const SETS: ReadonlyMap<string | undefined, CodePointSet> = new Map([
  ['d', DIGITS],
  ['D', complementOf(DIGITS)],
  ['s', SPACES],
  ['S', complementOf(SPACES)],
  ['w', WORD_CHARACTERS],
  ['W', complementOf(WORD_CHARACTERS)],
]);
const REPEATS: ReadonlyMap<string | undefined, readonly [min: number, max: number]> = new Map([
  ['*', [0, Infinity]],
  ['+', [1, Infinity]],
  ['?', [0, 1]],
]);
const COUNTS = /^(\d{1,4})(,(\d{1,4})?)?$/;
const LETTER_OR_DIGIT = /^[\p{L}\p{N}]$/u;

/**
 * Parses a regular expression.
 *
 * @throws what `refuse` makes, if it is malformed or uses what is left out here
 */
export function parseLinearRegex(text: string, refuse: RefuseRegex): LinearRegex {
  return new LinearRegexParser(text, refuse).parse();
}

class LinearRegexParser {
  readonly #characters: readonly string[];
  readonly #refuse: RefuseRegex;
  #at = 0;

  constructor(text: string, refuse: RefuseRegex) {
    this.#characters = Array.from(text);
    this.#refuse = refuse;
  }

  parse(): LinearRegex {
    const regex = this.#choice(0);
    if (this.#peek() === undefined) return regex;
    throw this.#refuse('closes a group that it did not open', 'Write \\) for a parenthesis');
  }

  #choice(depth: number): LinearRegex {
    const options = [this.#sequence(depth)];
    while (this.#accept('|')) options.push(this.#sequence(depth));
    return { kind: 'choice', options };
  }

  #sequence(depth: number): LinearRegex {
    const parts: LinearRegex[] = [];
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      parts.push(this.#repeat(this.#atom(next, depth)));
    }
    return { kind: 'sequence', parts };
  }

  #atom(character: string, depth: number): LinearRegex {
    const set = this.#set();
    if (set !== undefined) return { kind: 'set', set };
    this.#at++;
    switch (character) {
      case '.':
        return ANY_CHARACTER;
      case '(':
        return this.#group(depth + 1);
      case '[':
        return { kind: 'set', set: this.#class() };
      case '\\':
        return { kind: 'set', set: codePointSetOf(this.#escaped()) };
      case '^':
      case '$':
        throw this.#refuse(
          `has the anchor ${character}`,
          'Leave it out: the whole value always has to match',
        );
      case '*':
      case '+':
      case '?':
      case '{':
      case '}':
        throw this.#refuse(
          `has a ${character} that repeats nothing`,
          `Write \\${character} for the character`,
        );
      default:
        return { kind: 'set', set: codePointSetOf(codePointOf(character)) };
    }
  }

  #group(depth: number): LinearRegex {
    if (depth > MAX_DEPTH) throw this.#refuse(`nests more than ${MAX_DEPTH} groups`, 'Simplify it');
    if (this.#accept('?') && !this.#accept(':')) {
      throw this.#refuse(
        'has a special group (look-around, flags or a name)',
        'Only (...) and (?:...) are known',
      );
    }
    const regex = this.#choice(depth);
    if (this.#accept(')')) return regex;
    throw this.#refuse('has a group that is not closed', 'Write ) at its end, or \\( for a parenthesis');
  }

  #repeat(part: LinearRegex): LinearRegex {
    const bounds = this.#bounds();
    if (bounds === undefined) return part;
    const [min, max] = bounds;
    return { kind: 'repeat', part, min, max, lazy: this.#accept('?') };
  }

  #bounds(): readonly [min: number, max: number] | undefined {
    const bounds = REPEATS.get(this.#peek());
    if (bounds !== undefined) {
      this.#at++;
      return bounds;
    }
    if (!this.#accept('{')) return undefined;
    const end = this.#characters.indexOf('}', this.#at);
    const counts = COUNTS.exec(this.#characters.slice(this.#at, end).join(''));
    const min = Number(counts?.[1]);
    const max = counts?.[2] === undefined ? min : Number(counts[3] ?? Infinity);
    if (end < 0 || !(min <= MAX_REPEAT && min <= max && (max <= MAX_REPEAT || max === Infinity))) {
      throw this.#refuse(
        'has a malformed count',
        `Write {n}, {n,} or {n,m} with counts up to ${MAX_REPEAT}, the smaller first`,
      );
    }
    this.#at = end + 1;
    return [min, max];
  }

  #class(): CodePointSet {
    const negated = this.#accept('^');
    const items: CodePointSet[] = [];
    while (!this.#accept(']')) items.push(this.#classItem());
    if (items.length === 0) {
      throw this.#refuse(
        'has an empty class',
        'Put a character between [ and ], and write \\] for the bracket',
      );
    }
    return negated ? complementOf(unionOf(items)) : unionOf(items);
  }

  #classItem(): CodePointSet {
    const from = this.#set() ?? codePointSetOf(this.#one());
    if (this.#peek() !== '-' || this.#peek(1) === ']') return from;
    this.#at++;
    const to = this.#set() ?? codePointSetOf(this.#one());
    if (isOne(from) && isOne(to) && from[0] <= to[0]) return [from[0], to[0]];
    throw this.#refuse(
      'has a range that does not run from one character to a later one',
      'Write \\- for a hyphen',
    );
  }

  /** One character of a class. */
  #one(): number {
    const character = this.#take();
    if (character === undefined) {
      throw this.#refuse('has a class that is not closed', 'Write ] at its end, or \\[ for a bracket');
    }
    if (character === '[' || (character === '&' && this.#peek() === '&')) {
      throw this.#refuse('calculates with classes', 'Write \\[ and \\& for the characters');
    }
    return character === '\\' ? this.#escaped() : codePointOf(character);
  }

  /** What follows a backslash. */
  #escaped(): number {
    const character = this.#take();
    if (character !== undefined && !LETTER_OR_DIGIT.test(character)) return codePointOf(character);
    throw this.#refuse(
      `has the escape \\${character ?? ''}`,
      'Known are \\d \\D \\s \\S \\w \\W, and the escapes of characters that are no letters or digits',
    );
  }

  #set(): CodePointSet | undefined {
    const set = this.#peek() === '\\' ? SETS.get(this.#peek(1)) : undefined;
    if (set !== undefined) this.#at += 2;
    return set;
  }

  #peek(ahead = 0): string | undefined {
    return this.#characters[this.#at + ahead];
  }

  #take(): string | undefined {
    return this.#characters[this.#at++];
  }

  #accept(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }
}

function isOne(set: CodePointSet): boolean {
  return set.length === 2 && set[0] === set[1];
}

function codePointOf(character: string): number {
  return character.codePointAt(0) as number;
}
