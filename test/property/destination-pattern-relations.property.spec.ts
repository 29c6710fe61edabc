import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DestinationPattern,
  type DestinationSeparator,
} from '../../src/messaging/destination/destination-pattern.js';
import { covers, mayIntersect } from '../../src/messaging/destination/destination-pattern-relations.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_125, 1_000);

const VALUES = ['a', 'b', 'aa', 'ab', 'ba', 'bb'];

/** Every destination of at most so many of the values, with and without separators at its ends. */
function destinations(values: readonly string[], maxSegments: number): string[] {
  let paths = [''];
  const all = new Set(['', '/']);
  for (let count = 0; count < maxSegments; count++) {
    paths = paths.flatMap((path) => values.map((value) => (path === '' ? value : `${path}/${value}`)));
    for (const path of paths) for (const text of [path, `/${path}`, `${path}/`, `/${path}/`]) all.add(text);
  }
  return [...all];
}

const pattern = (segment: fc.Arbitrary<string>, maxLength: number) =>
  fc
    .record({
      leading: fc.boolean(),
      trailing: fc.integer({ min: 0, max: 3 }),
      segments: fc.array(segment, { minLength: 1, maxLength }),
    })
    .map(({ leading, trailing, segments }) => {
      let count = 0;
      const text = segments.join('/').replaceAll('{', () => `{v${count++}`);
      return (leading ? '/' : '') + text + (trailing === 0 ? '/' : '');
    });

const parts = fc.constantFrom('a', 'b', '?', '*', '{}', '{:[ab]}', '{:a+}', '{:a|bb}');
const anySegment = fc.oneof(
  { weight: 1, arbitrary: fc.constant('**') },
  { weight: 3, arbitrary: fc.array(parts, { minLength: 1, maxLength: 3 }).map((some) => some.join('')) },
);

function compile(source: string, separator: DestinationSeparator): DestinationPattern {
  return DestinationPattern.compile(source.replaceAll('/', separator), {
    separator,
    collapseSeparators: true,
  });
}

describe('Two patterns', () => {
  it('that share a destination are never taken for apart, and one that misses one of the other never covers it', () => {
    const all = destinations(VALUES, 3);
    const met = { apart: 0, meeting: 0, covering: 0, unmatched: 0 };
    fc.assert(
      fc.property(
        pattern(anySegment, 3),
        pattern(anySegment, 3),
        fc.constantFrom('/' as const, '.' as const),
        (one, other, separator) => {
          const [wide, narrow] = [compile(one, separator), compile(other, separator)];
          const intersect = mayIntersect(wide, narrow);
          const covering = covers(wide, narrow);
          const inside = all
            .map((text) => text.replaceAll('/', separator))
            .filter((text) => narrow.matches(text));
          const shared = inside.filter((text) => wide.matches(text));
          if (shared.length > 0) expect(intersect).toBe(true);
          if (covering) expect(shared).toEqual(inside);
          expect(mayIntersect(narrow, wide)).toBe(intersect);
          expect(covers(narrow, narrow)).toBe(true);
          if (!intersect) met.apart++;
          else if (covering && inside.length > 0) met.covering++;
          else if (shared.length > 0) met.meeting++;
          else met.unmatched++;
        },
      ),
      RUNS,
    );
    // Guards the test itself: it has to meet all outcomes, and the answers must not be cautious for nothing.
    expect(met.apart).toBeGreaterThan(RUNS.numRuns * 0.3);
    expect(met.meeting).toBeGreaterThan(RUNS.numRuns * 0.05);
    expect(met.covering).toBeGreaterThan(RUNS.numRuns * 0.02);
    expect(met.unmatched).toBeLessThan(RUNS.numRuns * 0.15);
  });

  it('of whole wildcards and literals are known exactly to share a destination or not', () => {
    const all = destinations(['a', 'b', 'c'], 5);
    const segment = fc.constantFrom('a', 'b', '*', '**');
    fc.assert(
      fc.property(pattern(segment, 3), pattern(segment, 3), (one, other) => {
        const [first, second] = [compile(one, '/'), compile(other, '/')];
        const shared = all.some((text) => first.matches(text) && second.matches(text));
        expect(mayIntersect(first, second)).toBe(shared);
      }),
      RUNS,
    );
  });

  it('with many ** are compared in few steps', () => {
    const wide = compile(`/${'**/a/'.repeat(200)}b`, '/');
    const narrow = compile(`/${'**/a/'.repeat(200)}c`, '/');
    expect(mayIntersect(wide, narrow)).toBe(false);
    expect(covers(wide, narrow)).toBe(false);
  });
});
