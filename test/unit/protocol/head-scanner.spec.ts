import { describe, expect, it } from '@jest/globals';
import { HeadScanner } from '../../../src/protocol/head-scanner.js';
import { DEFAULT_DECODER_LIMITS } from '../../../src/protocol/stomp-decoder-limits.js';

const HEAD = Buffer.from(
  `SEND\n${Array.from({ length: 90 }, (_, i) => `x-${i}:${'v'.repeat(100)}\n`).join('')}\n`,
);

describe('HeadScanner', () => {
  it('finds the position behind the blank line', () => {
    expect(new HeadScanner().scan(Buffer.from('..SEND\na:b\n\nbody'), 2, DEFAULT_DECODER_LIMITS)).toBe(12);
  });

  it('tells whether it came upon CR or anything but ASCII', () => {
    const traitsOf = (text: string) => {
      const scanner = new HeadScanner();
      scanner.scan(Buffer.from(text), 0, DEFAULT_DECODER_LIMITS);
      return { isAscii: scanner.isAscii, hasCr: scanner.hasCr };
    };
    expect(traitsOf('SEND\na:b\u007F\n\n')).toEqual({ isAscii: true, hasCr: false });
    expect(traitsOf('SEND\na:é\n\n')).toEqual({ isAscii: false, hasCr: false });
    expect(traitsOf('SEND\na:b\r\n\n')).toEqual({ isAscii: true, hasCr: true });
    expect(traitsOf('SEND\r\né:b\n\n')).toEqual({ isAscii: false, hasCr: true });
  });

  it('forgets the last head', () => {
    const scanner = new HeadScanner();
    scanner.scan(Buffer.from('SEND\r\na:é\n\n'), 0, DEFAULT_DECODER_LIMITS);
    scanner.reset();
    expect(scanner.scan(Buffer.from('SEND\n\n'), 0, DEFAULT_DECODER_LIMITS)).toBe(6);
    expect({ isAscii: scanner.isAscii, hasCr: scanner.hasCr, lineBytes: scanner.lineBytes }).toEqual({
      isAscii: true,
      hasCr: false,
      lineBytes: 5,
    });
  });

  it('goes on where it stopped, also when the octets have moved', () => {
    const scanner = new HeadScanner();
    expect(scanner.scan(Buffer.from('....SEND\na:'), 4, DEFAULT_DECODER_LIMITS)).toBeUndefined();
    expect(scanner.lineBytes).toBe(5);
    expect(scanner.scan(Buffer.from('SEND\na:b\n'), 0, DEFAULT_DECODER_LIMITS)).toBeUndefined();
    expect(scanner.lineBytes).toBe(9);
    expect(scanner.scan(Buffer.from('.SEND\na:b\n\n'), 1, DEFAULT_DECODER_LIMITS)).toBe(11);
  });

  it.each([1, 3, 50, HEAD.length])(
    'looks at each octet about once when %i at a time arrive [D23]',
    (size) => {
      const scanner = new HeadScanner();
      let looks = 0;
      let end: unknown;
      for (let arrived = size; end === undefined; arrived += size) {
        const octets = new Proxy(HEAD.subarray(0, arrived), {
          get(target, key) {
            if (typeof key === 'string' && /^\d+$/.test(key)) looks++;
            const value: unknown = Reflect.get(target, key, target);
            return value;
          },
        });
        end = scanner.scan(octets, 0, DEFAULT_DECODER_LIMITS);
      }
      expect(end).toBe(HEAD.length);
      expect(looks).toBeGreaterThanOrEqual(HEAD.length);
      expect(looks).toBeLessThan(4 * HEAD.length);
    },
  );
});
