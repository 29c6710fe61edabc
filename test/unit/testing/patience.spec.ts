import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Patience, turnOfTheEventLoop } from '../../../src/testing/patience.js';

afterEach(() => {
  jest.useRealTimers();
});

describe('Patience', () => {
  const never = new Promise<never>(() => undefined);

  it('gives what was waited for, or its failure', async () => {
    expect(await new Patience().wait(Promise.resolve(1), () => 'late')).toBe(1);
    await expect(new Patience().wait(Promise.reject(new Error('no')), () => 'late')).rejects.toThrow('no');
  });

  it('ends with an explanation made at its end', async () => {
    let text = 'early';
    const waiting = new Patience(10).wait(never, () => text);
    text = 'late';
    await expect(waiting).rejects.toThrow('late');
  });

  it('is not stopped by fake timers of the test', async () => {
    jest.useFakeTimers();
    await expect(new Patience(10).wait(never, () => 'late')).rejects.toThrow('late');
    await turnOfTheEventLoop();
  });

  it.each([0, -1, NaN, Infinity])('of %d ms is refused', (ms) => {
    expect(() => new Patience(ms)).toThrow(`timeoutMs is ${ms}. Give the kit a positive number`);
  });
});
