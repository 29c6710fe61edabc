import { describe, expect, it } from '@jest/globals';
import { LogBudget } from '../../../src/messaging/log-budget.js';

describe('The budget of a log', () => {
  const TEN_TOLD = [...Array<string>(9).fill('told'), 'last'];

  it('is ten lines, the tenth of which says that it is the last', () => {
    const budget = new LogBudget(() => 0);
    expect(Array.from({ length: 13 }, () => budget.spend())).toEqual([
      ...TEN_TOLD,
      'spent',
      'spent',
      'spent',
    ]);
  });

  it('is there again a minute after its first line, not before', () => {
    let now = 1000;
    const budget = new LogBudget(() => now);
    for (let line = 0; line < 11; line++) budget.spend();
    now = 60_999;
    expect(budget.spend()).toBe('spent');
    now = 61_000;
    expect(Array.from({ length: 11 }, () => budget.spend())).toEqual([...TEN_TOLD, 'spent']);
  });
});
