import { describe, expect, it } from '@jest/globals';
import { encodeFrame } from '../../../src/protocol/stomp-encoder.js';
import { FRAMES } from '../../fixtures/frames.js';
import { cuts, decode, readFrame } from './decoding.js';

describe.each(FRAMES.flatMap((row) => row.versions.map((version) => ({ ...row, version }))))(
  '$name on $version',
  ({ bytes, frame, version }) => {
    it('is read from its octets', () => {
      expect(decode([bytes], version)).toEqual({
        frames: [readFrame(frame)],
        bufferedBytes: 0,
        hasPartialFrame: false,
      });
    });

    it('is written as its octets', () => {
      expect(encodeFrame(frame, version).toString('latin1')).toBe(bytes.toString('latin1'));
    });

    it('comes back from its own octets', () => {
      expect(decode([encodeFrame(frame, version)], version).frames).toEqual([readFrame(frame)]);
    });

    it('is read alike wherever its octets are cut [A13]', () => {
      const twice = Buffer.concat([bytes, Buffer.from('\n'), bytes]);
      const whole = decode([twice], version);
      for (const chunks of cuts(twice)) expect(decode(chunks, version)).toEqual(whole);
    });
  },
);
