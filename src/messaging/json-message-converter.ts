import { isUtf8 } from 'node:buffer';
import { isJson, parseMediaType } from './media-type.js';
import { type ConvertedPayload, type MessageConverter, type PayloadType } from './message-converter.js';
import type { Message } from './message.js';
import { MessageConversionError } from './messaging-error.js';

/**
 * JSON in UTF-8. Reads `application/json`, `application/…+json`, and bodies without `content-type`; writes
 * everything that is neither text nor bytes. What was read must be of the kind the parameter names: a string
 * for `string`, a number for `number`, an array for an array, an object for a class.
 */
export class JsonMessageConverter implements MessageConverter {
  fromMessage(message: Message<Uint8Array>, target: PayloadType): unknown {
    const { contentType } = message.headers;
    if (contentType !== undefined) {
      const type = parseMediaType(contentType);
      if (type === undefined || !isJson(type.essence)) return undefined;
    }
    const value = parse(message.payload);
    if (!fits(value, target)) {
      throw new MessageConversionError(`The JSON body is not ${describe(target)}`);
    }
    return value;
  }

  toMessage(payload: unknown, contentType = 'application/json'): ConvertedPayload | undefined {
    const type = parseMediaType(contentType);
    if (type === undefined || !isJson(type.essence)) return undefined;
    let json: string | undefined;
    try {
      json = JSON.stringify(payload);
    } catch (error) {
      throw new MessageConversionError('The value cannot be written as JSON', { cause: error });
    }
    return json === undefined ? undefined : { payload: Buffer.from(json), contentType };
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });
const FIRST_OF_BYTE_ORDER_MARK = 0xef;

/** Octets to text; the decoder is for what the faster way is not: a byte order mark, and what is not UTF-8. */
function textOf(body: Uint8Array): string {
  if (!Buffer.isBuffer(body) || body[0] === FIRST_OF_BYTE_ORDER_MARK || !isUtf8(body))
    return UTF_8.decode(body);
  return body.toString('utf8');
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(body)) as unknown;
  } catch (error) {
    // The parser's own text quotes the body; the client learns only what kind of mistake it made.
    throw new MessageConversionError('The body is not JSON', { cause: error });
  }
}

function fits(value: unknown, target: PayloadType): boolean {
  switch (target) {
    case undefined:
    case Object:
      return true;
    case String:
      return typeof value === 'string';
    case Number:
      return typeof value === 'number';
    case Boolean:
      return typeof value === 'boolean';
    case Array:
      return Array.isArray(value);
    default:
      return typeof value === 'object' && !Array.isArray(value);
  }
}

function describe(target: PayloadType): string {
  switch (target) {
    case String:
    case Number:
    case Boolean:
      return `a ${target.name.toLowerCase()}`;
    case Array:
      return 'an array';
    default:
      return 'an object';
  }
}
