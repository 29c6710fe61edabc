import { describe, expect, it } from '@jest/globals';
import { PingReplies } from '../../../src/websocket/ping-replies.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';

/** A socket that has written a pong when the test says so. */
function replies() {
  const clock = new VirtualClock();
  const pongs: string[] = [];
  const written: ((error?: Error) => void)[] = [];
  const counts = { floods: 0 };
  const pong = (data: Buffer, _mask: boolean, done: (error?: Error) => void): void => {
    pongs.push(data.toString());
    written.push(done);
  };
  const answers = new PingReplies(
    { pong },
    () => clock.now(),
    () => counts.floods++,
  );
  return { clock, pongs, written, counts, answers };
}

describe('pings', () => {
  it('are answered, one at a time, of those that come meanwhile the latest', () => {
    const { answers, pongs, written } = replies();
    for (const name of ['a', 'b', 'c']) answers.ping(Buffer.from(name));
    expect(pongs).toEqual(['a']);
    written.shift()?.();
    expect(pongs).toEqual(['a', 'c']);
    written.shift()?.();
    expect(pongs).toEqual(['a', 'c']);
    answers.ping(Buffer.from('d'));
    expect(pongs).toEqual(['a', 'c', 'd']);
  });

  it('are not answered on a socket that is gone', () => {
    const { answers, pongs, written } = replies();
    answers.ping(Buffer.from('a'));
    answers.ping(Buffer.from('b'));
    written.shift()?.(new Error('gone'));
    expect(pongs).toEqual(['a']);
  });

  it('may be a hundred at once and ten a second, pongs among them [D91]', () => {
    const { answers, counts, clock } = replies();
    for (let i = 0; i < 50; i++) {
      answers.ping(Buffer.from('a'));
      answers.pong();
    }
    expect(counts.floods).toBe(0);
    answers.pong();
    expect(counts.floods).toBe(1);
    clock.advance(100);
    answers.ping(Buffer.from('a'));
    expect(counts.floods).toBe(1);
    answers.ping(Buffer.from('a'));
    expect(counts.floods).toBe(2);
  });
});
