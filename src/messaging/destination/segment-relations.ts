import type { SegmentMatcher } from './segment-matcher.js';

/**
 * Whether some text may match both segments. Exact where one of them is a literal; of two wildcards only the ends
 * are compared, so it may say yes where there is no such text, never no where there is one.
 */
export function segmentsMayIntersect(one: SegmentMatcher, other: SegmentMatcher): boolean {
  if (one.kind === 'literal') return matchesLiteral(other, one);
  if (other.kind === 'literal') return matchesLiteral(one, other);
  return (
    (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)) &&
    (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix))
  );
}

/**
 * Whether `wide` matches every text that `narrow` matches. It may say no where it does, never yes where it does
 * not: to decide for any two regular expressions takes time that grows exponentially.
 */
export function segmentCovers(wide: SegmentMatcher, narrow: SegmentMatcher): boolean {
  if (narrow.kind === 'literal') return matchesLiteral(wide, narrow);
  if (wide.signature === narrow.signature) return true;
  return wide.isOpen && narrow.prefix.startsWith(wide.prefix) && narrow.suffix.endsWith(wide.suffix);
}

/** Whether the segment matches every text. */
export function coversAnySegment({ isOpen, prefix, suffix }: SegmentMatcher): boolean {
  return isOpen && prefix === '' && suffix === '';
}

function matchesLiteral(segment: SegmentMatcher, { signature }: SegmentMatcher): boolean {
  return segment.matches(signature, 0, signature.length);
}
