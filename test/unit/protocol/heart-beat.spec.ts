import { describe, expect, it } from '@jest/globals';
import { formatHeartBeat, negotiateHeartBeat, parseHeartBeat } from '../../../src/protocol/heart-beat.js';
import { HEART_BEAT } from '../../../src/protocol/stomp-encoder.js';
import { StompProtocolError } from '../../../src/protocol/stomp-protocol-error.js';

describe('parseHeartBeat', () => {
  it('takes an absent header for 0,0 [A88]', () => {
    expect(parseHeartBeat(undefined)).toEqual({ sendMs: 0, receiveMs: 0 });
  });

  it.each([
    ['0,0', 0, 0],
    ['10000,5000', 10_000, 5000],
    ['007,0', 7, 0],
    ['9999999999,2147483648', 9_999_999_999, 2_147_483_648],
    [' 1 ,  2 ', 1, 2],
  ])('reads "%s"', (header, sendMs, receiveMs) => {
    expect(parseHeartBeat(header)).toEqual({ sendMs, receiveMs });
  });

  it.each([
    'abc',
    '10000',
    '0',
    '1,2,3',
    '100,10,50',
    '-1,0',
    '0,-1',
    '-1,-1',
    '+1,0',
    '1.5,0',
    '1.5,2',
    ',',
    '10000,',
    ',10000',
    'a,b',
    'T,0',
    '',
    ' ',
    '20r000,60000',
    '0x10,0',
    '1e3,0',
    '1 0,0',
    '1,2\n',
    '\t1,2',
    '12345678901,0',
    '0,12345678901',
    `${'9'.repeat(20)},${'9'.repeat(20)}`,
    `1${' '.repeat(8000)}x`,
  ])('refuses "%.30s" [A99] [D78] [D79] [D82]', (header) => {
    let error: unknown;
    try {
      parseHeartBeat(header);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(StompProtocolError);
    expect(error).toMatchObject({ code: 'STOMP_ERR_BAD_HEART_BEAT', kind: 'malformed' });
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/^heart-beat "[^\p{C}:\\]*" is not two whole numbers/u),
    );
  });
});

describe('negotiateHeartBeat', () => {
  it.each([
    // client, server, client to server, server to client
    ['1,2', '3,4', 4, 3],
    ['0,0', '10000,10000', 0, 0],
    ['0,5000', '10000,10000', 0, 10_000],
    ['5000,0', '10000,10000', 10_000, 0],
    ['10000,10000', '0,0', 0, 0],
    ['300,200', '100,400', 400, 200],
    ['20000,30000', '10000,10000', 20_000, 30_000],
  ])('of a client with %s and a server with %s [A90]', (client, server, receiveMs, sendMs) => {
    expect(negotiateHeartBeat(parseHeartBeat(client), parseHeartBeat(server))).toEqual({ sendMs, receiveMs });
  });

  it('never asks for more often than the server offers [A101] [D80] [D81]', () => {
    const server = { sendMs: 1000, receiveMs: 1000 };
    expect(negotiateHeartBeat({ sendMs: 1, receiveMs: 1 }, server)).toEqual(server);
  });

  it('never asks a timer for more than it can do [A100] [D82]', () => {
    const client = parseHeartBeat('9999999999,9999999999');
    expect(negotiateHeartBeat(client, { sendMs: 1000, receiveMs: 1000 })).toEqual({
      sendMs: 2_147_483_647,
      receiveMs: 2_147_483_647,
    });
    expect(negotiateHeartBeat(parseHeartBeat('2147483648,2147483646'), { sendMs: 1, receiveMs: 1 })).toEqual({
      sendMs: 2_147_483_646,
      receiveMs: 2_147_483_647,
    });
  });
});

describe('formatHeartBeat', () => {
  it('writes what a party offers, then what it asks for [A89]', () => {
    expect(formatHeartBeat({ sendMs: 10_000, receiveMs: 0 })).toBe('10000,0');
  });
});

describe('HEART_BEAT', () => {
  it('is one LF [A93]', () => {
    expect([...HEART_BEAT]).toEqual([0x0a]);
  });
});
