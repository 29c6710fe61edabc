import { describe, expect, it } from '@jest/globals';
import {
  DEFAULT_DECODER_LIMITS,
  PRE_CONNECT_DECODER_LIMITS,
} from '../../../src/protocol/stomp-decoder-limits.js';
import type { StompDecoderLimits } from '../../../src/protocol/stomp-decoder-limits.js';
import { StompDecoder } from '../../../src/protocol/stomp-decoder.js';
import type { StompProtocolErrorCode } from '../../../src/protocol/stomp-protocol-error.js';
import { cuts, decode } from './decoding.js';

const TINY: StompDecoderLimits = {
  maxCommandBytes: 10,
  maxHeaderLineBytes: 9,
  maxHeaders: 3,
  maxHeaderBlockBytes: 20,
  maxBodyBytes: 4,
};

interface LimitRow {
  readonly name: string;
  /** A whole frame that just keeps the limit. */
  readonly within: string;
  /** What goes over the limit with its last octet, and not before. */
  readonly beyond: string;
  readonly code: StompProtocolErrorCode;
  readonly limit: number;
  readonly receiptId?: string;
}

const ROWS: readonly LimitRow[] = [
  {
    name: 'command [A196] [D1]',
    within: 'DISCONNECT\n\n\0',
    beyond: 'DISCONNECTX',
    code: 'STOMP_ERR_COMMAND_LIMIT',
    limit: 10,
  },
  {
    name: 'command that ends in CRLF',
    within: 'DISCONNECT\r\n\r\n\0',
    beyond: 'DISCONNECT\rX',
    code: 'STOMP_ERR_COMMAND_LIMIT',
    limit: 10,
  },
  {
    name: 'header line [D2]',
    within: 'SEND\nreceipt:1\n\n\0',
    beyond: 'SEND\nreceipt:12',
    code: 'STOMP_ERR_HEADER_LINE_LIMIT',
    limit: 9,
  },
  {
    name: 'header line that ends in CRLF',
    within: 'SEND\r\nreceipt:1\r\n\r\n\0',
    beyond: 'SEND\r\nreceipt:1\rX',
    code: 'STOMP_ERR_HEADER_LINE_LIMIT',
    limit: 9,
  },
  {
    name: 'second header line, with the receipt of the first',
    within: 'SEND\nreceipt:1\n12345:789\n\n\0',
    beyond: 'SEND\nreceipt:1\n12345:7890',
    code: 'STOMP_ERR_HEADER_LINE_LIMIT',
    limit: 9,
    receiptId: '1',
  },
  {
    name: 'number of header lines [A194] [D3]',
    within: 'SEND\na:1\nb:2\nc:3\n\n\0',
    beyond: 'SEND\na:1\nb:2\nc:3\nd',
    code: 'STOMP_ERR_HEADER_COUNT_LIMIT',
    limit: 3,
  },
  {
    name: 'number of repeats of one header [A195] [D3]',
    within: 'SEND\na:1\na:1\na:1\n\n\0',
    beyond: 'SEND\na:1\na:1\na:1\na',
    code: 'STOMP_ERR_HEADER_COUNT_LIMIT',
    limit: 3,
  },
  {
    name: 'number of header lines that end in CRLF',
    within: 'SEND\r\na:1\r\nb:2\r\nc:3\r\n\r\n\0',
    beyond: 'SEND\r\na:1\r\nb:2\r\nc:3\r\n\rX',
    code: 'STOMP_ERR_HEADER_COUNT_LIMIT',
    limit: 3,
  },
  {
    name: 'header block [D4]',
    within: 'SEND\n123:567\n123:567\n1:34\n\n\0',
    beyond: 'SEND\n123:567\n123:567\n1:345',
    code: 'STOMP_ERR_HEADER_BLOCK_LIMIT',
    limit: 20,
  },
  {
    name: 'header block of CRLF, the last line end not counted',
    within: 'SEND\r\n123:567\r\n123:567\r\n1:\r\n\r\n\0',
    beyond: 'SEND\r\n123:567\r\n123:567\r\n1:\rX',
    code: 'STOMP_ERR_HEADER_BLOCK_LIMIT',
    limit: 20,
  },
  {
    name: 'header block that a line end fills',
    within: 'SEND\n123:56789\n12345:789\n\n\0',
    beyond: 'SEND\n123:56789\n12345:789\n1',
    code: 'STOMP_ERR_HEADER_BLOCK_LIMIT',
    limit: 20,
  },
  {
    name: 'body without content-length [D32]',
    within: 'SEND\nreceipt:1\n\n1234\0',
    beyond: 'SEND\nreceipt:1\n\n12345',
    code: 'STOMP_ERR_BODY_LIMIT',
    limit: 4,
    receiptId: '1',
  },
  {
    name: 'body of a frame that may have none',
    within: 'BEGIN\n\n\n\n\n\n\0',
    beyond: 'BEGIN\n\n\n\n\n\n\n',
    code: 'STOMP_ERR_BODY_LIMIT',
    limit: 4,
  },
];

