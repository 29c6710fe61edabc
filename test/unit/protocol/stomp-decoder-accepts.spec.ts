import { describe, expect, it } from '@jest/globals';
import { ALL_VERSIONS, cuts, decode, LIKE_1_2, SINCE_1_1 } from './decoding.js';
import type { ReadFrame, Version } from './decoding.js';

interface Accepted {
  readonly title: string;
  readonly versions: readonly Version[];
  readonly bytes: string | Buffer;
  readonly frames: readonly ReadFrame[];
}

const ACCEPTED: readonly Accepted[] = [
  accepts(
    'ends a body without content-length at the first NUL [A1] [A50]',
    ALL_VERSIONS,
    'SEND\ndestination:/q\n\nhi\0',
    [frame('SEND', [['destination', '/q']], 'hi')],
  ),
  accepts('takes a frame without headers [A2]', ALL_VERSIONS, 'DISCONNECT\n\n\0', [frame('DISCONNECT')]),
  accepts(
    'takes LF and CRLF line by line on 1.2 [A3]',
    LIKE_1_2,
    'SEND\r\ndestination:/q\nreceipt:1\r\n\r\nhi\0SEND\na:b\r\n\nhi\0SEND\na:b\n\r\nhi\0',
    [
      frame(
        'SEND',
        [
          ['destination', '/q'],
          ['receipt', '1'],
        ],
        'hi',
      ),
      frame('SEND', [['a', 'b']], 'hi'),
      frame('SEND', [['a', 'b']], 'hi'),
    ],
  ),
  accepts(
    'takes CRLF on CONNECT and STOMP whatever the version [A4]',
    ALL_VERSIONS,
    'CONNECT\r\naccept-version:1.2\r\nhost:h\r\n\r\n\0\r\nSTOMP\nhost:h\r\n\r\n\0',
    [
      frame('CONNECT', [
        ['accept-version', '1.2'],
        ['host', 'h'],
      ]),
      frame('STOMP', [['host', 'h']]),
    ],
  ),
  accepts(
    'takes CR for data on 1.0 and 1.1 when the command line ends in LF [A5]',
    ['1.0', '1.1'],
    'SEND\nfoo:bar\r\nb\raz:\r\n\nhi\0',
    [
      frame(
        'SEND',
        [
          ['foo', 'bar\r'],
          ['b\raz', '\r'],
        ],
        'hi',
      ),
    ],
  ),
  accepts(
    'takes the whole frame for CRLF on 1.0 and 1.1 when the command line ends in CRLF [A5]',
    ['1.0', '1.1'],
    'SEND\r\nfoo:bar\r\nb\raz:\r\r\nlf:only\n\r\nhi\0',
    [
      frame(
        'SEND',
        [
          ['foo', 'bar'],
          ['b\raz', '\r'],
          ['lf', 'only'],
        ],
        'hi',
      ),
    ],
  ),
  accepts(
    'leaves CR and LF in a body alone [A7]',
    ALL_VERSIONS,
    'SEND\n\na\r\nb\r\0SEND\ncontent-length:4\n\n\r\n\n\r\0',
    [frame('SEND', [], 'a\r\nb\r'), frame('SEND', [['content-length', '4']], '\r\n\n\r')],
  ),
  accepts('skips line ends behind a frame [A8]', ALL_VERSIONS, 'SEND\n\na\0\n\n\nSEND\n\nb\0\n', [
    frame('SEND', [], 'a'),
    frame('SEND', [], 'b'),
  ]),
  accepts('skips line ends before the first frame [A9]', ALL_VERSIONS, '\n\r\n\nCONNECT\n\n\0', [
    frame('CONNECT'),
  ]),
  accepts(
    'skips CRLF between frames in every version [A10]',
    ALL_VERSIONS,
    '\r\nSEND\n\na\0\r\n\r\nSEND\n\nb\0\r\n',
    [frame('SEND', [], 'a'), frame('SEND', [], 'b')],
  ),
  accepts('skips NUL octets between frames [A12]', ALL_VERSIONS, '\0\0SEND\n\na\0\0\n\0SEND\n\nb\0\0', [
    frame('SEND', [], 'a'),
    frame('SEND', [], 'b'),
  ]),
  accepts(
    'reads all frames of a chunk in order [A14]',
    ALL_VERSIONS,
    'CONNECT\n\n\0SUBSCRIBE\nid:0\n\n\0SEND\n\nx\0',
    [frame('CONNECT'), frame('SUBSCRIBE', [['id', '0']]), frame('SEND', [], 'x')],
  ),
  accepts('leaves the case of header names alone [A17] [A27]', ALL_VERSIONS, 'SEND\nDestination:/q\n\n\0', [
    frame('SEND', [['Destination', '/q']]),
  ]),
  accepts(
    'reads what servers send [A19]',
    ALL_VERSIONS,
    'CONNECTED\n\n\0MESSAGE\n\nx\0RECEIPT\n\n\0ERROR\n\nx\0',
    [frame('CONNECTED'), frame('MESSAGE', [], 'x'), frame('RECEIPT'), frame('ERROR', [], 'x')],
  ),
  accepts(
    'takes an empty header value, which is not an absent one [A22] [A23]',
    ALL_VERSIONS,
    'SEND\nreceipt:\n\n\0',
    [frame('SEND', [['receipt', '']])],
  ),
  accepts('splits a header at its first colon [A24] [A25]', ALL_VERSIONS, 'SEND\nfoo:a:b:\nbar::\n\n\0', [
    frame('SEND', [
      ['foo', 'a:b:'],
      ['bar', ':'],
    ]),
  ]),
  accepts('keeps spaces from 1.1 on [A26] [A40]', SINCE_1_1, 'SEND\nhead er: x \n\n\0', [
    frame('SEND', [['head er', ' x ']]),
  ]),
  accepts('unescapes names and values [A28]', LIKE_1_2, 'SEND\na\\cb:1\\c2\\n3\\r4\\\\5\n\nx\0', [
    frame('SEND', [['a:b', '1:2\n3\r4\\5']], 'x'),
  ]),
  accepts('knows no escapes on 1.0 [A30]', ['1.0'], 'SEND\nfoo:a\\nb\\\n\n\0', [
    frame('SEND', [['foo', 'a\\nb\\']]),
  ]),
  accepts('unescapes in one pass from left to right [A32]', SINCE_1_1, 'SEND\nfoo:\\\\n\\\\\\n\n\n\0', [
    frame('SEND', [['foo', '\\n\\\n']]),
  ]),
  accepts(
    'leaves the headers of CONNECT and STOMP as they are [A34] [A35] [A42] [A85]',
    ALL_VERSIONS,
    'CONNECT\nlogin: u \npasscode:a:b\\c\\x\n\n\0STOMP\npasscode: a:b\\c\\\n\n\0',
    [
      frame('CONNECT', [
        ['login', ' u '],
        ['passcode', 'a:b\\c\\x'],
      ]),
      frame('STOMP', [['passcode', ' a:b\\c\\']]),
    ],
  ),
  accepts(
    'leaves the headers of CONNECTED as they are [A36]',
    ALL_VERSIONS,
    'CONNECTED\nuser-name: a:b\\c\\x \n\n\0',
    [frame('CONNECTED', [['user-name', ' a:b\\c\\x ']])],
  ),
  accepts(
    'trims the spaces around a value on 1.0 [A41]',
    ['1.0'],
    'SUBSCRIBE\ndestination:  /a b  \nname :   \n\n\0',
    [
      frame('SUBSCRIBE', [
        ['destination', '/a b'],
        ['name ', ''],
      ]),
    ],
  ),
  accepts('trims nothing but U+0020 on 1.0 [D14]', ['1.0'], 'SEND\nx:\t\u00A0 \u00A0\t\uFEFF\n\n\0', [
    frame('SEND', [['x', '\t\u00A0 \u00A0\t\uFEFF']]),
  ]),
  accepts(
    'keeps repeated headers in order [A43] [A44]',
    ALL_VERSIONS,
    'SEND\ndestination:/a\ndestination:/b\n\nx\0',
    [
      frame(
        'SEND',
        [
          ['destination', '/a'],
          ['destination', '/b'],
        ],
        'x',
      ),
    ],
  ),
  accepts('reads header octets as UTF-8 [A45]', ALL_VERSIONS, 'SEND\nnaïve:☃😀\n\n\0', [
    frame('SEND', [['naïve', '☃😀']]),
  ]),
  accepts('normalises no Unicode [A47]', ALL_VERSIONS, 'SEND\n\u00E9:1\ne\u0301:2\n\n\0', [
    frame('SEND', [
      ['\u00E9', '1'],
      ['e\u0301', '2'],
    ]),
  ]),
  accepts(
    'reads content-length octets whatever they are [A48]',
    ALL_VERSIONS,
    'SEND\ncontent-length:3\n\na\0b\0',
    [frame('SEND', [['content-length', '3']], 'a\0b')],
  ),
  accepts(
    'counts octets and not characters [A49]',
    ALL_VERSIONS,
    'SEND\ncontent-length:2\n\né\0SEND\ncontent-length:4\n\n😀\0',
    [
      frame('SEND', [['content-length', '2']], 'Ã©'),
      frame('SEND', [['content-length', '4']], '\u00F0\u009F\u0098\u0080'),
    ],
  ),
  accepts(
    'takes content-length 0 on every frame [A55]',
    ALL_VERSIONS,
    'SUBSCRIBE\nid:0\ncontent-length:0\n\n\0CONNECT\ncontent-length:0\n\n\0',
    [
      frame('SUBSCRIBE', [
        ['id', '0'],
        ['content-length', '0'],
      ]),
      frame('CONNECT', [['content-length', '0']]),
    ],
  ),
  accepts(
    'takes leading zeros in content-length [A57]',
    ALL_VERSIONS,
    'SEND\ncontent-length:0000000003\n\nabc\0',
    [frame('SEND', [['content-length', '0000000003']], 'abc')],
  ),
  accepts(
    'counts by the first of two content-length headers [A58] [D30]',
    ALL_VERSIONS,
    'SEND\ncontent-length:3\ncontent-length:99\n\nabc\0',
    [
      frame(
        'SEND',
        [
          ['content-length', '3'],
          ['content-length', '99'],
        ],
        'abc',
      ),
    ],
  ),
  accepts(
    'discards line ends where no body may be [A60]',
    ALL_VERSIONS,
    'BEGIN\ntransaction:t\n\n\n\0CONNECT\n\n\r\n\n\0SUBSCRIBE\ncontent-length:2\n\n\n\n\0',
    [frame('BEGIN', [['transaction', 't']]), frame('CONNECT'), frame('SUBSCRIBE', [['content-length', '2']])],
  ),
  accepts(
    'ignores a body where 1.0 has none [A61]',
    ['1.0'],
    'SUBSCRIBE\n\nxyz\0BEGIN\ncontent-length:3\n\nx\0z\0',
    [frame('SUBSCRIBE'), frame('BEGIN', [['content-length', '3']])],
  ),
  accepts(
    'changes no octet of a body [A65] [A66]',
    ALL_VERSIONS,
    Buffer.from('53454e440a0afffe80c2a9efbbbf00', 'hex'),
    [frame('SEND', [], '\u00FF\u00FE\u0080\u00C2\u00A9\u00EF\u00BB\u00BF')],
  ),
  accepts(
    'keeps names that a plain object would trip over [A199]',
    ALL_VERSIONS,
    'SEND\n__proto__:x\nconstructor:y\n\n\0',
    [
      frame('SEND', [
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ]),
    ],
  ),
  accepts('takes Unicode line separators for data [D14]', ALL_VERSIONS, 'SEND\nx:a\u2028b\u0085c\n\n\0', [
    frame('SEND', [['x', 'a\u2028b\u0085c']]),
  ]),
  accepts(
    'takes a line end in a body for data, not for a heart-beat [A54] [D28] [D85]',
    ALL_VERSIONS,
    'SEND\ncontent-length:3\n\n\n\n\n\0',
    [frame('SEND', [['content-length', '3']], '\n\n\n')],
  ),
  accepts(
    'lets the body run into the next frame when a NUL is missing [D7]',
    ALL_VERSIONS,
    'SEND\n\na\nSEND\n\nb\0',
    [frame('SEND', [], 'a\nSEND\n\nb')],
  ),
  accepts('takes nothing but noise for no frame [D20] [D21]', ALL_VERSIONS, '\n\0\r\n\n\0\n\r\n', []),
];

describe.each(ALL_VERSIONS.map((version) => ({ version, on: version ?? 'before a version is agreed' })))(
  'StompDecoder on $on, wherever the octets are cut [A13],',
  ({ version }) => {
    it.each(ACCEPTED.filter(({ versions }) => versions.includes(version)))('$title', ({ bytes, frames }) => {
      const whole = decode([Buffer.from(bytes)], version);
      expect(whole).toEqual({ frames, bufferedBytes: 0, hasPartialFrame: false });
      for (const chunks of cuts(Buffer.from(bytes))) expect(decode(chunks, version)).toEqual(whole);
    });
  },
);

function accepts(
  title: string,
  versions: readonly Version[],
  bytes: string | Buffer,
  frames: readonly ReadFrame[],
): Accepted {
  return { title, versions, bytes, frames };
}

function frame(command: string, headers: readonly (readonly [string, string])[] = [], body = ''): ReadFrame {
  return { command, headers, body };
}
