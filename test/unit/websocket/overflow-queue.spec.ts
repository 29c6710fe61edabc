import { describe, expect, it } from '@jest/globals';
import { EncodedFrame } from '../../../src/session/encoded-frame.js';
import { OverflowQueue } from '../../../src/websocket/overflow-queue.js';

/** A message of so many octets. */
function message(name: string, size = 10, subscriptionId = 's', destination = '/topic/a'): EncodedFrame {
  return new EncodedFrame([Buffer.from(name.padEnd(size))], false, { destination, subscriptionId });
}

function taken(queue: OverflowQueue): string[] {
  const names: string[] = [];
  for (let frame = queue.peek(); frame !== undefined; frame = queue.peek()) {
    names.push(frame.parts[0]?.toString().trim() ?? '');
    queue.shift();
  }
  return names;
}

describe('a queue of messages for a slow client', () => {
  it('keeps them in order, as far as there is room', () => {
    const queue = new OverflowQueue(30);
    for (const name of ['a', 'b', 'c']) expect(queue.offer(message(name), 'drop-newest')).toBe(0);
    expect([queue.size, queue.bytes]).toEqual([3, 30]);
    expect(taken(queue)).toEqual(['a', 'b', 'c']);
    expect([queue.size, queue.bytes]).toEqual([0, 0]);
  });

  it('leaves the newest out', () => {
    const queue = new OverflowQueue(20);
    const outcomes = ['a', 'b', 'c', 'd'].map((name) => queue.offer(message(name), 'drop-newest'));
    expect(outcomes).toEqual([0, 0, 1, 1]);
    expect(taken(queue)).toEqual(['a', 'b']);
  });

  it('leaves as many of the oldest out as one takes', () => {
    const queue = new OverflowQueue(30);
    for (const name of ['a', 'b', 'c']) queue.offer(message(name), 'drop-oldest');
    expect(queue.offer(message('d', 11), 'drop-oldest')).toBe(2);
    expect(taken(queue)).toEqual(['c', 'd']);
  });

  it('takes one message that is larger than all of it', () => {
    const queue = new OverflowQueue(20);
    expect(queue.offer(message('large', 100), 'drop-newest')).toBe(0);
    expect(queue.offer(message('a'), 'drop-newest')).toBe(1);
    expect(queue.offer(message('larger', 200), 'drop-oldest')).toBe(1);
    expect(queue.bytes).toBe(100);
  });

  it('keeps the latest of each subscription and destination, where it was published', () => {
    const queue = new OverflowQueue(1_000);
    queue.offer(message('a1', 10, 's', '/topic/a'), 'conflate');
    queue.offer(message('b1', 10, 's', '/topic/b'), 'conflate');
    queue.offer(message('other', 10, 't', '/topic/a'), 'conflate');
    expect(queue.offer(message('a2', 10, 's', '/topic/a'), 'conflate')).toBe(1);
    expect([queue.size, queue.bytes]).toEqual([3, 30]);
    expect(taken(queue)).toEqual(['b1', 'other', 'a2']);
    expect(queue.offer(message('a3', 10, 's', '/topic/a'), 'conflate')).toBe(0);
  });

  it('tells the subscription from the destination', () => {
    const queue = new OverflowQueue(1_000);
    queue.offer(message('1', 10, 's /x', '/y'), 'conflate');
    expect(queue.offer(message('2', 10, 's', '/x /y'), 'conflate')).toBe(0);
  });

  it('never leaves a last value out', () => {
    const queue = new OverflowQueue(20);
    queue.offer(message('a', 10, 's', '/topic/a'), 'conflate');
    queue.offer(message('b', 10, 's', '/topic/b'), 'conflate');
    expect(queue.offer(message('c', 10, 's', '/topic/c'), 'conflate')).toBe('full');
    expect(queue.offer(message('d', 10, 's', '/topic/d'), 'drop-oldest')).toBe(1);
    expect(taken(queue)).toEqual(['a', 'b']);
  });

  it('forgets a subscription', () => {
    const queue = new OverflowQueue(1_000);
    queue.offer(message('a', 10, 's'), 'drop-newest');
    queue.offer(message('b', 10, 't'), 'conflate');
    queue.forget('t');
    expect(queue.offer(message('c', 10, 't'), 'conflate')).toBe(0);
    expect(taken(queue)).toEqual(['a', 'c']);
  });
});
