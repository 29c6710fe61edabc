import { describe, expect, it } from '@jest/globals';
import { defaultMessageConverter } from '../../../src/messaging/composite-message-converter.js';
import type { PayloadType } from '../../../src/messaging/message-converter.js';
import type { Message } from '../../../src/messaging/message.js';
import { NO_NATIVE_HEADERS } from '../../../src/messaging/native-headers.js';

class Quote {
  a = 0;
}

const converter = defaultMessageConverter();

function read(body: string | Uint8Array, contentType: string | undefined, target: PayloadType): unknown {
  const message: Message<Uint8Array> = {
    payload: typeof body === 'string' ? Buffer.from(body) : body,
    headers: { simpMessageType: 'MESSAGE', contentType, nativeHeaders: NO_NATIVE_HEADERS },
  };
  return converter.fromMessage(message, target);
}

describe('a body without content-type', () => {
  it.each<[string, PayloadType, unknown]>([
    ['text', String, 'text'],
    ['"quoted"', String, '"quoted"'],
    ['', String, ''],
    ['5', Number, 5],
    ['true', Boolean, true],
    ['[1]', Array, [1]],
    ['{"a":1}', Quote, { a: 1 }],
    ['{"a":1}', Object, { a: 1 }],
    ['"x"', undefined, 'x'],
    ['null', undefined, null],
  ])(
    '%j is read as text where a string is asked for, else as JSON [CNV-2] [CNV-4]',
    (body, target, value) => {
      expect(read(body, undefined, target)).toEqual(value);
    },
  );

  it('that is no JSON is refused where no string is asked for', () => {
    expect(() => read('hello', undefined, Quote)).toThrow('The body is not JSON');
  });
});

describe('a text/plain body', () => {
  it.each<[string, PayloadType]>([
    ['text/plain', String],
    ['text/plain;charset=UTF-8', String],
    ['TEXT/PLAIN', String],
    ['text/plain', Object],
    ['text/plain', undefined],
  ])('is text as %s [CNV-4]', (contentType, target) => {
    expect(read('{"a":1}', contentType, target)).toBe('{"a":1}');
  });

  it('is decoded with its charset [CNV-4]', () => {
    expect(read(Buffer.from([0xe9]), 'text/plain;charset=ISO-8859-1', String)).toBe('é');
    expect(read(Buffer.from('é', 'utf16le'), 'text/plain;charset=utf-16le', String)).toBe('é');
  });

  it('keeps a byte order mark: it is the sender’s text', () => {
    expect(read(Buffer.from([0xef, 0xbb, 0xbf, 0x61]), 'text/plain', String)).toBe('\ufeffa');
  });

  it('that is not in its charset is refused', () => {
    expect(() => read(Buffer.from([0xe9]), 'text/plain', String)).toThrow('The body is not text in utf-8');
    expect(() => read(Buffer.from([0xe9]), undefined, String)).toThrow('The body is not text in utf-8');
  });

  it('in a charset that nobody knows is refused, quoting a bounded part of it', () => {
    expect(() => read('a', `text/plain;charset=${'x'.repeat(500)}`, String)).toThrow(
      expect.objectContaining({ message: `The body is not text in ${'x'.repeat(40)}` }),
    );
  });

  it.each<[string, PayloadType]>([
    ['Quote', Quote],
    ['Number', Number],
    ['Array', Array],
  ])('is not read into %s [CNV-3]', (name, target) => {
    expect(() => read('{"a":1}', 'text/plain', target)).toThrow(`No converter reads text/plain into ${name}`);
  });
});

describe('a JSON body', () => {
  it.each(['application/json', 'application/json;charset=utf-8', 'application/x+json', 'APPLICATION/JSON'])(
    'is JSON as %s, whatever more it holds [CNV-3] [CNV-6]',
    (contentType) => {
      expect(read('{"a":1,"unknown":2}', contentType, Quote)).toEqual({ a: 1, unknown: 2 });
    },
  );

  it.each<[string, PayloadType, string]>([
    ['hi', String, 'The body is not JSON'],
    ['{"a":1}', String, 'The JSON body is not a string'],
    ['"5"', Number, 'The JSON body is not a number'],
    ['0', Boolean, 'The JSON body is not a boolean'],
    ['{}', Array, 'The JSON body is not an array'],
    ['[]', Quote, 'The JSON body is not an object'],
    ['5', Quote, 'The JSON body is not an object'],
    ['', Quote, 'The body is not JSON'],
  ])('%j is not read as what it is not [CNV-5]', (body, target, text) => {
    expect(() => read(body, 'application/json', target)).toThrow(
      expect.objectContaining({ code: 'STOMP_ERR_CONVERSION', message: text }),
    );
  });

  it('is a string only if it is quoted [CNV-5]', () => {
    expect(read('"hi"', 'application/json', String)).toBe('hi');
  });

  it('null is read for a class', () => {
    expect(read('null', 'application/json', Quote)).toBeNull();
  });

  it('that is not UTF-8 is refused', () => {
    expect(() => read(Buffer.from([0x22, 0xe9, 0x22]), 'application/json', String)).toThrow(
      'The body is not JSON',
    );
  });

  it('that cannot be parsed is not quoted to the client, and not lost for the log', () => {
    let thrown: unknown;
    try {
      read('{"password":"hunter2"', 'application/json', Quote);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ message: 'The body is not JSON', cause: expect.any(SyntaxError) });
  });

  it('does not reach the prototype of anything', () => {
    const value = read('{"__proto__":{"admin":true}}', 'application/json', Object) as { admin?: boolean };
    expect(value.admin).toBeUndefined();
  });
});

describe('bytes', () => {
  const BODY = Buffer.from([0xff, 0x00]);

  it.each<[string | undefined, PayloadType]>([
    [undefined, Buffer],
    [undefined, Uint8Array],
    ['application/octet-stream', Buffer],
    ['application/json', Buffer],
    ['image/png', Uint8Array],
    ['application/octet-stream', undefined],
    ['application/octet-stream', Object],
  ])('of type %s are the body as it came', (contentType, target) => {
    expect(read(BODY, contentType, target)).toBe(BODY);
  });

  it('are not read into anything else', () => {
    expect(() => read(BODY, 'application/octet-stream', String)).toThrow(
      'No converter reads application/octet-stream into String',
    );
  });
});

describe('another body', () => {
  it.each(['text/html', 'application/xml', 'not a type'])(
    'of type %s is not read as a string [CNV-5]',
    (type) => {
      expect(() => read('a', type, String)).toThrow(`No converter reads ${type} into String`);
    },
  );

  it('is refused with a bounded part of its content-type', () => {
    expect(() => read('a', `image/${'x'.repeat(500)}`, undefined)).toThrow(
      expect.objectContaining({ message: `No converter reads image/${'x'.repeat(54)} into a value` }),
    );
  });
});

describe('a JSON body', () => {
  it.each<[string, Uint8Array]>([
    ['in plain octets', new TextEncoder().encode('{"a":"ä"}')],
    ['in a Buffer', Buffer.from('{"a":"ä"}')],
    ['behind a byte order mark', Buffer.from('\uFEFF{"a":"ä"}')],
  ])('%s is read', (_where, body) => {
    expect(read(body, 'application/json', Object)).toEqual({ a: 'ä' });
  });

  it('that is not UTF-8 is refused', () => {
    expect(() => read(Buffer.from([0x22, 0xff, 0x22]), 'application/json', Object)).toThrow('is not JSON');
  });
});
