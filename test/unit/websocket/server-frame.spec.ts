import { describe, expect, it } from '@jest/globals';
import { EncodedFrame } from '../../../src/session/encoded-frame.js';
import { serverFrame, serverFrameBytes, writeServerFrame } from '../../../src/websocket/server-frame.js';

function head(length: number, binary = false): string {
  const [first] = serverFrame(new EncodedFrame([Buffer.alloc(length)], binary));
  return first.subarray(0, first.length - length).toString('hex');
}

describe('a frame on a WebSocket', () => {
  it('is one final text message, not masked', () => {
    expect(serverFrame(new EncodedFrame([Buffer.from('hi')], false))).toEqual([
      Buffer.from([0x81, 0x02, 0x68, 0x69]),
    ]);
  });

  it('is a binary message when it may not be text', () => {
    expect(serverFrame(new EncodedFrame([Buffer.from([0xff])], true))).toEqual([
      Buffer.from([0x82, 0x01, 0xff]),
    ]);
  });

  it.each([
    [0, '8100'],
    [1, '8101'],
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
    [100_000, '817f00000000000186a0'],
  ])('of %i octets says so: %s', (length, expected) => {
    expect(head(length)).toBe(expected);
  });

  it('can be longer than 32 bits count', () => {
    class HugeFrame extends EncodedFrame {
      override get byteLength(): number {
        return 0x1_0000_0002;
      }
    }
    const frame = new HugeFrame([Buffer.from('x')], false);
    expect(serverFrame(frame)[0]?.toString('hex')).toBe('817f000000010000000278');
  });

  it('counts all its parts in the header of the first, and shares the others', () => {
    const body = Buffer.alloc(2_000, 'x');
    const [first, second, ...none] = serverFrame(new EncodedFrame([Buffer.from('head'), body], false));
    expect(first).toEqual(Buffer.concat([Buffer.from('817e07d4', 'hex'), Buffer.from('head')]));
    expect(second).toBe(body);
    expect(none).toEqual([]);
  });

  it('without parts is an empty message', () => {
    expect(serverFrame(new EncodedFrame([], false))).toEqual([Buffer.from('8100', 'hex')]);
  });

  it.each([0, 125, 126, 65_535, 65_536])('of %i octets is the same in the midst of others', (length) => {
    const half = Buffer.alloc(Math.floor(length / 2), 'a');
    const frame = new EncodedFrame([half, Buffer.alloc(length - half.length, 'b')], true);
    const octets = Buffer.concat(serverFrame(frame));
    expect(serverFrameBytes(frame)).toBe(octets.length);
    const target = Buffer.alloc(octets.length + 2, '.');
    expect(writeServerFrame(frame, target, 1)).toBe(octets.length + 1);
    expect(target).toEqual(Buffer.concat([Buffer.from('.'), octets, Buffer.from('.')]));
  });
});
