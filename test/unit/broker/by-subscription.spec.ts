import { beforeEach, describe, expect, it } from '@jest/globals';
import { BySubscription } from '../../../src/broker/by-subscription.js';

describe('things by subscription', () => {
  let things: BySubscription<string>;

  beforeEach(() => {
    things = new BySubscription();
    things.set('s1', 'a', 'one');
    things.set('s1', 'b', 'two');
    things.set('s2', 'a', 'three');
  });

  it('are found by session and id', () => {
    expect([things.get('s1', 'a'), things.get('s1', 'b'), things.get('s2', 'a')]).toEqual([
      'one',
      'two',
      'three',
    ]);
    expect([things.get('s2', 'b'), things.get('s3', 'a')]).toEqual([undefined, undefined]);
  });

  it('take the place of one another', () => {
    things.set('s1', 'a', 'four');
    expect(things.get('s1', 'a')).toBe('four');
  });

  it('are given back when they go, once', () => {
    expect(things.delete('s1', 'a')).toBe('one');
    expect(things.delete('s1', 'a')).toBeUndefined();
    expect(things.get('s1', 'b')).toBe('two');
  });

  it('of a session go together', () => {
    expect([...things.deleteSession('s1')]).toEqual(['one', 'two']);
    expect([...things.deleteSession('s1')]).toEqual([]);
    expect(things.get('s2', 'a')).toBe('three');
  });

  it('leave nothing behind when they have gone, one by one or by session', () => {
    things.delete('s1', 'a');
    things.delete('s1', 'b');
    expect(things.isEmpty).toBe(false);
    things.deleteSession('s2');
    expect(things.isEmpty).toBe(true);
  });
});
