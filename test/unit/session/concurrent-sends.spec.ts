import { describe, expect, it } from '@jest/globals';
import { ConcurrentSends } from '../../../src/session/concurrent-sends.js';

describe('SENDs that run at the same time', () => {
  it('tell of a failure that could not be dealt with, and have ended then', async () => {
    const broken: unknown[] = [];
    const sends = new ConcurrentSends({ broken: (error) => broken.push(error) });
    const failure = new Error('the log is full');
    sends.add(Promise.reject(new Error('no')), () => {
      throw failure;
    });
    await expect(sends.whenSettled()).resolves.toBeDefined();
    expect(broken).toEqual([failure]);
    expect(sends.whenSettled()).toBeUndefined();
  });
});
