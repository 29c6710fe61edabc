/**
 * A set of code points as inclusive ranges, sorted and disjoint: `[low, high, low, high, …]`. All set
 * operations happen when a pattern is compiled; matching only asks {@link hasCodePoint}.
 */
export type CodePointSet = readonly number[];

const LAST_CODE_POINT = 0x10ffff;

/** Every character, line ends too: a destination is one string, not lines. */
export const ANY_CODE_POINT: CodePointSet = [0, LAST_CODE_POINT];
/** `\d`, ASCII only as in Java. */
export const DIGITS: CodePointSet = [0x30, 0x39];
/** `\s`, ASCII only as in Java: TAB, LF, VT, FF, CR and space. */
export const SPACES: CodePointSet = [0x09, 0x0d, 0x20, 0x20];
/** `\w`, ASCII only as in Java. */
export const WORD_CHARACTERS: CodePointSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];

/** The set of one code point. */
export function codePointSetOf(codePoint: number): CodePointSet {
  return [codePoint, codePoint];
}

/** What is in any of the sets. */
export function unionOf(sets: readonly CodePointSet[]): CodePointSet {
  const ranges = sets.flatMap(rangesOf).sort(([low], [otherLow]) => low - otherLow);
  const union: number[] = [];
  for (const [low, high] of ranges) {
    const last = union.length - 1;
    if (last > 0 && low <= union[last]) union[last] = Math.max(union[last], high);
    else union.push(low, high);
  }
  return union;
}

/** What is not in the set. */
export function complementOf(set: CodePointSet): CodePointSet {
  const complement: number[] = [];
  let next = 0;
  for (const [low, high] of rangesOf(set)) {
    if (low > next) complement.push(next, low - 1);
    next = high + 1;
  }
  if (next <= LAST_CODE_POINT) complement.push(next, LAST_CODE_POINT);
  return complement;
}

/** Whether the code point is in the set. Takes the logarithm of the number of ranges. */
export function hasCodePoint(set: CodePointSet, codePoint: number): boolean {
  let first = 0;
  let end = set.length / 2;
  while (first < end) {
    const middle = (first + end) >> 1;
    if (codePoint > set[2 * middle + 1]) first = middle + 1;
    else if (codePoint < set[2 * middle]) end = middle;
    else return true;
  }
  return false;
}

function rangesOf(set: CodePointSet): [low: number, high: number][] {
  const ranges: [number, number][] = [];
  for (let index = 0; index < set.length; index += 2) {
    ranges.push([set[index], set[index + 1]]);
  }
  return ranges;
}