describe('StompDecoder limits', () => {
  describe.each(ROWS)('$name', ({ within, beyond, code, limit, receiptId }) => {
    it('takes what just keeps the limit, whole or cut anywhere [A194]', () => {
      const bytes = Buffer.from(within);
      const whole = decode([bytes], '1.2', TINY);
      expect(whole.error).toBeUndefined();
      expect(whole.frames).toHaveLength(1);
      for (const chunks of cuts(bytes)) expect(decode(chunks, '1.2', TINY)).toEqual(whole);
    });

    it('refuses the first octet too many, whole or cut anywhere [A194]', () => {
      const bytes = Buffer.from(beyond);
      const whole = decode([bytes], '1.2', TINY);
      expect(whole.error).toMatchObject({ code, kind: 'limit', limit });
      expect(whole.error?.receiptId).toBe(receiptId);
      for (const chunks of cuts(bytes)) expect(decode(chunks, '1.2', TINY)).toEqual(whole);
    });

    it('does not refuse the octet before', () => {
      expect(decode([Buffer.from(beyond).subarray(0, -1)], '1.2', TINY).error).toBeUndefined();
    });

    it('says so in words that name the limit and need no escape', () => {
      const message = decode([Buffer.from(beyond)], '1.2', TINY).error?.message;
      expect(message).toMatch(/^[^\p{C}:\\]{10,160}$/u);
      expect(message).toContain(String(limit));
    });
  });

  it('says the same of an excess however much of it there is', () => {
    for (const { beyond } of ROWS) {
      const more = Buffer.from(`${beyond}${'y'.repeat(50)}\n\n\0`);
      expect(decode([more], '1.2', TINY).error).toEqual(decode([Buffer.from(beyond)], '1.2', TINY).error);
    }
  });

  it('takes a header block that fills its limit to the octet when more lines are allowed [D4]', () => {
    const bytes = Buffer.from('SEND\n123:567\n123:567\n1:34\n\n\0');
    expect(decode([bytes], '1.2', { ...TINY, maxHeaders: 9 }).frames).toHaveLength(1);
  });

  it('refuses a content-length above the limit with the head, and takes one at the limit [A197] [D26]', () => {
    expect(
      decode([Buffer.from('SEND\ncontent-length:5\n\n')], undefined, { ...TINY, maxHeaderLineBytes: 99 })
        .error,
    ).toEqual({
      name: 'StompProtocolError',
      code: 'STOMP_ERR_BODY_LIMIT',
      kind: 'limit',
      limit: 4,
      message: 'body of SEND is larger than 4 octets; send less',
    });
    expect(
      decode([Buffer.from('SEND\ncontent-length:4\n\n1234\0')], '1.2', { ...TINY, maxHeaderLineBytes: 99 })
        .frames,
    ).toHaveLength(1);
  });

  it('allocates nothing by the content-length of a peer [A197]', () => {
    const decoder = new StompDecoder({ ...DEFAULT_DECODER_LIMITS, maxBodyBytes: 2 ** 40 });
    decoder.push(Buffer.from('SEND\ncontent-length:9999999999\n\nhi'));
    // Ten gigabytes in one buffer would throw here.
    expect(decoder.next()).toBeUndefined();
    expect(decoder.bufferedBytes).toBe(2);
  });

  it('holds no more than the limit of what never ends', () => {
    const decoder = new StompDecoder();
    const pull = (): unknown => {
      decoder.push(Buffer.alloc(1024, 'A'));
      return decoder.next();
    };
    expect(pull).toThrow('command "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" is longer than 32 octets');
    expect(decoder.bufferedBytes).toBe(0);
    expect(pull).toThrow('is longer than 32 octets');
    expect(decoder.bufferedBytes).toBe(0);
  });

  it('refuses the line after limits that shrank while it was read', () => {
    const decoder = new StompDecoder();
    decoder.push(Buffer.from('SEND\nreceipt:1234567890'));
    expect(decoder.next()).toBeUndefined();
    decoder.limits = TINY;
    decoder.push(Buffer.from('1'));
    expect(() => decoder.next()).toThrow('header line 1 is longer than 9 octets');
  });

  describe('unless given', () => {
    it('are the defaults', () => {
      expect(new StompDecoder().limits).toBe(DEFAULT_DECODER_LIMITS);
      expect(DEFAULT_DECODER_LIMITS).toEqual({
        maxCommandBytes: 32,
        maxHeaderLineBytes: 8192,
        maxHeaders: 100,
        maxHeaderBlockBytes: 65_536,
        maxBodyBytes: 1_048_576,
      });
    });

    it('admit 100 header lines and the 1023 KiB body of the StompJS tests', () => {
      const headers = Array.from({ length: 100 }, (_, i) => `x${i}:${'v'.repeat(600)}\n`).join('');
      const body = 'b'.repeat(1023 * 1024);
      const { frames, error } = decode([Buffer.from(`SEND\n${headers}\n${body}\0`)], '1.2');
      expect(error).toBeUndefined();
      expect(frames[0].headers).toHaveLength(100);
      expect(frames[0].body).toHaveLength(1023 * 1024);
    });
  });

  describe('before CONNECT is answered', () => {
    it('are smaller in head and body', () => {
      expect(PRE_CONNECT_DECODER_LIMITS).toEqual({
        maxCommandBytes: 32,
        maxHeaderLineBytes: 8192,
        maxHeaders: 100,
        maxHeaderBlockBytes: 16_384,
        maxBodyBytes: 64,
      });
    });

    it('leave room for the line ends that some clients put before the NUL of CONNECT [A60]', () => {
      const bytes = Buffer.from('CONNECT\naccept-version:1.2\n\n\n\n\0');
      expect(decode([bytes], undefined, PRE_CONNECT_DECODER_LIMITS).frames).toHaveLength(1);
    });
  });

  it('cannot be changed for everybody', () => {
    expect(Object.isFrozen(DEFAULT_DECODER_LIMITS)).toBe(true);
    expect(Object.isFrozen(PRE_CONNECT_DECODER_LIMITS)).toBe(true);
  });
});
