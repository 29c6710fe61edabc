import { describe, expect, it } from '@jest/globals';
import type { StompCommand } from '../../../src/protocol/stomp-command.js';
import { encodeFrame, encodeFrameInParts, PreparedFrame } from '../../../src/protocol/stomp-encoder.js';
import { EMPTY_BODY } from '../../../src/protocol/stomp-frame.js';
import type { StompFrame } from '../../../src/protocol/stomp-frame.js';
import { StompHeaders } from '../../../src/protocol/stomp-headers.js';
import type { StompVersion } from '../../../src/protocol/stomp-version.js';
import { FRAMES } from '../../fixtures/frames.js';

const ALL: readonly StompVersion[] = ['1.0', '1.1', '1.2'];

describe('encodeFrame', () => {
  it('writes headers in their order, then content-length, then the body [A51]', () => {
    expect(
      written(
        'MESSAGE',
        [
          ['subscription', 's'],
          ['destination', '/a'],
          ['x', '1'],
        ],
        'hi',
      ),
    ).toBe('MESSAGE\nsubscription:s\ndestination:/a\nx:1\ncontent-length:2\n\nhi\0');
  });

  it.each(['SEND', 'MESSAGE', 'ERROR'] as const)(
    'writes content-length on %s, also for an empty body [A51]',
    (command) => {
      expect(written(command, [])).toBe(`${command}\ncontent-length:0\n\n\0`);
    },
  );

  it('counts the octets of the body itself, whatever the frame says [A52]', () => {
    expect(
      written(
        'SEND',
        [
          ['content-length', '99'],
          ['a', 'b'],
          ['content-length', '1'],
        ],
        'é',
      ),
    ).toBe('SEND\na:b\ncontent-length:2\n\né\0');
  });

  it.each([
    'CONNECT',
    'STOMP',
    'CONNECTED',
    'RECEIPT',
    'SUBSCRIBE',
    'UNSUBSCRIBE',
    'ACK',
    'NACK',
    'BEGIN',
    'COMMIT',
    'ABORT',
    'DISCONNECT',
  ] as const)('writes neither content-length nor body on %s [A62]', (command) => {
    expect(
      written(
        command,
        [
          ['a', 'b'],
          ['content-length', '2'],
        ],
        'hi',
      ),
    ).toBe(`${command}\na:b\n\n\0`);
  });

  it('leaves the octets of the body alone [A51] [A65]', () => {
    const body = Buffer.from('00ff0a0d80fe00', 'hex');
    const octets = encodeFrame({ command: 'MESSAGE', headers: new StompHeaders(), body }, '1.2');
    expect(octets.toString('latin1')).toBe(`MESSAGE\ncontent-length:7\n\n${body.toString('latin1')}\0`);
  });

  it('does not share memory with the body', () => {
    const body = Buffer.from('hi');
    const octets = encodeFrame({ command: 'SEND', headers: new StompHeaders(), body }, '1.2');
    body.fill('#');
    expect(octets.toString()).toBe('SEND\ncontent-length:2\n\nhi\0');
  });

  it.each([
    ['1.2', 'k\\c\\\\\\r\\n:a\\cb\\\\\\r\\n'],
    ['1.1', 'x:a\\cb\\\\ \\n'],
    ['1.0', 'x:a:b\\  '],
  ] as const)('escapes for the version of the receiver, %s [A37] [A38]', (version, line) => {
    const headers: [string, string][] = [[version === '1.2' ? 'k:\\\r\n' : 'x', 'a:b\\\r\n']];
    expect(written('RECEIPT', headers, '', version)).toBe(`RECEIPT\n${line}\n\n\0`);
  });

  it.each(['CONNECT', 'STOMP', 'CONNECTED'] as const)(
    'escapes nothing on %s [A34] [A35] [A36]',
    (command) => {
      for (const version of ALL) {
        expect(
          written(
            command,
            [
              ['server', 'a:b\\c'],
              ['b\\s', ''],
            ],
            '',
            version,
          ),
        ).toBe(`${command}\nserver:a:b\\c\nb\\s:\n\n\0`);
      }
    },
  );

  it.each(['CONNECT', 'STOMP', 'CONNECTED'] as const)(
    'lets no value of %s start a header or a frame [A36] [A39] [D12]',
    (command) => {
      for (const version of ALL) {
        expect(written(command, [['user-name', 'a\nadmin:1\r\0b']], '', version)).toBe(
          `${command}\nuser-name:a admin:1  b\n\n\0`,
        );
      }
    },
  );

  it('lets no value for 1.0 start a header or a frame [A39] [D11]', () => {
    expect(written('MESSAGE', [['x', 'a\nsubscription:1\r\0b']], '', '1.0')).toBe(
      'MESSAGE\nx:a subscription:1  b\ncontent-length:0\n\n\0',
    );
  });

  it.each([
    ['1.2', ['', 'a\0b'], ['a\rb', 'a\nb', 'a:b']],
    ['1.1', ['', 'a\0b', 'a\rb'], ['a\nb', 'a:b']],
    ['1.0', ['', 'a\0b', 'a\rb', 'a\nb', 'a:b'], ['a\\b']],
  ] as const)('leaves out a header whose name %s cannot express [A39]', (version, unwritable, writable) => {
    for (const name of unwritable)
      expect(written('RECEIPT', [[name, 'x']], '', version)).toBe('RECEIPT\n\n\0');
    for (const name of writable)
      expect(written('RECEIPT', [[name, 'x']], '', version)).toMatch(/^RECEIPT\n[^\n]+:x\n\n\0$/);
  });

  it('writes headers as UTF-8 [A45]', () => {
    expect(written('RECEIPT', [['naïve', '☃😀']])).toBe('RECEIPT\nnaïve:☃😀\n\n\0');
  });

  it('writes half a surrogate pair as a replacement character, in the length it counted', () => {
    expect(written('ERROR', [['x', 'a\uD83Db']], 'hi')).toBe('ERROR\nx:a\uFFFDb\ncontent-length:2\n\nhi\0');
  });

  it('keeps repeated headers and names that a plain object would trip over [A199]', () => {
    expect(
      written('RECEIPT', [
        ['a', '1'],
        ['__proto__', '2'],
        ['a', '3'],
      ]),
    ).toBe('RECEIPT\na:1\n__proto__:2\na:3\n\n\0');
  });
});

