import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  DEFAULT_DECODER_LIMITS,
  PRE_CONNECT_DECODER_LIMITS,
} from '../../../src/protocol/stomp-decoder-limits.js';
import { StompDecoder } from '../../../src/protocol/stomp-decoder.js';
import { StompProtocolError } from '../../../src/protocol/stomp-protocol-error.js';
import { decode } from './decoding.js';

describe('StompDecoder', () => {
  describe('receipt of an offending frame [A183]', () => {
    it.each([
      ['is unescaped', '1.2', 'SEND\nreceipt:a\\cb\nbroken\n\n\0', 'a:b'],
      [
        'is as it stands on 1.0, without the spaces around it',
        '1.0',
        'SEND\nreceipt: a\\cb \nbroken\n\n\0',
        'a\\cb',
      ],
      ['is UTF-8', '1.2', 'SEND\nreceipt:☃\nbroken\n\n\0', '☃'],
      ['is empty when sent empty', '1.2', 'SEND\nreceipt:\nbroken\n\n\0', ''],
      ['is without the CR of its line on 1.2', '1.2', 'SEND\nreceipt:r\r\nbroken\n\n\0', 'r'],
      [
        'is without the CR of its line in a CRLF frame of 1.1',
        '1.1',
        'SEND\r\nreceipt:r\r\nbroken\r\n\r\n\0',
        'r',
      ],
      ['is with the CR of its line in an LF frame of 1.1', '1.1', 'SEND\nreceipt:r\r\nbroken\n\n\0', 'r\r'],
      ['is the first of two', '1.2', 'SEND\nreceipt:1\nreceipt:2\nbroken\n\n\0', '1'],
      ['is not the part of one whose line had not ended', '1.2', 'SEND\nreceipt:1\0', undefined],
      [
        'is not a header whose name only begins like it',
        '1.2',
        'SEND\nreceipt-id:1\nbroken\n\n\0',
        undefined,
      ],
      ['is not that of the frame before', '1.2', 'SEND\nreceipt:1\n\n\0\r\r', undefined],
    ] as const)('%s', (_, version, bytes, receiptId) => {
      const { error } = decode([Buffer.from(bytes)], version);
      expect(error).toBeDefined();
      expect(error?.receiptId).toBe(receiptId);
    });
  });

  describe('message of an error [A184]', () => {
    it.each([
      ['names an unknown command', 'SUBSCRIB\n\n\0', 'unknown command "SUBSCRIB"'],
      ['makes a CR visible', 'SEND\r\r\n\n\0', 'command "SEND<CR>" contains a CR'],
      ['names the header line', 'SEND\na:b\nbroken\n\n\0', 'header line 2 of SEND "broken" has no colon'],
      [
        'names the header of a bad escape',
        'SEND\na\\tb:c\n\n\0',
        'header "a<backslash>tb" contains an escape that STOMP 1.2 does not define',
      ],
      [
        'quotes 40 characters at most',
        `SEND\n${'é'.repeat(50)}\n\n\0`,
        `header line 1 of SEND "${'é'.repeat(40)}..." has no colon`,
      ],
      [
        'quotes a bad content-length',
        'SEND\ncontent-length:-1\n\n\0',
        'content-length "-1" of SEND is not a whole number of 1 to 10 digits',
      ],
    ])('%s', (_, bytes, message) => {
      expect(decode([Buffer.from(bytes)], '1.2').error?.message).toBe(message);
    });

    it('quotes nothing of CONNECT, which may hold a password [A81]', () => {
      for (const bytes of [
        'CONNECT\nsecret\n\n\0',
        'CONNECT\npasscode:sec\rret\n\n\0',
        'CONNECT\n:secret\n\n\0',
      ]) {
        expect(decode([Buffer.from(bytes)], undefined).error?.message).not.toMatch(/secret|sec|ret/);
      }
    });
  });

  describe('between two frames', () => {
    it('takes over the version set by whoever answered the first', () => {
      const decoder = new StompDecoder();
      decoder.push(Buffer.from('CONNECT\n\n\0SEND\na: \\n \n\n\0SEND\na: \\n \n\n\0SEND\na: \\r \n\n\0'));
      expect(decoder.version).toBeUndefined();
      expect(decoder.next()?.command).toBe('CONNECT');
      decoder.version = '1.0';
      expect(decoder.next()?.headers.get('a')).toBe('\\n');
      decoder.version = '1.1';
      expect(decoder.next()?.headers.get('a')).toBe(' \n ');
      expect(() => decoder.next()).toThrow(StompProtocolError);
    });

    it('takes over the limits set by whoever answered the first', () => {
      const decoder = new StompDecoder(PRE_CONNECT_DECODER_LIMITS);
      const body = 'x'.repeat(100_000);
      decoder.push(Buffer.from(`CONNECT\n\n\0SEND\n\n${body}\0`));
      expect(decoder.next()?.command).toBe('CONNECT');
      decoder.limits = DEFAULT_DECODER_LIMITS;
      expect(decoder.next()?.body.toString()).toBe(body);
      expect(decoder.next()).toBeUndefined();
    });
  });

  describe('after an error', () => {
    it('throws the same error for ever and takes no more octets', () => {
      const decoder = new StompDecoder();
      decoder.version = '1.2';
      decoder.push(Buffer.from('SEND\n\na\0FOO\n\n\0SEND\n\nb\0'));
      expect(decoder.next()?.body.toString()).toBe('a');
      const error = thrownBy(() => decoder.next());
      expect(error).toBeInstanceOf(StompProtocolError);
      decoder.push(Buffer.from('SEND\n\nc\0'));
      expect(thrownBy(() => decoder.next())).toBe(error);
      expect(thrownBy(() => decoder.next())).toBe(error);
      expect(decoder.bufferedBytes).toBe(0);
      expect(decoder.hasPartialFrame).toBe(false);
    });
  });

  describe('while a frame is incomplete', () => {
    it.each([
      ['nothing', '', 0, false],
      ['line ends only', '\n\n\0\r\n', 0, false],
      ['a CR whose LF may follow', '\n\r', 1, false],
      ['the beginning of a command', '\nSE', 2, true],
      ['a head without its blank line', 'SEND\na:b\n', 9, true],
      ['a head', 'SEND\na:b\n\n', 0, true],
      ['the beginning of a body', 'SEND\na:b\n\nhi', 2, true],
      ['a whole counted body without its NUL [A54] [D27]', 'SEND\ncontent-length:2\n\nhi', 2, true],
      ['a frame and the beginning of the next', 'SEND\n\nhi\0\nS', 1, true],
    ])('after %s, tells how much it holds', (_, bytes, bufferedBytes, hasPartialFrame) => {
      expect(decode([Buffer.from(bytes)], '1.2')).toMatchObject({ bufferedBytes, hasPartialFrame });
      expect(decode([Buffer.from(bytes)], '1.2')).not.toHaveProperty('error');
    });

    it('never gives it out, also when the stream ends there [D6]', () => {
      const bytes = Buffer.from('SEND\ndestination:/q\n\nhi\0');
      for (let length = 0; length < bytes.length; length++) {
        expect(decode([bytes.subarray(0, length)], '1.2').frames).toEqual([]);
      }
    });

    it('counts what is pushed before it is asked for', () => {
      const decoder = new StompDecoder();
      decoder.push(Buffer.from('SEND\n\na\0'));
      decoder.push(Buffer.from('SEND\n\nb\0'));
      expect(decoder.bufferedBytes).toBe(16);
      expect(decoder.hasPartialFrame).toBe(false);
      expect(decoder.next()?.body.toString()).toBe('a');
      expect(decoder.bufferedBytes).toBe(8);
      expect(decoder.next()?.body.toString()).toBe('b');
      expect(decoder.bufferedBytes).toBe(0);
    });
  });

  describe('work', () => {
    afterEach(() => {
      jest.restoreAllMocks();
    });

    it.each([1, 10, 1000, 50_000])(
      'searches each octet of a body once when %i at a time arrive [D23]',
      (size) => {
        const search = jest.spyOn(Buffer.prototype, 'indexOf');
        const decoder = new StompDecoder();
        decoder.push(Buffer.from('SEND\n\n'));
        expect(decoder.next()).toBeUndefined();
        const chunk = Buffer.alloc(size, 'x');
        for (let arrived = 0; arrived < 50_000; arrived += size) {
          decoder.push(chunk);
          expect(decoder.next()).toBeUndefined();
        }
        const searched = search.mock.calls.map(
          ([, from], i) => (search.mock.contexts[i] as Buffer).length - Number(from),
        );
        expect(searched.reduce((sum, octets) => sum + octets, 0)).toBe(50_000);
      },
    );
  });

  describe('memory', () => {
    it('gives a body out as a view on the chunk', () => {
      const chunk = Buffer.from('SEND\n\nhello\0');
      const decoder = new StompDecoder();
      decoder.push(chunk);
      const body = decoder.next()?.body;
      chunk.write('J', chunk.indexOf('h'));
      expect(body?.toString()).toBe('Jello');
    });

    it('gives a body out that later octets do not change, wherever it was cut', () => {
      const stream = Buffer.from(
        Array.from({ length: 30 }, (_, i) => `SEND\n\nbody ${i}${'.'.repeat(i * 7)}\0`).join(''),
      );
      for (const size of [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144]) {
        const decoder = new StompDecoder();
        const bodies: Buffer[] = [];
        for (let at = 0; at < stream.length; at += size) {
          // A chunk of its own each time, as a WebSocket hands them out.
          decoder.push(Buffer.from(stream.subarray(at, at + size)));
          for (let frame = decoder.next(); frame !== undefined; frame = decoder.next())
            bodies.push(frame.body);
        }
        expect(bodies.map(String)).toEqual(
          Array.from({ length: 30 }, (_, i) => `body ${i}${'.'.repeat(i * 7)}`),
        );
      }
    });

    it('takes any Uint8Array, and no more of it than it shows', () => {
      const around = new TextEncoder().encode('xxSEND\n\nhi\0xx');
      const decoder = new StompDecoder();
      decoder.push(around.subarray(2, -2));
      const body = decoder.next()?.body;
      expect(body?.toString()).toBe('hi');
      expect(body).toBeInstanceOf(Buffer);
      expect(decoder.next()).toBeUndefined();
    });

    it('does not keep a large head alive behind one of its values', () => {
      setFlagsFromString('--expose-gc');
      const collectGarbage: unknown = runInNewContext('gc');
      const heapUsed = (): number => {
        if (typeof collectGarbage === 'function') collectGarbage();
        return process.memoryUsage().heapUsed;
      };
      const padding = Array.from({ length: 8 }, (_, i) => `x${i}:${'v'.repeat(8000)}\n`).join('');
      const decoder = new StompDecoder();
      const kept: (string | undefined)[] = [];
      const before = heapUsed();
      for (let i = 0; i < 400; i++) {
        decoder.push(Buffer.from(`SUBSCRIBE\nid:a-subscription-id-${i}\n${padding}\n\0`));
        kept.push(decoder.next()?.headers.get('id'));
      }
      // 400 heads of 64 KB are 25 MB.
      expect(heapUsed() - before).toBeLessThan(8_000_000);
      expect(kept[399]).toBe('a-subscription-id-399');
    });

    it('reads a head too large to share one string for alike', () => {
      const headers = Array.from(
        { length: 40 },
        (_, i) => [`header-${i}`, `\\n${'é'.repeat(20)}${i}`] as const,
      );
      const bytes = Buffer.from(
        `SEND\n${headers.map(([name, value]) => `${name}:${value}\n`).join('')}\nhi\0`,
      );
      expect(decode([bytes], '1.2').frames).toEqual([
        {
          command: 'SEND',
          headers: headers.map(([name, value]) => [name, value.replace('\\n', '\n')]),
          body: 'hi',
        },
      ]);
    });
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
