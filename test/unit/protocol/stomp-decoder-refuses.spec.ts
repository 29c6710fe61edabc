import { describe, expect, it } from '@jest/globals';
import type { StompProtocolErrorCode } from '../../../src/protocol/stomp-protocol-error.js';
import { ALL_VERSIONS, cuts, decode, LIKE_1_2, SINCE_1_1 } from './decoding.js';
import type { Version } from './decoding.js';

interface Refused {
  readonly title: string;
  readonly versions: readonly Version[];
  readonly bytes: string | Buffer;
  readonly code: StompProtocolErrorCode;
  readonly receiptId?: string;
}

const REFUSED: readonly Refused[] = [
  // Line ends
  refuses(
    'a CR inside a header on 1.2 [A6]',
    LIKE_1_2,
    'SEND\nreceipt:r\nfoo:a\rb\n\n\0',
    'STOMP_ERR_BARE_CR',
    'r',
  ),
  refuses('a CR inside a header name on 1.2 [A6]', LIKE_1_2, 'SEND\nf\roo:a\n\n\0', 'STOMP_ERR_BARE_CR'),
  refuses(
    'a CR before the CRLF of a header line on 1.2 [A6]',
    LIKE_1_2,
    'SEND\nfoo:a\r\r\n\n\0',
    'STOMP_ERR_BARE_CR',
  ),
  refuses(
    'a CR before the CRLF of the blank line on 1.2 [A6] [D5]',
    LIKE_1_2,
    'SEND\n\r\r\n\n\0',
    'STOMP_ERR_BARE_CR',
  ),
  refuses(
    'a CR inside a header of CONNECT [A6]',
    ALL_VERSIONS,
    'CONNECT\nlogin:a\rb\n\n\0',
    'STOMP_ERR_BARE_CR',
  ),
  refuses('a CR inside a command [A6]', ALL_VERSIONS, 'COMM\rAND\nreceipt:r\n\n\0', 'STOMP_ERR_BARE_CR', 'r'),
  refuses('a CR before the CRLF of a command line [A6]', ALL_VERSIONS, 'SEND\r\r\n\n\0', 'STOMP_ERR_BARE_CR'),
  refuses('a CR between frames [A11]', ALL_VERSIONS, '\rSEND\n\n\0', 'STOMP_ERR_MALFORMED_FRAME'),
  refuses('a CR before the CRLF between frames [A11]', ALL_VERSIONS, '\n\r\r\n', 'STOMP_ERR_MALFORMED_FRAME'),
  refuses(
    'a blank line of CRLF on 1.0 and 1.1 when the command line ends in LF [A5]',
    ['1.0', '1.1'],
    'SEND\nreceipt:r\n\r\n\0',
    'STOMP_ERR_MALFORMED_HEADER',
    'r',
  ),

  // Commands
  refuses('a command in small letters [A16]', ALL_VERSIONS, 'send\n\n\0', 'STOMP_ERR_UNKNOWN_COMMAND'),
  refuses(
    'an unknown command [A18] [A178] [D15]',
    ALL_VERSIONS,
    'FOO\nreceipt:r\n\n\0',
    'STOMP_ERR_UNKNOWN_COMMAND',
    'r',
  ),
  refuses(
    'a command with a space behind it [D15]',
    ALL_VERSIONS,
    'SEND \nreceipt:r\n\n\0',
    'STOMP_ERR_UNKNOWN_COMMAND',
    'r',
  ),
  refuses('a command with a space before it', ALL_VERSIONS, ' SEND\n\n\0', 'STOMP_ERR_UNKNOWN_COMMAND'),
  refuses(
    'an HTTP request [D16]',
    ALL_VERSIONS,
    'GET / HTTP/1.1\r\nHost: h\r\n\r\n',
    'STOMP_ERR_UNKNOWN_COMMAND',
  ),
  refuses(
    'a TLS ClientHello [D17]',
    ALL_VERSIONS,
    Buffer.from('160301020001000203fc', 'hex'),
    'STOMP_ERR_NUL_IN_HEAD',
  ),
  refuses(
    'a PROXY protocol header [D18]',
    ALL_VERSIONS,
    'PROXY TCP4 192.0.2.1 192.0.2.2 5 6\r\n',
    'STOMP_ERR_COMMAND_LIMIT',
  ),
  refuses(
    'a name of Object.prototype as a command',
    ALL_VERSIONS,
    'constructor\n\n\0',
    'STOMP_ERR_UNKNOWN_COMMAND',
  ),

  // Header lines
  refuses(
    'a header without a colon [A20] [D5]',
    ALL_VERSIONS,
    'SEND\nreceipt:r\nbroken\n\n\0',
    'STOMP_ERR_MALFORMED_HEADER',
    'r',
  ),
  refuses(
    'a header without a colon before one that has it [A20]',
    ALL_VERSIONS,
    'SEND\nbroken\nreceipt:r\n\n\0',
    'STOMP_ERR_MALFORMED_HEADER',
    'r',
  ),
  refuses(
    'an empty header name [A21] [D5]',
    ALL_VERSIONS,
    'SEND\nreceipt:r\n:v\n\n\0',
    'STOMP_ERR_MALFORMED_HEADER',
    'r',
  ),
  refuses(
    'a NUL inside the headers [D8]',
    ALL_VERSIONS,
    'SEND\nreceipt:r\nfoo:a\0b\n\n\0',
    'STOMP_ERR_NUL_IN_HEAD',
    'r',
  ),
  refuses('a NUL behind the command [D9]', ALL_VERSIONS, 'SEND\0', 'STOMP_ERR_NUL_IN_HEAD'),
  refuses(
    'a NUL in place of the blank line',
    ALL_VERSIONS,
    'SEND\nreceipt:r\n\0',
    'STOMP_ERR_NUL_IN_HEAD',
    'r',
  ),

  // Escapes
  refuses(
    'an escape of CR on 1.1 [A29]',
    ['1.1'],
    'SEND\nreceipt:r\nfoo:a\\rb\n\n\0',
    'STOMP_ERR_BAD_ESCAPE',
    'r',
  ),
  ...['foo:a\\tb', 'foo:\\', 'foo:ab\\', 'fo\\xo:v', 'foo\\:v', 'foo:\\N', 'foo:\\\\\\'].map((header) =>
    refuses(
      `the undefined escape in ${header} [A31] [D10]`,
      SINCE_1_1,
      `SEND\n${header}\nreceipt:r\n\n\0`,
      'STOMP_ERR_BAD_ESCAPE',
      'r',
    ),
  ),
  refuses(
    'an undefined escape in the receipt itself',
    SINCE_1_1,
    'SEND\nreceipt:\\x\n\n\0',
    'STOMP_ERR_BAD_ESCAPE',
  ),

  // UTF-8
  ...['ff', 'fffe', 'c0af', 'c080', 'eda080', 'e298', 'f09f98', 'f4908080'].map((octets) =>
    refuses(
      `the octets ${octets} in a header [A46] [D13]`,
      ALL_VERSIONS,
      headerOf(octets),
      'STOMP_ERR_INVALID_UTF8',
      'r',
    ),
  ),
  refuses(
    'a receipt that is not UTF-8',
    ALL_VERSIONS,
    Buffer.from('SEND\nreceipt:\xFF\n\n\0', 'latin1'),
    'STOMP_ERR_INVALID_UTF8',
  ),
  refuses(
    'a command that is not UTF-8',
    ALL_VERSIONS,
    Buffer.from('S\xFFND\nreceipt:r\n\n\0', 'latin1'),
    'STOMP_ERR_INVALID_UTF8',
    'r',
  ),

  // Bodies
  refuses(
    'a body longer than content-length [A53] [D29]',
    ALL_VERSIONS,
    'SEND\nreceipt:r\ncontent-length:2\n\nabc\0',
    'STOMP_ERR_BODY_NOT_TERMINATED',
    'r',
  ),
  refuses(
    'content-length 0 before a body [A53]',
    ALL_VERSIONS,
    'SEND\ncontent-length:0\n\na\0',
    'STOMP_ERR_BODY_NOT_TERMINATED',
  ),
  refuses(
    'a body counted in characters [D35]',
    ALL_VERSIONS,
    'SEND\ncontent-length:1\n\né\0',
    'STOMP_ERR_BODY_NOT_TERMINATED',
  ),
  ...[
    '-1',
    'abc',
    '+5',
    '5.0',
    '0x5',
    '1e3',
    '',
    '1,2',
    '٣',
    '12345678901',
    '9007199254740993',
    '9'.repeat(400),
  ].map((length) =>
    refuses(
      `"${length.slice(0, 20)}" as content-length [A56] [D25] [D26]`,
      ALL_VERSIONS,
      `SEND\nreceipt:r\ncontent-length:${length}\n\nabcde\0`,
      'STOMP_ERR_BAD_CONTENT_LENGTH',
      'r',
    ),
  ),
  ...[' 5', '5 '].map((length) =>
    refuses(
      `"${length}" as content-length from 1.1 on [A56]`,
      SINCE_1_1,
      `SEND\ncontent-length:${length}\n\nabcde\0`,
      'STOMP_ERR_BAD_CONTENT_LENGTH',
    ),
  ),
  refuses(
    'a content-length above the limit before any of the body [A197] [D26]',
    ALL_VERSIONS,
    'SEND\nreceipt:r\ncontent-length:4294967295\n\n',
    'STOMP_ERR_BODY_LIMIT',
    'r',
  ),
  refuses(
    'a body where none may be from 1.1 on [A59]',
    SINCE_1_1,
    'SUBSCRIBE\nid:0\nreceipt:r\n\nxyz\0',
    'STOMP_ERR_BODY_NOT_ALLOWED',
    'r',
  ),
  refuses(
    'a counted body where none may be from 1.1 on [A59] [D31]',
    SINCE_1_1,
    'SUBSCRIBE\ncontent-length:3\n\nx\0z\0',
    'STOMP_ERR_BODY_NOT_ALLOWED',
  ),
  refuses(
    'a body on what a server sends without one [A62]',
    SINCE_1_1,
    'RECEIPT\n\nx\0',
    'STOMP_ERR_BODY_NOT_ALLOWED',
  ),

  // No receipt for whoever opens a session
  refuses(
    'a body on CONNECT, without its receipt [A84] [A186]',
    SINCE_1_1,
    'CONNECT\nreceipt:r\n\nx\0',
    'STOMP_ERR_BODY_NOT_ALLOWED',
  ),
  refuses(
    'a malformed CONNECT, without its receipt [A186]',
    ALL_VERSIONS,
    'CONNECT\nreceipt:r\nbroken\n\n\0',
    'STOMP_ERR_MALFORMED_HEADER',
  ),
  refuses(
    'a malformed STOMP of CRLF, without its receipt [A186]',
    ALL_VERSIONS,
    'STOMP\r\nreceipt:r\r\nbroken\r\n\r\n\0',
    'STOMP_ERR_MALFORMED_HEADER',
  ),
];