describe('encodeFrameInParts', () => {
  it.each(FRAMES.flatMap((row) => row.versions.map((version) => ({ ...row, version }))))(
    'writes $name on $version as encodeFrame does',
    ({ frame, version, bytes }) => {
      expect(Buffer.concat(encodeFrameInParts(frame, version))).toEqual(bytes);
    },
  );

  it('gives one buffer for a small body', () => {
    expect(encodeFrameInParts(messageOf(Buffer.alloc(1023)), '1.2')).toHaveLength(1);
  });

  it('gives the body itself between two other buffers from 1 KiB on', () => {
    const frame = messageOf(Buffer.alloc(1024, 'é'));
    const parts = encodeFrameInParts(frame, '1.2');
    expect(parts).toHaveLength(3);
    expect(parts[1]).toBe(frame.body);
    expect(Buffer.concat(parts)).toEqual(encodeFrame(frame, '1.2'));
  });

  it('writes no body, large or small, on a command that has none [A62]', () => {
    const frame: StompFrame = { ...messageOf(Buffer.alloc(2048)), command: 'RECEIPT' };
    expect(encodeFrameInParts(frame, '1.2').map(String)).toEqual(['RECEIPT\ndestination:/topic/ä\n\n\0']);
  });

  function messageOf(body: Buffer): StompFrame {
    return { command: 'MESSAGE', headers: new StompHeaders([['destination', '/topic/ä']]), body };
  }
});

