import { describe, expect, it } from '@jest/globals';
import {
  observed,
  type HandlerCall,
  type HandlerObserver,
} from '../../../src/annotation/handler-observer.js';

describe('observers of handlers', () => {
  const call: HandlerCall = {
    handler: { kind: 'MESSAGE', name: 'Shop.buy', patterns: [] },
    message: { payload: undefined, headers: { simpMessageType: 'MESSAGE', nativeHeaders: new Map() } },
  };

  it('stand around a call, the first one outermost, and give on what it answers', async () => {
    const seen: string[] = [];
    const observer = (name: string): HandlerObserver => ({
      around: async ({ handler }, proceed) => {
        seen.push(`${name} before ${handler.name}`);
        const answer = await proceed();
        seen.push(`${name} after`);
        return answer;
      },
    });
    const answer = await observed([observer('a'), observer('b')], call, () => {
      seen.push('call');
      return Promise.resolve(true);
    });
    expect(answer).toBe(true);
    expect(seen).toEqual(['a before Shop.buy', 'b before Shop.buy', 'call', 'b after', 'a after']);
  });

  it('see a failure, and may not hide it by looking', async () => {
    const watching: HandlerObserver = { around: (_call, proceed) => proceed() };
    const failing = observed([watching], call, () => Promise.reject(new Error('sold out')));
    await expect(failing).rejects.toThrow('sold out');
  });
});
