import { describe, expect, it } from '@jest/globals';
import { withinLimit } from '../../../../src/broker/cluster/within-limit.js';
import { howSettled } from '../../../support/how-settled.js';

describe('withinLimit', () => {
  const tooLong = (): Error => new Error('too long');

  it('settles as the promise does', async () => {
    expect(await withinLimit(60_000, Promise.resolve('done'), tooLong)).toBe('done');
    expect(await howSettled(withinLimit(60_000, Promise.reject(new Error('no')), tooLong))).toBe('no');
  });

  it('waits no longer than that', async () => {
    expect(await howSettled(withinLimit(1, new Promise(() => undefined), tooLong))).toBe('too long');
  });
});
