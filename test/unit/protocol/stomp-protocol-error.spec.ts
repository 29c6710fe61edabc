import { describe, expect, it } from '@jest/globals';
import { quoteInput } from '../../../src/protocol/quote-input.js';
import { StompProtocolError } from '../../../src/protocol/stomp-protocol-error.js';

describe('StompProtocolError', () => {
  it('is malformed input unless a limit is named', () => {
    const error = new StompProtocolError('STOMP_ERR_BARE_CR', 'a CR');
    expect(error).toBeInstanceOf(Error);
    expect(Object.fromEntries(Object.entries(error))).toEqual({
      name: 'StompProtocolError',
      code: 'STOMP_ERR_BARE_CR',
      kind: 'malformed',
    });
    expect(String(error)).toBe('StompProtocolError: a CR');
  });

  it('carries the limit and the receipt it is given, zero and empty as they may be', () => {
    const error = new StompProtocolError('STOMP_ERR_BODY_LIMIT', 'too much', { receiptId: '', limit: 0 });
    expect(error).toMatchObject({ code: 'STOMP_ERR_BODY_LIMIT', kind: 'limit', receiptId: '', limit: 0 });
  });
});

describe('quoteInput', () => {
  it.each([
    ['plain text as it is', 'foo bar é😀', '"foo bar é😀"'],
    ['nothing', '', '""'],
    ['controls by name', 'a\0b\tc\nd\re', '"a<NUL>b<TAB>c<LF>d<CR>e"'],
    ['what STOMP escapes by name', 'a:b\\c', '"a<colon>b<backslash>c"'],
    ['other controls by number', '\u0001\u001B\u007F\u0085', '"<U+0001><U+001B><U+007F><U+0085>"'],
    [
      'what hides or turns text round by number',
      '\u200B\u202E\uFEFF\u2028',
      '"<U+200B><U+202E><U+FEFF><U+2028>"',
    ],
    ['half a surrogate pair by number', '\uD83D', '"<U+D83D>"'],
    ['40 characters whole', 'x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['40 characters of more', 'x'.repeat(41), `"${'x'.repeat(40)}..."`],
    ['40 characters and not code units', '😀'.repeat(41), `"${'😀'.repeat(40)}..."`],
  ])('shows %s [A184]', (_, text, quoted) => {
    expect(quoteInput(text)).toBe(quoted);
  });
});
