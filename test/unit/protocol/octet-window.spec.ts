import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { OctetWindow } from '../../../src/protocol/octet-window.js';

describe('OctetWindow', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('looks at a chunk in place', () => {
    const window = new OctetWindow();
    const chunk = Buffer.from('abc');
    window.push(chunk);
    expect(window.octets).toBe(chunk);
    expect(window.length).toBe(3);
  });

  it('looks at the next chunk in place when the last one is used up', () => {
    const window = new OctetWindow();
    window.push(Buffer.from('abc'));
    window.start = 3;
    const chunk = Buffer.from('de');
    window.push(chunk);
    expect(window.octets).toBe(chunk);
    expect(window.start).toBe(0);
  });

  it('looks at a chunk in place also after one that had to be joined', () => {
    const window = new OctetWindow();
    window.push(Buffer.from('abc'));
    window.keep();
    window.start = 3;
    window.push(Buffer.from('de'));
    window.start = 1;
    window.push(Buffer.from('fg'));
    expect(rest(window)).toBe('efg');
  });

  it('joins what is left with what comes', () => {
    const window = new OctetWindow();
    window.push(Buffer.from('abc'));
    window.start = 1;
    window.push(Buffer.from('de'));
    expect(rest(window)).toBe('bcde');
  });

  it('keeps what is left when its chunk is overwritten', () => {
    const window = new OctetWindow();
    const chunk = Buffer.from('abc');
    window.push(chunk);
    window.start = 1;
    window.keep();
    chunk.fill('#');
    expect(rest(window)).toBe('bc');
    window.keep();
    expect(rest(window)).toBe('bc');
  });

  it('lets go of a chunk that is used up', () => {
    const window = new OctetWindow();
    window.push(Buffer.from('abc'));
    window.start = 3;
    window.keep();
    expect(window.octets).toHaveLength(0);
    expect(window.start).toBe(0);
  });

  it('never moves octets within its own memory, as bodies are views on it', () => {
    const window = new OctetWindow();
    window.push(Buffer.from('first'));
    window.keep();
    const body = window.octets.subarray(0, 5);
    window.start = 5;
    for (let i = 0; i < 1000; i++) {
      window.push(Buffer.from('0123456789'));
      window.keep();
      window.start += 5;
    }
    expect(body.toString()).toBe('first');
  });

  it.each([1, 7, 1000])('allocates a small multiple of what arrives %i octets at a time [D23]', (size) => {
    const allocated: number[] = [];
    const allocUnsafe = Buffer.allocUnsafe;
    jest.spyOn(Buffer, 'allocUnsafe').mockImplementation((bytes) => {
      allocated.push(bytes);
      return allocUnsafe(bytes);
    });
    const window = new OctetWindow();
    const chunk = Buffer.alloc(size, 'x');
    const total = 100_000;
    for (let arrived = 0; arrived < total; arrived += size) {
      window.push(chunk);
      window.keep();
    }
    // Every allocation copies at most half of what it allocates, so this bounds the copying as well.
    expect(allocated.length).toBeGreaterThan(0);
    expect(allocated.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(4 * total + 1024);
  });
});

function rest(window: OctetWindow): string {
  return window.octets.toString('latin1', window.start);
}
