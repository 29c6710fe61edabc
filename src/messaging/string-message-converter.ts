import { parseMediaType, isJson } from './media-type.js';
import {
  isUnspecified,
  type ConvertedPayload,
  type MessageConverter,
  type PayloadType,
} from './message-converter.js';
import { MessageConversionError } from './messaging-error.js';
import type { Message } from './message.js';

/**
 * Text. Reads `text/plain` in its charset, and a body without `content-type` when a string is asked for; writes
 * strings as `text/plain;charset=UTF-8`.
 */
export class StringMessageConverter implements MessageConverter {
  fromMessage(message: Message<Uint8Array>, target: PayloadType): unknown {
    const { contentType } = message.headers;
    if (contentType === undefined) return target === String ? decode(message.payload, undefined) : undefined;
    const type = parseMediaType(contentType);
    if (type?.essence !== 'text/plain' || (target !== String && !isUnspecified(target))) return undefined;
    return decode(message.payload, type.charset);
  }

  toMessage(payload: unknown, contentType: string | undefined): ConvertedPayload | undefined {
    if (typeof payload !== 'string') return undefined;
    if (contentType === undefined) {
      return { payload: Buffer.from(payload), contentType: 'text/plain;charset=UTF-8' };
    }
    const type = parseMediaType(contentType);
    if (type !== undefined && isJson(type.essence)) return undefined;
    // Bytes are written in UTF-8; a type that promises another charset would lie about them.
    if (type?.charset !== undefined && type.charset !== 'utf-8' && type.charset !== 'utf8') {
      throw new MessageConversionError(`Text is written in UTF-8, not ${type.charset}. Send bytes instead.`);
    }
    return { payload: Buffer.from(payload), contentType };
  }
}

function decode(bytes: Uint8Array, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new MessageConversionError(`The body is not text in ${charset.slice(0, 40)}`, { cause: error });
  }
}