describe('PreparedFrame', () => {
  const message = (size: number): StompFrame => ({
    command: 'MESSAGE',
    headers: new StompHeaders([
      ['destination', '/topic/a:b'],
      ['subscription', ''],
      ['message-id', 'm-1'],
      ['naïve', '☃'],
    ]),
    body: Buffer.alloc(size, 'é'),
  });

  it.each(
    ALL.flatMap((version) =>
      [0, 1, 1023, 1024, 5000].flatMap((size) =>
        ['sub-0', '', 'a:b\\c\r\nd\0', '☃'].map((value) => ({ version, size, value })),
      ),
    ),
  )(
    'writes "$value" into a frame of $size octets on $version as encodeFrame would',
    ({ version, size, value }) => {
      const frame = message(size);
      const headers = new StompHeaders(
        [...frame.headers].map(([name, old]) => [name, name === 'subscription' ? value : old]),
      );
      const octets = Buffer.concat(new PreparedFrame(frame, version, 'subscription').encode(value));
      expect(octets.toString('latin1')).toBe(encodeFrame({ ...frame, headers }, version).toString('latin1'));
    },
  );

  it.each(
    FRAMES.flatMap((row) => row.versions.map((version) => ({ ...row, version }))).filter(({ frame }) =>
      frame.headers.has('receipt'),
    ),
  )('fills in a header of $name on $version', ({ frame, version, bytes }) => {
    const value = frame.headers.get('receipt') ?? '';
    expect(Buffer.concat(new PreparedFrame(frame, version, 'receipt').encode(value)).toString('latin1')).toBe(
      bytes.toString('latin1'),
    );
  });

  it('gives one buffer for a small body', () => {
    expect(new PreparedFrame(message(1023), '1.2', 'subscription').encode('s')).toHaveLength(1);
  });

  it('gives a head of its own and a tail shared by all for a body from 1 KiB on', () => {
    const prepared = new PreparedFrame(message(1024), '1.2', 'subscription');
    const [head, tail, ...rest] = prepared.encode('sub-0');
    const [otherHead, otherTail] = prepared.encode('sub-1');
    expect(rest).toEqual([]);
    expect(otherTail).toBe(tail);
    expect(otherHead).not.toBe(head);
    expect(tail).toHaveLength(1025);
    expect(head.toString()).toContain('\nsubscription:sub-0\n');
    expect(otherHead.toString()).toContain('\nsubscription:sub-1\n');
  });

  it('gives octets that later calls do not change', () => {
    const prepared = new PreparedFrame(message(5), '1.2', 'subscription');
    const first = prepared.encode('one');
    const before = Buffer.concat(first).toString();
    prepared.encode('two');
    expect(Buffer.concat(first).toString()).toBe(before);
  });

  it('fills in the first of repeated headers and leaves the others as they are', () => {
    const frame: StompFrame = {
      command: 'RECEIPT',
      headers: new StompHeaders([
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ]),
      body: EMPTY_BODY,
    };
    expect(Buffer.concat(new PreparedFrame(frame, '1.2', 'a').encode('x')).toString()).toBe(
      'RECEIPT\na:x\nb:2\na:3\n\n\0',
    );
  });

  it('lets no slot value start a header or a frame [A39]', () => {
    const frame: StompFrame = {
      command: 'CONNECTED',
      headers: new StompHeaders([['session', '']]),
      body: EMPTY_BODY,
    };
    expect(Buffer.concat(new PreparedFrame(frame, '1.2', 'session').encode('a\nb:c\r\0')).toString()).toBe(
      'CONNECTED\nsession:a b:c  \n\n\0',
    );
  });

  it('refuses a frame that has no such header', () => {
    expect(() => new PreparedFrame(message(1), '1.2', 'ack')).toThrow(
      new TypeError('the MESSAGE frame has no header "ack" to fill in'),
    );
  });
});

function written(
  command: StompCommand,
  headers: readonly (readonly [string, string])[],
  body = '',
  version: StompVersion = '1.2',
): string {
  return encodeFrame(
    { command, headers: new StompHeaders(headers), body: Buffer.from(body) },
    version,
  ).toString('utf8');
}
