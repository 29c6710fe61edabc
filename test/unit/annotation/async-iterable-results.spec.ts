import { describe, expect, it } from '@jest/globals';
import { AsyncIterableResults, isAsyncIterable } from '../../../src/annotation/async-iterable-results.js';
import { Deferred, settled } from '../../support/deferred.js';

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** An iterator by hand, which tells what is asked of it. */
class Asked implements AsyncIterable<unknown>, AsyncIterator<unknown> {
  readonly calls: string[] = [];

  constructor(private readonly answers: readonly (() => Promise<IteratorResult<unknown>>)[]) {}

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    this.calls.push('iterator');
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    this.calls.push('next');
    const count = this.calls.filter((call) => call === 'next').length;
    return (this.answers[count - 1] ?? never)();
  }

  return(): Promise<IteratorResult<unknown>> {
    this.calls.push('return');
    return Promise.resolve({ done: true, value: undefined });
  }
}

const value = (n: number) => () => Promise.resolve({ done: false, value: n });
const done = () => Promise.resolve({ done: true as const, value: undefined });

class Reading {
  readonly got: unknown[] = [];
  readonly late: unknown[] = [];
  readonly results: AsyncIterableResults;

  constructor(iterable: AsyncIterable<unknown>, whenSent: () => Promise<void> = () => Promise.resolve()) {
    this.results = new AsyncIterableResults(iterable, whenSent, (error) => this.late.push(error));
  }

  subscribe(): () => void {
    const subscription = this.results.values.subscribe({
      next: (item) => this.got.push(item),
      error: (error: unknown) => this.got.push(`failed: ${String(error)}`),
      complete: () => this.got.push('complete'),
    });
    return () => subscription.unsubscribe();
  }
}

describe('An async iterable as an Observable', () => {
  it('gives its values and completes, without a return() that nobody needs', async () => {
    const iterable = new Asked([value(1), value(2), done]);
    const reading = new Reading(iterable);
    reading.subscribe();
    for (let turn = 0; turn < 4; turn++) await settled();
    expect(reading.got).toEqual([1, 2, 'complete']);
    expect(iterable.calls).toEqual(['iterator', 'next', 'next', 'next']);
  });

  it('is asked for the next value when the one before has been sent, not earlier', async () => {
    const iterable = new Asked([value(1), value(2)]);
    const sent = new Deferred();
    const reading = new Reading(iterable, () => sent.promise);
    reading.subscribe();
    for (let turn = 0; turn < 4; turn++) await settled();
    expect(iterable.calls).toEqual(['iterator', 'next']);
    sent.resolve();
    for (let turn = 0; turn < 4; turn++) await settled();
    expect(iterable.calls).toEqual(['iterator', 'next', 'next', 'next']);
    expect(reading.got).toEqual([1, 2]);
  });

  it('lets the event loop turn between values that are all there', async () => {
    let given = 0;
    async function* eager(): AsyncGenerator<number> {
      for (;;) yield given++;
    }
    const reading = new Reading(eager());
    const stop = reading.subscribe();
    await settled();
    await settled();
    stop();
    const atEnd = given;
    for (let turn = 0; turn < 4; turn++) await settled();
    expect(given).toBe(atEnd);
    expect(reading.got.length).toBeLessThan(5);
  });

  it('passes on what the iterator throws, at once or later', async () => {
    const atOnce = new Reading({
      [Symbol.asyncIterator]: () => {
        throw new Error('no iterator');
      },
    });
    const later = new Reading(new Asked([value(1), () => Promise.reject(new Error('boom'))]));
    const inNext = new Reading({
      [Symbol.asyncIterator]: () => ({
        next: () => {
          throw new Error('no next');
        },
      }),
    });
    for (const reading of [atOnce, later, inNext]) reading.subscribe();
    for (let turn = 0; turn < 4; turn++) await settled();
    expect([atOnce.got, later.got, inNext.got]).toEqual([
      ['failed: Error: no iterator'],
      [1, 'failed: Error: boom'],
      ['failed: Error: no next'],
    ]);
    expect([atOnce.late, later.late, inNext.late]).toEqual([[], [], []]);
  });

  it('returns the iterator when it is unsubscribed from, and drops a value that comes then', async () => {
    const pending = new Deferred<IteratorResult<unknown>>();
    const iterable = new Asked([() => pending.promise]);
    const reading = new Reading(iterable);
    const stop = reading.subscribe();
    await settled();
    stop();
    expect(iterable.calls).toEqual(['iterator', 'next', 'return']);
    pending.resolve({ done: false, value: 1 });
    await settled();
    expect(reading.got).toEqual([]);
    expect(iterable.calls).toEqual(['iterator', 'next', 'return']);
  });

  it('does not mind an iterator that cannot be returned', async () => {
    const reading = new Reading({ [Symbol.asyncIterator]: () => ({ next: never }) });
    reading.subscribe()();
    await settled();
    expect(reading.late).toEqual([]);
  });

  it('tells of what is thrown when nobody listens any more', async () => {
    const failing = new Deferred<IteratorResult<unknown>>();
    const iterable = new Asked([() => failing.promise]);
    iterable.return = () => Promise.reject(new Error('cannot return'));
    const reading = new Reading(iterable);
    const stop = reading.subscribe();
    stop();
    failing.reject(new Error('too late'));
    await settled();
    expect(reading.late.map(String).toSorted()).toEqual(['Error: cannot return', 'Error: too late']);
    expect(reading.got).toEqual([]);
  });

  it('that nobody has subscribed to is returned once when it is discarded', async () => {
    const iterable = new Asked([]);
    const reading = new Reading(iterable);
    reading.results.discard();
    reading.results.discard();
    await settled();
    expect(iterable.calls).toEqual(['iterator', 'return']);
  });

  it('that somebody reads is not discarded', async () => {
    const iterable = new Asked([]);
    const reading = new Reading(iterable);
    reading.subscribe();
    reading.results.discard();
    await settled();
    expect(iterable.calls).toEqual(['iterator', 'next']);
  });

  it('tells of an iterator that cannot be had when it is discarded', () => {
    const reading = new Reading({
      [Symbol.asyncIterator]: () => {
        throw new Error('no iterator');
      },
    });
    reading.results.discard();
    expect(reading.late.map(String)).toEqual(['Error: no iterator']);
  });
});

describe('isAsyncIterable', () => {
  it.each<[string, unknown, boolean]>([
    ['an async generator', (async function* () {})(), true],
    ['an array', [1], false],
    ['text', 'a', false],
    ['null', null, false],
    ['undefined', undefined, false],
    ['a promise', Promise.resolve(), false],
  ])('of %s', (_what, candidate, expected) => {
    expect(isAsyncIterable(candidate)).toBe(expected);
  });
});
