import { describe, expect, it } from '@jest/globals';
import { encodeFrame } from '../../../src/protocol/stomp-encoder.js';
import { StompHeaders } from '../../../src/protocol/stomp-headers.js';
import { clientFrame, firstValues, sendFrame } from '../../../src/testing/client-frames.js';

describe('A frame of the test client', () => {
  it('has its own headers, then those of the test, which may replace and remove', () => {
    const frame = clientFrame(
      'CONNECT',
      { host: 'localhost', 'accept-version': '1.2' },
      {
        login: 'joe',
        host: null,
        'accept-version': '1.1',
        'x-none': undefined,
        'x-number': 1,
      },
    );
    expect(encodeFrame(frame, '1.2').toString()).toBe(
      'CONNECT\naccept-version:1.1\nlogin:joe\nx-number:1\n\n\0',
    );
  });

  it.each([
    ['text', 'hi', {}, 'content-type:text/plain;charset=UTF-8\ncontent-length:2\n\nhi'],
    ['an empty text', '', {}, 'content-type:text/plain;charset=UTF-8\ncontent-length:0\n\n'],
    ['bytes', new Uint8Array([65]), {}, 'content-type:application/octet-stream\ncontent-length:1\n\nA'],
    ['JSON', { a: [1] }, {}, 'content-type:application/json\ncontent-length:9\n\n{"a":[1]}'],
    ['null', null, {}, 'content-type:application/json\ncontent-length:4\n\nnull'],
    ['nothing', undefined, {}, 'content-length:0\n\n'],
    [
      'text as JSON',
      'hi',
      { 'content-type': 'application/json' },
      'content-type:application/json\ncontent-length:4\n\n"hi"',
    ],
  ])('carries %s', (_kind, payload, headers, rest) => {
    expect(encodeFrame(sendFrame('/app/x', payload, headers), '1.2').toString()).toBe(
      `SEND\ndestination:/app/x\n${rest}\0`,
    );
  });

  it('shows of a repeated header the first value', () => {
    const headers = new StompHeaders([
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ]);
    expect(firstValues(headers)).toEqual({ a: '1', b: '2' });
  });
});
