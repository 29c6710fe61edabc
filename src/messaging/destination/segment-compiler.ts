import { LinearProgram, type StepMeter } from './linear-program.js';
import { compileLinearRegex } from './linear-program-compiler.js';
import { ANY_CHARACTER, ANYTHING, type LinearRegex, literally } from './linear-regex.js';
import {
  GapSegment,
  DEEP_WILDCARD,
  LiteralSegment,
  type PatternSegment,
  ProgramSegment,
} from './segment-matcher.js';

/** A part of a segment. */
export type SegmentItem =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: '?' | '*' } | SegmentVariable;

/** `{name}` or `{name:constraint}`. */
export interface SegmentVariable {
  readonly kind: 'variable';
  readonly name: string;
  /** The regular expression as it is written; `undefined` if any value will do. */
  readonly constraint: string | undefined;
  /** What the value has to match. */
  readonly regex: LinearRegex;
}

/** Makes of the parts of a segment the cheapest thing that can match it. */
export function compileSegment(parts: readonly SegmentItem[], meter?: StepMeter): PatternSegment {
  if (parts.length === 2 && parts.every(isStar)) return DEEP_WILDCARD;
  // Stars in a row, `***`, mean what one of them means.
  const items = parts.filter((part, index) => !isStar(part) || !isStar(parts[index - 1]));
  const signature = signatureOf(items);
  const wildcards = items.filter(({ kind }) => kind !== 'text');
  if (wildcards.length === 0) return new LiteralSegment(signature);
  const literals = literalsOf(items);
  if (wildcards.every(takesAnything)) return new GapSegment(signature, literals, wildcards.map(nameOf));
  const regex: LinearRegex = { kind: 'sequence', parts: items.map(regexOf) };
  const ends = { prefix: literals[0], suffix: literals[literals.length - 1] };
  return new ProgramSegment(signature, ends, new LinearProgram(compileLinearRegex(regex), meter));
}

function isStar(item: SegmentItem | undefined): boolean {
  return item?.kind === '*';
}

function takesAnything(item: SegmentItem): boolean {
  return item.kind === '*' || (item.kind === 'variable' && item.constraint === undefined);
}

function nameOf(item: SegmentItem): string | undefined {
  return item.kind === 'variable' ? item.name : undefined;
}

/** What stands before, between and behind the wildcards. */
function literalsOf(items: readonly SegmentItem[]): string[] {
  const literals = [''];
  for (const item of items) {
    if (item.kind === 'text') literals[literals.length - 1] = item.text;
    else literals.push('');
  }
  return literals;
}

/** The items as they are written, less the names of variables. */
function signatureOf(items: readonly SegmentItem[]): string {
  return items
    .map((item) => {
      if (item.kind === 'text') return item.text;
      if (item.kind !== 'variable') return item.kind;
      return item.constraint === undefined ? '{}' : `{:${item.constraint}}`;
    })
    .join('');
}

function regexOf(item: SegmentItem): LinearRegex {
  switch (item.kind) {
    case 'text':
      return literally(item.text);
    case '?':
      return ANY_CHARACTER;
    case '*':
      return ANYTHING;
    case 'variable':
      return { kind: 'capture', name: item.name, part: item.regex };
  }
}
