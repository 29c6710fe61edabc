import { describe, expect, it } from '@jest/globals';
import { EncodedFrame, isBinaryBody } from '../../../src/session/encoded-frame.js';

describe('EncodedFrame', () => {
  it('is as long as its parts together', () => {
    expect(new EncodedFrame([], false).byteLength).toBe(0);
    expect(new EncodedFrame([Buffer.from('ab'), Buffer.from('ü')], false).byteLength).toBe(4);
  });

  it('makes its wire form for the first receiver and keeps it for all others', () => {
    const frame = new EncodedFrame([Buffer.from('a')], false);
    let made = 0;
    const make = (of: EncodedFrame): { readonly frame: EncodedFrame; readonly made: number } => ({
      frame: of,
      made: ++made,
    });
    const first = frame.wireForm(make);
    expect(first).toEqual({ frame, made: 1 });
    expect(frame.wireForm(make)).toBe(first);
    expect(made).toBe(1);
  });
});

describe('isBinaryBody', () => {
  it.each([
    ['an empty body', '', false, false],
    ['an empty body that is called bytes', '', true, false],
    ['text', 'Grüße', false, false],
    ['text that is called bytes', 'abc', true, true],
  ])('answers for %s', (_, body, isOctetStream, expected) => {
    expect(isBinaryBody(Buffer.from(body), isOctetStream)).toBe(expected);
  });

  it('sends what is not UTF-8 as binary, because a text message may not hold it', () => {
    expect(isBinaryBody(Buffer.from([0xe9]), false)).toBe(true);
  });
});
