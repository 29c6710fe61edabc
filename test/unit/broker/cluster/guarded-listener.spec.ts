import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { GuardedListener } from '../../../../src/broker/cluster/guarded-listener.js';

describe('GuardedListener', () => {
  const heard: string[] = [];
  const listener = {
    message: (bytes: Uint8Array): void => void heard.push(`message of ${bytes.length}`),
    lost: (error: Error): void => void heard.push(error.message),
  };

  afterEach(() => {
    heard.length = 0;
    jest.restoreAllMocks();
  });

  it('tells of a loss once, and of nothing after it', () => {
    const guarded = new GuardedListener(listener);
    guarded.message(Buffer.alloc(3));
    guarded.lost(new Error('gone'));
    guarded.lost(new Error('gone again'));
    guarded.message(Buffer.alloc(4));
    expect(heard).toEqual(['message of 3', 'gone']);
  });

  it('tells of nothing after the end', () => {
    const guarded = new GuardedListener(listener);
    guarded.end();
    guarded.message(Buffer.alloc(3));
    guarded.lost(new Error('gone'));
    expect(heard).toEqual([]);
  });

  it('warns of what a listener throws, and goes on', () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const fail = (): void => {
      throw new Error('a mistake');
    };
    const guarded = new GuardedListener({ message: fail, lost: fail });
    guarded.message(Buffer.alloc(3));
    guarded.message(Buffer.alloc(3));
    guarded.lost(new Error('gone'));
    expect(warned).toHaveBeenCalledTimes(3);
  });
});
