import { describe, expect, it } from '@jest/globals';
import { CodeCounts } from '../../../src/session/code-counts.js';

describe('CodeCounts', () => {
  it('counts each code', () => {
    const counts = new CodeCounts();
    for (const code of ['a', 'b', 'a']) counts.add(code);
    expect(counts.toObject()).toEqual({ a: 2, b: 1 });
    expect([counts.of('a'), counts.of('c')]).toEqual([2, 0]);
  });

  it('puts codes beyond 256 together, and still counts those that it knows', () => {
    const counts = new CodeCounts();
    for (let code = 0; code < 1000; code++) counts.add(String(code));
    counts.add('0');
    expect(Object.keys(counts.toObject())).toHaveLength(257);
    expect([counts.of('0'), counts.of('255'), counts.of('256'), counts.of('OTHER')]).toEqual([2, 1, 0, 744]);
  });
});
