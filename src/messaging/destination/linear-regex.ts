import { ANY_CODE_POINT, type CodePointSet, codePointSetOf } from './code-point-set.js';

/**
 * What a wildcard segment means, as a tree: the part of regular expressions that a machine without
 * backtracking can match. Groups have no node of their own, because they capture nothing.
 */
export type LinearRegex =
  | { readonly kind: 'set'; readonly set: CodePointSet }
  | { readonly kind: 'sequence'; readonly parts: readonly LinearRegex[] }
  | { readonly kind: 'choice'; readonly options: readonly LinearRegex[] }
  | LinearRegexRepeat
  | { readonly kind: 'capture'; readonly name: string; readonly part: LinearRegex };

/** A part taken `min` to `max` times, as often as possible, or as seldom if `lazy`. */
export interface LinearRegexRepeat {
  readonly kind: 'repeat';
  readonly part: LinearRegex;
  readonly min: number;
  /** `Infinity` for no bound. */
  readonly max: number;
  readonly lazy: boolean;
}

/** `?`: any one character. */
export const ANY_CHARACTER: LinearRegex = { kind: 'set', set: ANY_CODE_POINT };

/** `*`, and the value of `{x}`: any characters, as many as possible. */
export const ANYTHING: LinearRegex = {
  kind: 'repeat',
  part: ANY_CHARACTER,
  min: 0,
  max: Infinity,
  lazy: false,
};

/** The characters of a text, one after the other. */
export function literally(text: string): LinearRegex {
  // A character of a string always has a code point.
  const parts = Array.from(text, (character) => codePointSetOf(character.codePointAt(0) as number));
  return { kind: 'sequence', parts: parts.map((set) => ({ kind: 'set', set })) };
}

/**
 * How many instructions the tree compiles to at most. Known before any is made, so that refusing
 * `((a{1000}){1000}){1000}` costs nothing.
 */
export function sizeOf(regex: LinearRegex): number {
  switch (regex.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return totalSizeOf(regex.parts);
    case 'choice':
      return totalSizeOf(regex.options) + regex.options.length - 1;
    case 'repeat': {
      const { part, min, max } = regex;
      // At least 1, because even a copy of nothing takes time to make.
      const copy = Math.max(1, sizeOf(part));
      return max === Infinity ? Math.max(1, min) * copy + 1 : max * copy + max - min;
    }
    case 'capture':
      return sizeOf(regex.part) + 2;
  }
}

function totalSizeOf(parts: readonly LinearRegex[]): number {
  return parts.reduce((total, part) => total + sizeOf(part), 0);
}