describe.each(ALL_VERSIONS.map((version) => ({ version, on: version ?? 'before a version is agreed' })))(
  'StompDecoder on $on, wherever the octets are cut [A13],',
  ({ version }) => {
    const rows = REFUSED.filter(({ versions }) => versions.includes(version));

    it.each(rows)('$title', ({ bytes, code, receiptId }) => {
      const whole = decode([Buffer.from(bytes)], version);
      expect(whole).toMatchObject({ frames: [], error: { code }, bufferedBytes: 0, hasPartialFrame: false });
      expect(whole.error?.receiptId).toBe(receiptId);
      for (const chunks of cuts(Buffer.from(bytes))) expect(decode(chunks, version)).toEqual(whole);
    });

    it.each(rows)('$title, in words that need no escape [A184] [A186]', ({ bytes }) => {
      const message = decode([Buffer.from(bytes)], version).error?.message;
      expect(message).toMatch(/^[^\p{C}:\\]{10,160}$/u);
    });
  },
);

function refuses(
  what: string,
  versions: readonly Version[],
  bytes: string | Buffer,
  code: StompProtocolErrorCode,
  receiptId?: string,
): Refused {
  return {
    title: `refuses ${what}`,
    versions,
    bytes,
    code,
    ...(receiptId === undefined ? {} : { receiptId }),
  };
}

function headerOf(hex: string): Buffer {
  return Buffer.concat([Buffer.from('SEND\nreceipt:r\nx:'), Buffer.from(hex, 'hex'), Buffer.from('\n\n\0')]);
}
