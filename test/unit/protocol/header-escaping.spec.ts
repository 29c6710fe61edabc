import { describe, expect, it } from '@jest/globals';
import { escapeHeader, unescapeHeader } from '../../../src/protocol/header-escaping.js';
import { StompProtocolError } from '../../../src/protocol/stomp-protocol-error.js';

describe('escapeHeader', () => {
  it.each([
    ['1.2', 'a\r\n:\\b', 'a\\r\\n\\c\\\\b'],
    ['1.1', 'a\n:\\b', 'a\\n\\c\\\\b'],
    ['1.0', 'a:\\b', 'a:\\b'],
  ] as const)('writes what %s has escapes for [A33] [A37]', (version, text, written) => {
    expect(escapeHeader(text, version)).toBe(written);
  });

  it.each([
    ['1.2', 'a\0b', 'a b'],
    ['1.1', 'a\0b\rc', 'a b c'],
    ['1.0', 'a\0b\rc\nd', 'a b c d'],
  ] as const)('writes a space for what %s cannot express [A39]', (version, text, written) => {
    expect(escapeHeader(text, version)).toBe(written);
  });

  it('escapes in one pass [A33]', () => {
    expect(escapeHeader('\\n', '1.2')).toBe('\\\\n');
    expect(escapeHeader(':\n', '1.2')).toBe('\\c\\n');
  });

  it('leaves everything else alone', () => {
    const text = ' a\tb\u2028é😀"{}';
    for (const version of ['1.0', '1.1', '1.2'] as const) expect(escapeHeader(text, version)).toBe(text);
  });
});

describe('unescapeHeader', () => {
  it.each([
    ['1.2', 'a\\r\\n\\c\\\\b', 'a\r\n:\\b'],
    ['1.1', 'a\\n\\c\\\\b', 'a\n:\\b'],
    ['1.0', 'a\\r\\n\\c\\\\b\\t\\', 'a\\r\\n\\c\\\\b\\t\\'],
  ] as const)('reads the escapes of %s [A28] [A30]', (version, written, text) => {
    expect(unescapeHeader(written, version)).toBe(text);
  });

  it('reads from left to right in one pass [A32]', () => {
    expect(unescapeHeader('\\\\n', '1.2')).toBe('\\n');
    expect(unescapeHeader('\\\\\\n', '1.2')).toBe('\\\n');
  });

  it.each([
    ['1.2', 'a\\tb'],
    ['1.2', '\\'],
    ['1.2', 'ab\\'],
    ['1.2', '\\N'],
    ['1.2', '\\\\\\'],
    ['1.2', '\\\n'],
    ['1.1', 'a\\rb'],
    ['1.1', '\\x'],
  ] as const)('refuses what %s does not define in "%s" [A29] [A31]', (version, written) => {
    const read = (): unknown => unescapeHeader(written, version);
    expect(read).toThrow(StompProtocolError);
    expect(read).toThrow(expect.objectContaining({ code: 'STOMP_ERR_BAD_ESCAPE', kind: 'malformed' }));
    expect(read).toThrow(`contains an escape that STOMP ${version} does not define`);
  });
});
