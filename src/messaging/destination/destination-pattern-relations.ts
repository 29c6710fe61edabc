import type { DestinationPattern } from './destination-pattern.js';
import type { PatternSegment } from './segment-matcher.js';
import { coversAnySegment, segmentCovers, segmentsMayIntersect } from './segment-relations.js';

/**
 * Whether some destination may match both patterns. Never false when there is one; it may be true when there is
 * none, e.g. for two different regular expressions.
 *
 * Takes at most as many comparisons of segments as the one has times the other.
 */
export function mayIntersect(one: DestinationPattern, other: DestinationPattern): boolean {
  if (one.segments === undefined) return other.matches(one.source);
  if (other.segments === undefined) return one.matches(other.source);
  if (one.separator !== other.separator) return true;
  if (beginsWithSeparator(one) !== beginsWithSeparator(other)) return false;
  const otherWays = waysOf(other, other.segments);
  return waysOf(one, one.segments).some((a) => otherWays.some((b) => endAlike(a, b) && meet(a, b)));
}

/**
 * Whether every destination that matches `narrow` also matches `wide`. Never true when one does not; it may be
 * false when all do, e.g. for two different regular expressions that mean the same.
 *
 * Takes at most as many comparisons of segments as the one has times the other.
 */
export function covers(wide: DestinationPattern, narrow: DestinationPattern): boolean {
  if (narrow.segments === undefined) return wide.matches(narrow.source);
  if (wide.segments === undefined || wide.separator !== narrow.separator) return false;
  if (beginsWithSeparator(wide) !== beginsWithSeparator(narrow)) return false;
  const wideWays = waysOf(wide, wide.segments);
  return waysOf(narrow, narrow.segments).every((inner) =>
    wideWays.some(
      (outer) =>
        (outer.trailing === undefined || outer.trailing === inner.trailing) && contains(outer, inner),
    ),
  );
}

/** One of the ways in which a destination can match a pattern. */
interface Way {
  readonly segments: readonly PatternSegment[];
  /** Whether the destination ends with a separator; `undefined` if that does not matter. */
  readonly trailing: boolean | undefined;
}

function beginsWithSeparator({ source, separator }: DestinationPattern): boolean {
  return source.startsWith(separator);
}

/** The same rules about separators at the end by which a pattern is matched (RT-14). */
function waysOf(
  { source, separator }: DestinationPattern,
  segments: readonly PatternSegment[],
): readonly Way[] {
  const last = segments.at(-1);
  if (last?.kind === 'deep') return [{ segments, trailing: undefined }];
  const ways: Way[] = [{ segments, trailing: source.endsWith(separator) }];
  // `/a/*` also matches `/a/`, unless there is a `**` before; but `*` alone does not match `/`.
  if (last?.signature === '*' && segments.every(({ kind }) => kind !== 'deep')) {
    const rest = segments.slice(0, -1);
    if (rest.length > 0 || source.startsWith(separator)) ways.push({ segments: rest, trailing: true });
  }
  return ways;
}

function endAlike(one: Way, other: Way): boolean {
  return one.trailing === undefined || other.trailing === undefined || one.trailing === other.trailing;
}

function meet({ segments: one }: Way, { segments: other }: Way): boolean {
  return decideFromTheEnd(one.length, other.length, (row, column, later) => {
    const [a, b] = [one.at(row), other.at(column)];
    // Either `**` takes nothing, or it takes what the other side has here.
    if (a?.kind === 'deep' || b?.kind === 'deep') return later(row + 1, column) || later(row, column + 1);
    if (a === undefined || b === undefined) return a === b;
    return later(row + 1, column + 1) && segmentsMayIntersect(a, b);
  });
}

function contains({ segments: wide }: Way, { segments: narrow }: Way): boolean {
  return decideFromTheEnd(wide.length, narrow.length, (row, column, later) => {
    const [outer, inner] = [wide.at(row), narrow.at(column)];
    if (outer?.kind === 'deep') return later(row + 1, column) || later(row, column + 1);
    if (outer === undefined || inner === undefined) return outer === inner;
    // Whether the inner `**` takes nothing or something, the outer pattern has to keep up with it.
    if (inner.kind === 'deep') {
      return coversAnySegment(outer) && later(row, column + 1) && later(row + 1, column);
    }
    return later(row + 1, column + 1) && segmentCovers(outer, inner);
  });
}

/** Looks up what was decided for places further to the end; false beyond it. */
type Later = (row: number, column: number) => boolean;

/** Decides on each pair of places in two lists once, the ends first. The answer is that for their beginnings. */
function decideFromTheEnd(
  rows: number,
  columns: number,
  decide: (row: number, column: number, later: Later) => boolean,
): boolean {
  const width = columns + 2;
  const decided = new Uint8Array((rows + 2) * width);
  const later: Later = (row, column) => decided[row * width + column] === 1;
  for (let row = rows; row >= 0; row--) {
    for (let column = columns; column >= 0; column--) {
      if (decide(row, column, later)) decided[row * width + column] = 1;
    }
  }
  return later(0, 0);
}
