import { describe, expect, it } from '@jest/globals';
import { WriteBatch, type Flushable } from '../../../src/websocket/write-batch.js';
import { settled } from '../../support/deferred.js';

describe('WriteBatch', () => {
  it('flushes each socket once, at the end of the turn', async () => {
    const flushed: string[] = [];
    const batch = new WriteBatch();
    const socket = (name: string): Flushable => ({ flush: () => flushed.push(name) });
    const [a, b] = [socket('a'), socket('b')];
    for (const written of [a, b, a, a]) batch.add(written);
    await Promise.resolve();
    expect(flushed).toEqual([]);
    await settled();
    expect(flushed).toEqual(['a', 'b']);
  });

  it('flushes again in the next turn only what was written to again', async () => {
    const flushed: string[] = [];
    const batch = new WriteBatch();
    const [a, b] = ['a', 'b'].map((name): Flushable => ({ flush: () => flushed.push(name) }));
    batch.add(a);
    batch.add(b);
    await settled();
    batch.add(b);
    await settled();
    await settled();
    expect(flushed).toEqual(['a', 'b', 'b']);
  });

  it('flushes a socket that is written to because another one is flushed', async () => {
    const flushed: string[] = [];
    const batch = new WriteBatch();
    const late: Flushable = { flush: () => flushed.push('late') };
    batch.add({
      flush: () => {
        flushed.push('first');
        batch.add(late);
      },
    });
    await settled();
    await settled();
    expect(flushed).toEqual(['first', 'late']);
  });
});
