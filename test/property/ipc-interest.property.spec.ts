import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HubInterest } from '../../src/ipc/hub-interest.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_130, 500);

const words = fc.array(fc.constantFrom('a', 'b', 'a', 'ab', '-'), { minLength: 1, maxLength: 4 });
const pattern = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', 'ab', '*', '*'), { maxLength: 3 }),
    fc.constantFrom('a', '*', '>'),
  )
  .map(([words, last]) => [...words, last].join('.'));

/** What the contract says, word by word. */
function matches(pattern: string, address: string): boolean {
  const asked = pattern.split('.');
  const given = address.split('.');
  if (asked.at(-1) !== '>') {
    return (
      asked.length === given.length && asked.every((word, index) => word === '*' || word === given[index])
    );
  }
  const before = asked.slice(0, -1);
  return given.length > before.length && before.every((word, index) => word === '*' || word === given[index]);
}

const step = fc.record({ isAdded: fc.boolean(), pattern, who: fc.constantFrom('x', 'y', 'z') });

describe('the interest that a hub keeps', () => {
  it('finds exactly those who have asked, once, after any number of changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(words), (steps, addresses) => {
        const interest = new HubInterest<string>();
        const model = new Map<string, { pattern: string; who: string }>();
        for (const { isAdded, pattern, who } of steps) {
          if (isAdded) {
            interest.add(pattern, who);
            model.set(`${who} ${pattern}`, { pattern, who });
          } else {
            interest.remove(pattern, who);
            model.delete(`${who} ${pattern}`);
          }
        }
        for (const address of addresses.map((each) => each.join('.'))) {
          const expected = new Set(
            [...model.values()].filter((one) => matches(one.pattern, address)).map(({ who }) => who),
          );
          expect([...interest.of(address)].sort()).toEqual([...expected].sort());
        }
      }),
      RUNS,
    );
  });

  it('finds all of many patterns that share their words', () => {
    const interest = new HubInterest<number>();
    const many = 250;
    for (let index = 0; index < many; index++) {
      interest.add([...Array.from({ length: index }, () => '*'), '>'].join('.'), index);
    }
    expect([...interest.of(Array.from({ length: many }, () => 'w').join('.'))]).toHaveLength(many);
  });
});
