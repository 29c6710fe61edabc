import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from '../../../src/session/token-bucket.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';

function bucketOf(perSecond: number, capacity: number) {
  const clock = new VirtualClock();
  return { clock, bucket: new TokenBucket(perSecond, capacity, () => clock.now()) };
}

describe('a token bucket', () => {
  it('gives what it holds at once, and one more only after a while', () => {
    const { clock, bucket } = bucketOf(2, 3);
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false]);
    clock.advance(499);
    expect(bucket.tryTake()).toBe(false);
    clock.advance(1);
    expect(bucket.tryTake()).toBe(true);
  });

  it('never holds more than at the beginning', () => {
    const { clock, bucket } = bucketOf(2, 3);
    clock.advance(1_000_000);
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false]);
  });

  it('lets more be taken than there is, and tells when that is paid', () => {
    const { clock, bucket } = bucketOf(100, 10);
    bucket.take(10);
    expect(bucket.debtMs).toBe(0);
    bucket.take(1);
    expect(bucket.debtMs).toBe(10);
    clock.advance(4);
    expect(bucket.debtMs).toBeCloseTo(6);
    clock.advance(6);
    expect(bucket.debtMs).toBe(0);
  });

  it('knows when half of it is back', () => {
    const { clock, bucket } = bucketOf(1, 10);
    bucket.take(10);
    clock.advance(4_999);
    expect(bucket.isHalfFull).toBe(false);
    clock.advance(1);
    expect(bucket.isHalfFull).toBe(true);
  });
});
