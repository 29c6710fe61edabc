import { describe, expect, it } from '@jest/globals';
import { Backlog } from '../../../src/annotation/backlog.js';
import { settled } from '../../support/deferred.js';

describe('A backlog', () => {
  it('is empty at first, and nobody waits', async () => {
    await expect(new Backlog().whenEmpty()).resolves.toBeUndefined();
  });

  it('tells everybody who waits when all has been sent, and not earlier', async () => {
    const backlog = new Backlog();
    const told: string[] = [];
    backlog.add();
    backlog.add();
    for (const name of ['a', 'b']) void backlog.whenEmpty().then(() => told.push(name));
    backlog.remove();
    await settled();
    expect(told).toEqual([]);
    backlog.remove();
    await settled();
    expect(told).toEqual(['a', 'b']);
  });
});
