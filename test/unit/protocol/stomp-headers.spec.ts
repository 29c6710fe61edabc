import { describe, expect, it } from '@jest/globals';
import { StompHeaders } from '../../../src/protocol/stomp-headers.js';

describe('StompHeaders', () => {
  it('is empty to begin with', () => {
    const headers = new StompHeaders();
    expect(headers.size).toBe(0);
    expect([...headers]).toEqual([]);
    expect(headers.get('a')).toBeUndefined();
    expect(headers.getAll('a')).toEqual([]);
    expect(headers.has('a')).toBe(false);
  });

  it('gives the first of repeated headers and remembers them all [A43]', () => {
    const headers = new StompHeaders([
      ['a', '1'],
      ['b', '2'],
    ]).append('a', '3');
    expect(headers.get('a')).toBe('1');
    expect(headers.getAll('a')).toEqual(['1', '3']);
    expect(headers.size).toBe(3);
  });

  it('goes through names and values in order, as often as asked', () => {
    const headers = new StompHeaders().append('b', '1').append('a', '2').append('b', '3');
    const entries = [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ];
    expect([...headers]).toEqual(entries);
    expect([...headers]).toEqual(entries);
    expect([...new StompHeaders(headers)]).toEqual(entries);
  });

  it('tells an empty value from an absent header [A23]', () => {
    const headers = new StompHeaders([['receipt', '']]);
    expect(headers.has('receipt')).toBe(true);
    expect(headers.get('receipt')).toBe('');
    expect(headers.has('')).toBe(false);
  });

  it('takes no value for a name', () => {
    expect(new StompHeaders([['a', 'b']]).has('b')).toBe(false);
  });

  it('heeds the case of names [A17] [A27]', () => {
    const headers = StompHeaders.of({ Foo: '1', foo: '2' });
    expect(headers.get('Foo')).toBe('1');
    expect(headers.get('foo')).toBe('2');
    expect(headers.get('FOO')).toBeUndefined();
  });

  it('knows no names but those it was given [A199] [A200]', () => {
    const headers = new StompHeaders([
      ['__proto__', 'x'],
      ['hasOwnProperty', 'y'],
    ]);
    expect(headers.get('__proto__')).toBe('x');
    expect(headers.get('hasOwnProperty')).toBe('y');
    expect(headers.get('constructor')).toBeUndefined();
    expect(headers.get('toString')).toBeUndefined();
  });

  it('is made from the own properties of a record, in their order', () => {
    expect([...StompHeaders.of({ destination: '/q', id: '1' })]).toEqual([
      ['destination', '/q'],
      ['id', '1'],
    ]);
  });
});
