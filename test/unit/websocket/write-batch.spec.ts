import { describe, expect, it } from '@jest/globals';
import { WriteBatch, type Flushable } from '../../../src/websocket/write-batch.js';
import { settled } from '../../support/deferred.js';

describe('WriteBatch', () => {
  it('flushes each socket once, at the end of the turn', async () => {
    const flushed: string[] = [];
    const batch = new WriteBatch();
    const socket = (name: string): Flushable => ({ heldBytes: 0, flush: () => flushed.push(name) });
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
    const [a, b] = ['a', 'b'].map((name): Flushable => ({ heldBytes: 0, flush: () => flushed.push(name) }));
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
    const late: Flushable = { heldBytes: 0, flush: () => flushed.push('late') };
    batch.add({
      heldBytes: 0,
      flush: () => {
        flushed.push('first');
        batch.add(late);
      },
    });
    await settled();
    await settled();
    expect(flushed).toEqual(['first', 'late']);
  });

  it('flushes a socket again that is written to while it is flushed', async () => {
    const flushed: string[] = [];
    const batch = new WriteBatch();
    const socket: Flushable = {
      heldBytes: 0,
      flush: () => {
        if (flushed.push('again') === 1) batch.add(socket);
      },
    };
    batch.add(socket);
    await settled();
    await settled();
    expect(flushed).toEqual(['again', 'again']);
  });

  it('gives all sockets of a turn the same beginning, and those of the next another one', async () => {
    const batch = new WriteBatch();
    const [a, b] = [1, 2].map((heldBytes): Flushable => ({ heldBytes, flush: () => undefined }));
    const beginning = batch.add(a);
    expect(batch.add(b)).toBe(beginning);
    await settled();
    expect(batch.add(a)).not.toBe(beginning);
  });

  it('knows how much all sockets hold back', async () => {
    const batch = new WriteBatch();
    for (const heldBytes of [10, 200]) batch.add({ heldBytes, flush: () => undefined });
    expect(batch.heldBytes).toBe(210);
    await settled();
    expect(batch.heldBytes).toBe(0);
  });
});
