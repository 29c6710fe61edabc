import { describe, expect, it } from '@jest/globals';
import { isPromise } from '../../../src/messaging/maybe-promise.js';
import { firstNativeHeader, withHeaders, type Message } from '../../../src/messaging/message.js';
import { NO_NATIVE_HEADERS, type NativeHeaders } from '../../../src/messaging/native-headers.js';

function message(nativeHeaders: NativeHeaders = NO_NATIVE_HEADERS): Message<string> {
  return { payload: 'p', headers: { simpMessageType: 'MESSAGE', simpDestination: '/a', nativeHeaders } };
}

describe('withHeaders', () => {
  it('replaces and adds headers in a new message and leaves the old one alone', () => {
    const before = message();
    const after = withHeaders(before, { simpDestination: '/b', tenant: 't1' });
    expect(after).toEqual({
      payload: 'p',
      headers: {
        simpMessageType: 'MESSAGE',
        simpDestination: '/b',
        tenant: 't1',
        nativeHeaders: NO_NATIVE_HEADERS,
      },
    });
    expect(after.headers.nativeHeaders).toBe(before.headers.nativeHeaders);
    expect(before).toEqual(message());
  });

  it('can take a header away by setting it to undefined', () => {
    expect(withHeaders(message(), { simpDestination: undefined }).headers.simpDestination).toBeUndefined();
  });

  it('treats __proto__ as a header like any other', () => {
    const changes = JSON.parse('{"__proto__":{"simpUser":{"name":"root"}}}') as Record<string, unknown>;
    const { headers } = withHeaders(message(), changes);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
    expect(headers.simpUser).toBeUndefined();
  });
});

describe('firstNativeHeader', () => {
  const sent = message(
    new Map([
      ['a', ['1', '2']],
      ['empty', ['']],
      ['__proto__', ['x']],
    ]),
  );

  it.each([
    ['a', '1'],
    ['empty', ''],
    ['__proto__', 'x'],
    ['constructor', undefined],
    ['A', undefined],
  ])('finds the first value of %s: %j', (name, value) => {
    expect(firstNativeHeader(sent, name)).toBe(value);
  });
});

describe('isPromise', () => {
  function withThen(value: unknown): object {
    return Object.fromEntries(new Map([['then', value]]));
  }

  it.each([
    ['a promise', Promise.resolve(1), true],
    ['whatever else can be awaited', withThen(() => undefined), true],
    ['a value', 1, false],
    ['an object', withThen('later'), false],
    ['null', null, false],
    ['undefined', undefined, false],
  ])('knows %s', (_, value, expected) => {
    expect(isPromise(value)).toBe(expected);
  });
});
