import { describe, expect, it } from '@jest/globals';
import type {
  ExceptionHandlerMethod,
  ExceptionType,
} from '../../../src/annotation/exception-handler-method.js';
import { ExceptionHandlerMethodResolver } from '../../../src/annotation/exception-handler-method-resolver.js';

class DatabaseError extends Error {}
class DeadlockError extends DatabaseError {}
class NotAnError {
  readonly reason = 'none';
}

function method(name: string, ...types: ExceptionType[]): ExceptionHandlerMethod {
  return {
    name,
    types,
    destinations: { sendTo: undefined, sendToUser: undefined },
    payload: undefined,
    call: () => Promise.resolve(),
  };
}

function resolve(methods: readonly ExceptionHandlerMethod[], thrown: unknown): string | undefined {
  return new ExceptionHandlerMethodResolver(methods).resolve(thrown)?.method.name;
}

/** An error that is its own grandfather. */
function ring(): Error {
  const inner = new Error('inner');
  const outer = new Error('outer', { cause: inner });
  inner.cause = outer;
  return outer;
}

describe('The exception handler of a class', () => {
  const all = [
    method('everything'),
    method('error', Error),
    method('database', DatabaseError),
    method('deadlock', DeadlockError),
  ];

  it.each([
    ['deadlock', new DeadlockError()],
    ['database', new DatabaseError()],
    ['error', new TypeError()],
    ['everything', new NotAnError()],
    ['everything', 'text'],
    ['everything', undefined],
    ['everything', null],
    ['everything', Object.create(null)],
  ])('is that for the closest type: %s', (name, thrown) => {
    expect(resolve(all, thrown)).toBe(name);
    expect(resolve(all.toReversed(), thrown)).toBe(name);
  });

  it('may be for several types, and for classes that are no errors', () => {
    const methods = [method('both', TypeError, NotAnError)];
    expect(resolve(methods, new TypeError())).toBe('both');
    expect(resolve(methods, new NotAnError())).toBe('both');
    expect(resolve(methods, new RangeError())).toBeUndefined();
  });

  it('is none if there is none for the type', () => {
    expect(resolve([], new Error())).toBeUndefined();
    expect(resolve([method('deadlock', DeadlockError)], new DatabaseError())).toBeUndefined();
    expect(resolve([method('error', Error)], 'text')).toBeUndefined();
  });

  it('is found for a cause, however deep, if nothing fits what was thrown', () => {
    const thrown = new Error('a', { cause: new Error('b', { cause: new DeadlockError('c') }) });
    const match = new ExceptionHandlerMethodResolver([method('database', DatabaseError)]).resolve(thrown);
    expect(match?.method.name).toBe('database');
    expect(match?.exception).toEqual(new DeadlockError('c'));
  });

  it('is rather one for what was thrown, however distant, than one for its cause', () => {
    const thrown = new TypeError('a', { cause: new DeadlockError('b') });
    expect(resolve([method('error', Error), method('deadlock', DeadlockError)], thrown)).toBe('error');
    expect(resolve([method('everything'), method('deadlock', DeadlockError)], thrown)).toBe('everything');
  });

  it('is looked for without end neither in a ring of causes nor in a very long chain', () => {
    expect(resolve([method('database', DatabaseError)], ring())).toBeUndefined();
    let deep: Error = new DatabaseError();
    for (let depth = 0; depth < 10_000; depth++) deep = new Error('around', { cause: deep });
    expect(resolve([method('database', DatabaseError)], deep)).toBeUndefined();
  });

  it.each([
    ['DatabaseError', method('A.a', DatabaseError), method('A.b', DeadlockError, DatabaseError)],
    ['everything', method('A.a'), method('A.b')],
  ])('cannot be one of two for the same type: %s', (what, first, second) => {
    expect(() => new ExceptionHandlerMethodResolver([first, second])).toThrow(
      `Two methods of one class handle ${what}: A.a and A.b. `,
    );
  });

  it('may name a type twice', () => {
    expect(resolve([method('twice', DatabaseError, DatabaseError)], new DatabaseError())).toBe('twice');
  });
});
