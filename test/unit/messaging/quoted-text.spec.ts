import { describe, expect, it } from '@jest/globals';
import { quoteForLog, quoteForMessage } from '../../../src/messaging/quoted-text.js';

describe('a text in the message of an error', () => {
  it('stands in quotes, as it is', () => {
    expect(quoteForMessage('/topic/a')).toBe('"/topic/a"');
  });

  it('says that it goes on behind 60 characters', () => {
    expect(quoteForMessage('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
    expect(quoteForMessage('x'.repeat(61))).toBe(`"${'x'.repeat(60)}..."`);
  });

  it('shows nothing that breaks a line or hides', () => {
    expect(quoteForMessage('a\nb\u2028c\u202Ed')).toBe('"a?b?c?d"');
  });
});

describe('a text in a line of the log', () => {
  it('has at most 200 characters', () => {
    expect(quoteForLog('x'.repeat(201))).toBe(`"${'x'.repeat(200)}"`);
  });

  it('breaks no line', () => {
    expect(quoteForLog('a\r\n"b"')).toBe(String.raw`"a\r\n\"b\""`);
  });
});
