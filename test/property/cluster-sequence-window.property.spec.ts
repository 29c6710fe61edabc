import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SequenceWindow } from '../../src/broker/cluster/sequence-window.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_203, 500);
const SIZE = 4096;

/** Steps forth and back, near and far, and the edges of the window. */
const step = fc.oneof(
  fc.integer({ min: -20, max: 40 }),
  fc.constantFrom(-SIZE, -SIZE + 1, -SIZE - 1, SIZE, SIZE - 1, SIZE + 1, 3 * SIZE, -33, 32),
);

describe('the window of numbers that have been seen', () => {
  it('says what a set of all of them would say, as far back as it reaches', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const window = new SequenceWindow();
        const seen = new Set<number>();
        let newest = -1;
        for (const each of steps) {
          const number = Math.max(0, newest + each);
          const isKnown = seen.has(number) || (newest >= 0 && newest - number >= SIZE);
          expect([number, window.isNew(number)]).toEqual([number, !isKnown]);
          seen.add(number);
          newest = Math.max(newest, number);
        }
      }),
      RUNS,
    );
  });
});
