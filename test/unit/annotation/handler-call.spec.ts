import { describe, expect, it } from '@jest/globals';
import { HandlerCall, type HandlerParts } from '../../../src/annotation/handler-call.js';
import type { HandlerResults } from '../../../src/annotation/handler-context.js';

/** A handler with one parameter, the payload, and what a test puts around it. */
function callOf(callback: (...args: unknown[]) => unknown, around: Partial<HandlerParts> = {}): HandlerCall {
  return new HandlerCall({
    instance: {},
    callback,
    guards: null,
    interceptors: [],
    intercept: (_args, next) => next(),
    parameters: [{ index: 0, pipes: [], extractValue: (_session, payload) => payload }],
    pipe: (value) => Promise.resolve(value),
    filter: (error) => Promise.reject(error),
    onLateFailure: () => undefined,
    ...around,
  });
}

class RecordedResults implements HandlerResults {
  readonly emitted: unknown[] = [];

  emit(value: unknown): void {
    this.emitted.push(value);
  }

  follow(): Promise<void> {
    return Promise.reject(new Error('Nobody answers with a stream here'));
  }

  markStreaming(): void {}
}

const args = (payload: unknown): unknown[] => [undefined, payload, {}, '/hello'];

describe('HandlerCall', () => {
  it('has called a synchronous handler and taken its result when it returns', () => {
    const results = new RecordedResults();
    expect(callOf((name) => `Hello, ${String(name)}`).run(args('World'), results)).toBeUndefined();
    expect(results.emitted).toEqual(['Hello, World']);
  });

  it('gives a handler without decorated parameters the arguments themselves', () => {
    const results = new RecordedResults();
    callOf((...all) => all.length, { parameters: [] }).run(args('x'), results);
    expect(results.emitted).toEqual([4]);
  });

  it('awaits a promise of another make', async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what this is about
    const thenable = { then: (resolve: (value: string) => void) => resolve('late') };
    const results = new RecordedResults();
    await callOf(() => thenable).run(args('x'), results);
    expect(results.emitted).toEqual(['late']);
  });

  it('awaits what a parameter is made of', async () => {
    const results = new RecordedResults();
    const parameters = [{ index: 0, pipes: [], extractValue: () => Promise.resolve('made') }];
    await callOf((value) => value, { parameters }).run(args('x'), results);
    expect(results.emitted).toEqual(['made']);
  });

  it('pipes the other parameters too, when one cannot be read', async () => {
    const piped: unknown[] = [];
    const unreadable = {
      index: 0,
      pipes: [],
      extractValue: () => {
        throw new Error('unreadable');
      },
    };
    const parameters = [unreadable, { index: 1, pipes: ['pipe'], extractValue: () => 'second' }];
    const pipe = (value: unknown): Promise<unknown> => {
      piped.push(value);
      return Promise.resolve(value);
    };
    const call = callOf(() => 'called', { parameters, pipe });
    await expect(call.run(args('x'), new RecordedResults())).rejects.toThrow('unreadable');
    expect(piped).toEqual(['second']);
  });

  it('asks exception handlers first, then the filters, with the arguments of the call', async () => {
    const asked: unknown[] = [];
    const filter = (error: unknown, given: unknown[]): Promise<unknown> => {
      asked.push(['filter', error, given[1]]);
      return Promise.resolve(null);
    };
    const results = Object.assign(new RecordedResults(), {
      handleException: (error: unknown) => {
        asked.push(['handler', error]);
        return Promise.resolve(false);
      },
    });
    const call = callOf(
      () => {
        throw new RangeError('too far');
      },
      { filter },
    );
    expect(await call.run(args('x'), results)).toBeNull();
    expect(asked).toEqual([
      ['handler', new RangeError('too far')],
      ['filter', new RangeError('too far'), 'x'],
    ]);
  });

  it('does not call the handler when a guard refuses', async () => {
    const results = new RecordedResults();
    const guards = (): Promise<void> => Promise.reject(new Error('refused'));
    await expect(callOf(() => 'called', { guards }).run(args('x'), results)).rejects.toThrow('refused');
    expect(results.emitted).toEqual([]);
  });
});
