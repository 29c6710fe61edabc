import { describe, expect, it } from '@jest/globals';
import { PendingDeliveries } from '../../../src/broker/pending-deliveries.js';

function pending(isCumulative: boolean, ...numbers: readonly number[]): PendingDeliveries<string> {
  const deliveries = new PendingDeliveries<string>(isCumulative);
  for (const number of numbers) deliveries.add(number, `#${number}`);
  return deliveries;
}

describe('PendingDeliveries', () => {
  it('settles a delivery and all before it when settling is cumulative [A146]', () => {
    const deliveries = pending(true, 1, 4, 6, 9);
    expect(deliveries.settle(6)).toEqual(['#1', '#4', '#6']);
    expect(deliveries.size).toBe(1);
    expect(deliveries.clear()).toEqual(['#9']);
  });

  it('settles one delivery and no other when it is not [A147]', () => {
    const deliveries = pending(false, 1, 4, 6);
    expect(deliveries.settle(4)).toEqual(['#4']);
    expect(deliveries.clear()).toEqual(['#1', '#6']);
    expect(deliveries.size).toBe(0);
  });

  it.each([true, false])(
    'settles nothing by a number that is settled or was never added (%j)',
    (cumulative) => {
      const deliveries = pending(cumulative, 1, 4);
      deliveries.settle(1);
      expect(deliveries.settle(1)).toEqual([]);
      expect(deliveries.settle(3)).toEqual([]);
      expect(deliveries.size).toBe(1);
    },
  );

  it('leaves out of a cumulative settling what was removed by itself', () => {
    const deliveries = pending(true, 1, 2, 3);
    expect(deliveries.remove(1)).toEqual(['#1']);
    expect(deliveries.settle(3)).toEqual(['#2', '#3']);
    expect(deliveries.size).toBe(0);
  });

  it('settles what is left when most between was removed by itself', () => {
    const deliveries = pending(true, 0);
    for (let number = 1; number < 1000; number++) {
      deliveries.add(number, `#${number}`);
      if (number % 100 !== 0) deliveries.remove(number);
    }
    expect(deliveries.settle(500)).toEqual(['#0', '#100', '#200', '#300', '#400', '#500']);
    expect(deliveries.clear()).toEqual(['#600', '#700', '#800', '#900']);
  });

  it('looks at each delivery once, however many are pending [D66]', () => {
    const count = 200_000;
    const deliveries = pending(true);
    for (let number = 0; number < count; number++) deliveries.add(number, 'x');
    let settled = 0;
    for (let number = 0; number < count; number++) settled += deliveries.settle(number).length;
    expect(settled).toBe(count);
  });
});
