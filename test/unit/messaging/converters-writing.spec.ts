import { describe, expect, it } from '@jest/globals';
import {
  CompositeMessageConverter,
  defaultMessageConverter,
} from '../../../src/messaging/composite-message-converter.js';
import type { MessageConverter } from '../../../src/messaging/message-converter.js';
import { NO_NATIVE_HEADERS } from '../../../src/messaging/native-headers.js';

const converter = defaultMessageConverter();

function write(payload: unknown, contentType?: string): string {
  const written = converter.toMessage(payload, contentType);
  return `${written.contentType} ${Buffer.from(written.payload).toString('utf8')}`;
}

/** Reads everything as, and writes everything into, one word. */
const shouting: MessageConverter = {
  fromMessage: () => 'LOUD',
  toMessage: (_, contentType = 'text/loud') => ({ payload: Buffer.from('LOUD'), contentType }),
};

const silent: MessageConverter = { fromMessage: () => undefined, toMessage: () => undefined };

describe('a value that is sent', () => {
  it.each<[unknown, string]>([
    ['Grüße', 'text/plain;charset=UTF-8 Grüße'],
    ['', 'text/plain;charset=UTF-8 '],
    ['{"a":1}', 'text/plain;charset=UTF-8 {"a":1}'],
    [{ a: 'ü' }, 'application/json {"a":"ü"}'],
    [[1, 2], 'application/json [1,2]'],
    [6, 'application/json 6'],
    [true, 'application/json true'],
    [null, 'application/json null'],
    [Buffer.from('b'), 'application/octet-stream b'],
    [new Uint8Array([0x62]), 'application/octet-stream b'],
  ])('%p is written as "%s" [CNV-7] [CNV-8] [CNV-9] [CNV-10]', (payload, expected) => {
    expect(write(payload)).toBe(expected);
  });

  it('may be bytes as they are, not a copy', () => {
    const bytes = Buffer.from('b');
    expect(converter.toMessage(bytes).payload).toBe(bytes);
  });

  it.each<[unknown, string, string]>([
    ['hi', 'application/json', 'application/json "hi"'],
    ['hi', 'application/problem+json', 'application/problem+json "hi"'],
    ['<b>', 'text/html', 'text/html <b>'],
    ['hi', 'text/plain;charset=UTF-8', 'text/plain;charset=UTF-8 hi'],
    ['hi', 'text/plain;charset="utf8"', 'text/plain;charset="utf8" hi'],
    ['hi', 'not a type', 'not a type hi'],
    [{ a: 1 }, 'application/problem+json', 'application/problem+json {"a":1}'],
    [Buffer.from('b'), 'image/png', 'image/png b'],
    [Buffer.from('{}'), 'application/json', 'application/json {}'],
  ])('%p as %s is written as "%s" [CNV-11]', (payload, contentType, expected) => {
    expect(write(payload, contentType)).toBe(expected);
  });

  it('is not written in a charset that would be a lie', () => {
    expect(() => write('é', 'text/plain;charset=ISO-8859-1')).toThrow(
      'Text is written in UTF-8, not iso-8859-1. Send bytes instead.',
    );
  });

  it('is refused when nobody writes it as that', () => {
    expect(() => write({ a: 1 }, 'text/html')).toThrow(
      'No converter writes a value of type object as text/html',
    );
    expect(() => write({ a: 1 }, 'nonsense')).toThrow(
      'No converter writes a value of type object as nonsense',
    );
  });

  it.each([
    ['undefined', undefined],
    ['function', () => 1],
    ['symbol', Symbol('s')],
  ])('is refused when JSON has no word for it: %s', (type, payload) => {
    expect(() => write(payload)).toThrow(`No converter writes a value of type ${type}`);
  });

  it('is refused when it cannot be written as JSON, and says why to the log', () => {
    const ring: { self?: unknown } = {};
    ring.self = ring;
    let thrown: unknown;
    try {
      write(ring);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      code: 'STOMP_ERR_CONVERSION',
      message: 'The value cannot be written as JSON',
      cause: expect.any(TypeError),
    });
    expect(() => write(10n)).toThrow('The value cannot be written as JSON');
  });
});

describe('converters of the application', () => {
  const message = {
    payload: Buffer.from('x'),
    headers: { simpMessageType: 'MESSAGE', nativeHeaders: NO_NATIVE_HEADERS },
  } as const;

  it('are asked before the default ones [CNV-1]', () => {
    const custom = defaultMessageConverter([shouting]);
    expect(custom.fromMessage(message, String)).toBe('LOUD');
    expect(custom.toMessage('x').contentType).toBe('text/loud');
  });

  it('leave to the default ones what they do not answer [CNV-1]', () => {
    const custom = defaultMessageConverter([silent]);
    expect(custom.fromMessage(message, String)).toBe('x');
    expect(custom.toMessage('x').contentType).toBe('text/plain;charset=UTF-8');
  });

  it('may be the only ones', () => {
    const custom = new CompositeMessageConverter([silent]);
    expect(() => custom.fromMessage(message, String)).toThrow(
      'No converter reads no content-type into String',
    );
    expect(() => custom.toMessage('x')).toThrow('No converter writes a value of type string');
  });
});
