import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DestinationPattern } from '../../src/messaging/destination/destination-pattern.js';
import { DestinationTrie } from '../../src/messaging/destination/destination-trie.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_124, 150);

const segment = fc.constantFrom('a', 'b', 'a', '*', '**', '{x}', '{y}', '?', 'a*', 'a{x}', '{x:[ab]+}', '');

const pattern = fc
  .record({
    segments: fc.uniqueArray(segment, {
      // Two variables of one pattern have different names.
      selector: (text) => (text.includes('{') ? 'variable' : Symbol(text)),
      maxLength: 3,
    }),
    leading: fc.constantFrom('/', '/', '/', ''),
    collapseSeparators: fc.boolean(),
    separator: fc.constantFrom('/' as const, '/' as const, '.' as const),
  })
  .map(({ segments, leading, collapseSeparators, separator }) =>
    DestinationPattern.compile((leading + segments.join('/')).replaceAll('/', separator), {
      collapseSeparators,
      separator,
    }),
  );

const destination = fc
  .record({
    segments: fc.array(fc.constantFrom('a', 'a', 'a', 'b', 'ab', '*', ''), { maxLength: 3 }),
    leading: fc.constantFrom('/', '/', '/', ''),
    separator: fc.constantFrom('/', '/', '.'),
  })
  .map(({ segments, leading, separator }) => (leading + segments.join('/')).replaceAll('/', separator));

const step = fc.record({
  kind: fc.constantFrom('add' as const, 'add' as const, 'remove' as const),
  // Few of them, so that what is removed has often been added.
  pattern: fc.nat(7),
  value: fc.nat(1),
  destinations: fc.array(destination, { minLength: 4, maxLength: 4 }),
});

/** What is in the trie, as a list. */
interface Item {
  readonly pattern: DestinationPattern;
  readonly value: number;
}

/** Those that are compared as strings, whatever the separator, are one pattern to the trie. */
const keyOf = ({ pattern: { segments, separator, source }, value }: Item) =>
  JSON.stringify([segments === undefined ? null : separator, source, value]);

describe('DestinationTrie', () => {
  it('agrees with a list of patterns, whatever is added and removed', () => {
    let matches = 0;
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 8, maxLength: 8 }),
        fc.array(step, { minLength: 15, maxLength: 30 }),
        (patterns, steps) => {
          const trie = new DestinationTrie<number>();
          const items = new Map<string, Item>();
          for (const { kind, pattern: index, value, destinations } of steps) {
            const item = { pattern: patterns[index], value };
            if (kind === 'add') {
              trie.add(item.pattern, value);
              items.set(keyOf(item), item);
            } else {
              expect(trie.remove(item.pattern, value)).toBe(items.delete(keyOf(item)));
            }
            expect(trie.size).toBe(items.size);
            for (const text of destinations) {
              const found: string[] = [];
              trie.forEachMatch(text, (value, pattern) => found.push(keyOf({ pattern, value })));
              const expected = [...items]
                .filter(([, { pattern }]) => pattern.matches(text))
                .map(([key]) => key);
              expect(found.sort()).toEqual(expected.sort());
              matches += found.length;
            }
          }
          for (const { pattern, value } of items.values()) trie.remove(pattern, value);
          expect(trie.size).toBe(0);
          expect(trie.nodeCount).toBe(0);
        },
      ),
      RUNS,
    );
    // Guards the test itself: it has to find something often.
    expect(matches).toBeGreaterThan(RUNS.numRuns * 10);
  });
});
