import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FrameQueue } from '../../src/ipc/frame-queue.js';
import { FrameLengthError, FrameReader } from '../../src/ipc/frame-reader.js';
import {
  addressesIn,
  addressIn,
  encodeAddresses,
  encodePublish,
  FrameKind,
  frameLimit,
  kindOf,
  messageIn,
} from '../../src/ipc/wire.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_129, 300);
const LIMIT = frameLimit(0);

const frame = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((content) => Buffer.concat([Buffer.from([0, 0, 0, content.length]), content]));

const address = fc.stringMatching(/^[\w=-]{1,5}(\.[\w=-]{1,5}){0,3}$/);

/** The octets in pieces, cut at the places that are named. */
function cut(octets: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (octets.length + 1))), octets.length].sort(
    (a, b) => a - b,
  );
  return ends.map((end, index) => octets.subarray(ends[index - 1] ?? 0, end));
}

function framesIn(chunks: readonly Buffer[]): Buffer[] {
  const reader = new FrameReader(LIMIT);
  const frames: Buffer[] = [];
  for (const chunk of chunks) reader.read(chunk, (found) => frames.push(found));
  return frames;
}

describe('the frames between nodes and hub', () => {
  it('are found however the octets are cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (frames, places) => {
          expect(framesIn(cut(Buffer.concat(frames), places)).map(String)).toEqual(frames.map(String));
        },
      ),
      RUNS,
    );
  });

  it('are found when every octet comes alone', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), (frames) => {
        const octets = Buffer.concat(frames);
        expect(Buffer.concat(framesIn(cut(octets, [...octets.keys()])))).toEqual(octets);
      }),
      RUNS,
    );
  });

  it('are read to the end or refused, whatever the octets are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat()), (octets, places) => {
        let whole = 0;
        const reader = new FrameReader(LIMIT);
        try {
          for (const chunk of cut(Buffer.from(octets), places)) {
            reader.read(chunk, (found) => {
              whole += found.length;
              kindOf(found);
              addressIn(found);
            });
          }
        } catch (error) {
          expect(error).toBeInstanceOf(FrameLengthError);
        }
        expect(whole).toBeLessThanOrEqual(octets.length);
      }),
      RUNS,
    );
  });

  it('carry any address and any octets, in one buffer or in two', () => {
    fc.assert(
      fc.property(address, fc.uint8Array(), fc.boolean(), (at, bytes, headOnly) => {
        const whole = Buffer.concat([encodePublish(at, bytes, headOnly), ...(headOnly ? [bytes] : [])]);
        const [found] = framesIn([whole]) as [Buffer];
        expect([kindOf(found), addressIn(found)]).toEqual([FrameKind.publish, at]);
        expect(new Uint8Array(messageIn(found))).toEqual(bytes);
      }),
      RUNS,
    );
  });

  it('carry a list of addresses of any length, in frames of which none is long', () => {
    fc.assert(
      fc.property(fc.array(address, { maxLength: 20 }), fc.integer({ min: 1, max: 2000 }), (some, times) => {
        const all = Array.from({ length: times }, () => some).flat();
        const frames = [...encodeAddresses(FrameKind.subscribe, all)];
        for (const { length } of frames) expect(length).toBeLessThanOrEqual(LIMIT);
        expect(frames.flatMap(addressesIn)).toEqual(all);
      }),
      { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 10) },
    );
  });

  it('refuse a length beyond the limit before there is memory for it', () => {
    const reader = new FrameReader(LIMIT);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(LIMIT - 3);
    expect(() => reader.read(length, () => undefined)).toThrow(FrameLengthError);
  });
});

describe('the queue of frames', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant('add' as const) },
    { weight: 1, arbitrary: fc.constantFrom('skip' as const, 'shift' as const, 'detach' as const) },
  );

  it('gives what was added, in order, wherever it lay in memory', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const chunk = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
        const queue = new FrameQueue();
        let offset = 0;
        let added = Buffer.alloc(0);
        let given = Buffer.alloc(0);
        const give = (): void => {
          given = Buffer.concat([given, queue.shift()]);
        };
        for (const step of steps) {
          if (step === 'shift') give();
          else if (step === 'detach') queue.detach();
          else {
            const part = chunk.subarray(offset, (offset += 3));
            if (step === 'skip') continue;
            queue.add(part);
            added = Buffer.concat([added, part]);
          }
          expect(queue.bytes).toBe(added.length - given.length);
        }
        while (queue.bytes > 0) give();
        expect(given).toEqual(added);
      }),
      RUNS,
    );
  });

  it('stays in order when very much waits', () => {
    const queue = new FrameQueue();
    const given: number[] = [];
    for (let number = 0; number < 10_000; number++) {
      const frame = Buffer.allocUnsafeSlow(4);
      frame.writeUInt32BE(number);
      queue.add(frame);
      if (number % 3 === 0) given.push(queue.shift().readUInt32BE());
    }
    while (queue.bytes > 0) given.push(queue.shift().readUInt32BE());
    expect(given).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
  });

  it('does not keep a chunk alive for a few octets of it once it has to wait', () => {
    const queue = new FrameQueue();
    const chunk = Buffer.allocUnsafeSlow(64 * 1024);
    queue.add(chunk.subarray(100, 200));
    queue.detach();
    expect(queue.shift().buffer).not.toBe(chunk.buffer);
  });

  it('keeps little more than what waits, however scattered it has come', () => {
    const queue = new FrameQueue();
    for (let times = 0; times < 50; times++) {
      const chunk = Buffer.allocUnsafeSlow(64 * 1024);
      for (let offset = 0; offset < chunk.length; offset += 8192)
        queue.add(chunk.subarray(offset, offset + 100));
      queue.detach();
    }
    const kept = new Set<ArrayBufferLike>();
    const { bytes } = queue;
    while (queue.bytes > 0) kept.add(queue.shift().buffer);
    const keptBytes = [...kept].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(bytes).toBe(50 * 8 * 100);
    expect(keptBytes).toBeLessThan(bytes + 2 * 16 * 1024);
  });

  it('does not copy what fills its memory', () => {
    const queue = new FrameQueue();
    const frames = [Buffer.allocUnsafeSlow(1000), Buffer.allocUnsafeSlow(1000)] as const;
    for (const frame of frames) queue.add(frame);
    queue.detach();
    expect([queue.shift().buffer, queue.shift().buffer]).toEqual(frames.map(({ buffer }) => buffer));
  });

  it('is empty when it was cleared', () => {
    const queue = new FrameQueue();
    queue.add(Buffer.from('abc'));
    queue.clear();
    queue.add(Buffer.from('def'));
    expect(queue.shift().toString()).toBe('def');
    expect(queue.bytes).toBe(0);
    expect(queue.shift()).toHaveLength(0);
  });
});
