import { describe, expect, it } from '@jest/globals';
import { isJson, isOctetStream, parseMediaType } from '../../../src/messaging/media-type.js';

describe('parseMediaType', () => {
  it.each([
    ['text/plain', 'text/plain', undefined],
    ['Text/PLAIN', 'text/plain', undefined],
    [' text/plain ; charset=UTF-8', 'text/plain', 'utf-8'],
    ['text/plain;CharSet="ISO-8859-1"', 'text/plain', 'iso-8859-1'],
    ['text/plain;format=flowed;charset=utf-16', 'text/plain', 'utf-16'],
    ['text/plain;charset=a;charset=b', 'text/plain', 'a'],
    ['text/plain;charset', 'text/plain', ''],
    ['text/plain;charset=', 'text/plain', ''],
    ['text/plain;', 'text/plain', undefined],
    ['application/vnd.api+json', 'application/vnd.api+json', undefined],
    ['*/*', '*/*', undefined],
  ])('reads "%s"', (value, essence, charset) => {
    expect(parseMediaType(value)).toEqual({ essence, charset });
  });

  it.each([
    '',
    ' ',
    'text',
    'text/',
    '/plain',
    'text/plain/x',
    'text plain',
    'te xt/plain',
    'text/plain,a',
    ';',
  ])('does not take %j for a media type', (value) => {
    expect(parseMediaType(value)).toBeUndefined();
  });

  it('reads a long one that is not one without effort', () => {
    expect(parseMediaType(`${'a'.repeat(8_000)}/${'+'.repeat(8_000)}@`)).toBeUndefined();
    expect(parseMediaType(`text/plain${';'.repeat(8_000)}`)).toEqual({ essence: 'text/plain' });
  });
});

describe('what is known of media types', () => {
  it('answers the same when it is asked again, also for what is none', () => {
    expect(parseMediaType('text/plain;charset=utf-8')).toBe(parseMediaType('text/plain;charset=utf-8'));
    expect(parseMediaType('no type')).toBeUndefined();
    expect(parseMediaType('no type')).toBeUndefined();
  });

  it('does not grow with what clients write', () => {
    const first = parseMediaType('application/json');
    for (let i = 0; i < 64; i++) parseMediaType(`application/x-${i}`);
    expect(parseMediaType('application/json')).not.toBe(first);
    expect(parseMediaType('application/json')).toEqual(first);
  });

  it('does not keep a long one', () => {
    const long = `text/plain;title=${'x'.repeat(200)}`;
    expect(parseMediaType(long)).toEqual({ essence: 'text/plain', charset: undefined });
    expect(parseMediaType(long)).not.toBe(parseMediaType(long));
  });
});

describe('isJson', () => {
  it.each([
    ['application/json', true],
    ['application/problem+json', true],
    ['application/jsonp', false],
    ['text/json', false],
    ['text/x+json', false],
    ['application/json+xml', false],
  ])('answers for %s: %s', (essence, expected) => {
    expect(isJson(essence)).toBe(expected);
  });
});

describe('isOctetStream', () => {
  it.each([
    ['application/octet-stream', true],
    ['application/*', true],
    ['*/*', true],
    ['application/pdf', false],
    ['text/*', false],
  ])('answers for %s: %s', (essence, expected) => {
    expect(isOctetStream(essence)).toBe(expected);
  });
});
