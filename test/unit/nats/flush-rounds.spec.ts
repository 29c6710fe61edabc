import { describe, expect, it } from '@jest/globals';
import { FlushRounds } from '../../../src/nats/flush-rounds.js';

/** A server that answers when a test says so. */
class Pings {
  readonly #unanswered: (() => void)[] = [];
  sent = 0;

  readonly ping = (): Promise<void> => {
    this.sent++;
    return new Promise((resolve) => this.#unanswered.push(resolve));
  };

  answer(): void {
    this.#unanswered.shift()?.();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Why a promise was rejected. */
const reason = (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => 'not at all',
    (error: Error) => error.message,
  );

describe('FlushRounds', () => {
  it('asks once for all that is published and flushed in a turn', async () => {
    const pings = new Pings();
    const rounds = new FlushRounds(pings.ping);
    rounds.add(10);
    const first = rounds.flush();
    rounds.add(20);
    const second = rounds.flush();
    await turn();
    expect([pings.sent, rounds.bytes]).toEqual([1, 30]);
    pings.answer();
    await Promise.all([first, second]);
    expect([pings.sent, rounds.bytes]).toEqual([1, 0]);
  });

  it('asks again, once, for what comes while an answer is awaited', async () => {
    const pings = new Pings();
    const rounds = new FlushRounds(pings.ping);
    rounds.add(10);
    await turn();
    rounds.add(20);
    let isLater = false;
    const later = rounds.flush().then(() => (isLater = true));
    rounds.add(30);
    await turn();
    expect([pings.sent, rounds.bytes]).toEqual([1, 60]);
    pings.answer();
    await turn();
    await turn();
    expect([pings.sent, rounds.bytes, isLater]).toEqual([2, 50, false]);
    pings.answer();
    await later;
    expect(rounds.bytes).toBe(0);
  });

  it('asks nothing while nothing happens', async () => {
    const pings = new Pings();
    const rounds = new FlushRounds(pings.ping);
    rounds.add(10);
    await turn();
    pings.answer();
    await turn();
    await turn();
    expect([pings.sent, rounds.bytes]).toEqual([1, 0]);
  });

  it('rejects all who wait, and who come later, with the first failure', async () => {
    const pings = new Pings();
    const rounds = new FlushRounds(pings.ping);
    const early = reason(rounds.flush());
    await turn();
    const waiting = reason(rounds.flush());
    rounds.fail(new Error('gone'));
    rounds.fail(new Error('gone again'));
    rounds.add(10);
    pings.answer();
    await turn();
    expect(await Promise.all([early, waiting, reason(rounds.flush())])).toEqual(['gone', 'gone', 'gone']);
    expect([pings.sent, rounds.bytes]).toEqual([1, 0]);
  });

  it('does not ask when it has failed in the turn of a publication', async () => {
    const pings = new Pings();
    const rounds = new FlushRounds(pings.ping);
    rounds.add(10);
    rounds.fail(new Error('gone'));
    await turn();
    expect([pings.sent, rounds.bytes]).toEqual([0, 0]);
  });
});
