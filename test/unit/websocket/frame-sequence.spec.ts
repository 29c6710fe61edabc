import { describe, expect, it } from '@jest/globals';
import { EncodedFrame } from '../../../src/session/encoded-frame.js';
import { FrameSequence } from '../../../src/websocket/frame-sequence.js';
import { serverFrame } from '../../../src/websocket/server-frame.js';

function frame(...parts: readonly (string | number)[]): EncodedFrame {
  return new EncodedFrame(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.alloc(part, 'x'))),
    false,
  );
}

/** What a socket holds that was sent these frames. */
function sent(beginning: FrameSequence, ...frames: readonly EncodedFrame[]): FrameSequence {
  return frames.reduce((sequence, each) => sequence.followedBy(each), beginning);
}

function octetsOf(...frames: readonly EncodedFrame[]): Buffer {
  return Buffer.concat(frames.flatMap((each) => serverFrame(each)));
}

describe('FrameSequence', () => {
  const [a, b, c] = [frame('a'), frame('b1', 'b2'), frame('c')];

  it('is nothing at first', () => {
    expect(new FrameSequence().byteLength).toBe(0);
    expect(new FrameSequence().buffers()).toEqual([]);
  });

  it('is one buffer of frame behind frame, in the order in which they were sent', () => {
    const sequence = sent(new FrameSequence(), a, b, a, c);
    expect(sequence.buffers()).toEqual([octetsOf(a, b, a, c)]);
    expect(sequence.byteLength).toBe(octetsOf(a, b, a, c).length);
  });

  it('is the same one, with the same buffer, for sockets that were sent the same', () => {
    const beginning = new FrameSequence();
    let [first, second] = [beginning, beginning];
    for (const each of [a, b, c]) {
      first = first.followedBy(each);
      second = second.followedBy(each);
    }
    expect(second).toBe(first);
    expect(second.buffers()).toBe(first.buffers());
  });

  it('is another one for a socket that was sent something else, or in another order', () => {
    const beginning = new FrameSequence();
    const sequences = [
      [a, b, c],
      [a, c, b],
      [b, c],
      [a, b],
      [a, b, c, c],
      [a, b, c],
    ].map((frames) => ({ frames, sequence: sent(beginning, ...frames) }));
    for (const { frames, sequence } of sequences) {
      expect(Buffer.concat(sequence.buffers())).toEqual(octetsOf(...frames));
    }
  });

  it('of one frame is that frame, also where another socket was sent something else before', () => {
    expect(sent(new FrameSequence(), a).buffers()).toBe(a.wireForm(() => []));
  });

  it('is not copied for one socket beyond 16 KiB', () => {
    const [small, large] = [frame('head', 8_000), frame('head', 9_000)];
    expect(sent(new FrameSequence(), small, small).buffers()).toHaveLength(1);
    const buffers = sent(new FrameSequence(), small, large).buffers();
    expect(buffers).toHaveLength(4);
    expect(buffers[3]).toBe(large.parts[1]);
    expect(Buffer.concat(buffers)).toEqual(octetsOf(small, large));
  });

  it('is copied for several sockets together up to 256 KiB', () => {
    const large = frame('head', 100_000);
    const beginning = new FrameSequence();
    const two = [sent(beginning, large, large), sent(beginning, large, large)];
    expect(two[1].buffers()).toBe(two[0].buffers());
    expect(two[0].buffers()).toEqual([octetsOf(large, large)]);
    const three = two.map((sequence) => sequence.followedBy(large));
    expect(three[0].buffers()).toHaveLength(6);
    expect(Buffer.concat(three[1].buffers())).toEqual(octetsOf(large, large, large));
  });

  it('may be very long', () => {
    const many = Array.from({ length: 100_000 }, () => a);
    expect(sent(new FrameSequence(), ...many).byteLength).toBe(300_000);
    expect(Buffer.concat(sent(new FrameSequence(), ...many).buffers())).toHaveLength(300_000);
  });
});
