import { describe, expect, it } from '@jest/globals';
import { Inbox } from '../../../src/testing/inbox.js';
import { Patience } from '../../../src/testing/patience.js';

const explain = (): string => 'nothing came';

describe('An inbox', () => {
  it('gives what it has in its order', async () => {
    const inbox = new Inbox<number>(new Patience());
    inbox.put(1);
    inbox.put(2);
    expect(await inbox.take(explain)).toBe(1);
    expect(await inbox.take(explain)).toBe(2);
    expect(inbox.size).toBe(0);
  });

  it('gives the first that matches and keeps the others', async () => {
    const inbox = new Inbox<number>(new Patience());
    for (const number of [1, 2, 3, 4]) inbox.put(number);
    expect(await inbox.take(explain, (number) => number % 2 === 0)).toBe(2);
    expect(inbox.takeAll()).toEqual([1, 3, 4]);
  });

  it('gives each of those who wait what comes for them', async () => {
    const inbox = new Inbox<string>(new Patience());
    const waiting = [inbox.take(explain, (text) => text === 'b'), inbox.take(explain)];
    inbox.put('a');
    inbox.put('b');
    expect(await Promise.all(waiting)).toEqual(['b', 'a']);
  });

  it('explains when nothing comes in time', async () => {
    const inbox = new Inbox<string>(new Patience(10));
    const waiting = inbox.take(explain, (text) => text === 'b');
    inbox.put('a');
    await expect(waiting).rejects.toThrow('nothing came');
    expect(inbox.size).toBe(1);
  });

  it('does not wait for more when it is complete, and still gives what it has', async () => {
    const inbox = new Inbox<string>(new Patience(1e6));
    const waiting = [inbox.take(explain), inbox.take(explain)];
    inbox.put('a');
    inbox.complete();
    expect(await waiting[0]).toBe('a');
    await expect(waiting[1]).rejects.toThrow('nothing came');
  });
});
