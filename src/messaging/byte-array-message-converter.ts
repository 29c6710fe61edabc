import { isOctetStream, parseMediaType } from './media-type.js';
import {
  isBytes,
  isUnspecified,
  type ConvertedPayload,
  type MessageConverter,
  type PayloadType,
} from './message-converter.js';
import type { Message } from './message.js';

/**
 * Bytes. A `Buffer` or `Uint8Array` parameter gets the body as it came, whatever its `content-type`; bytes are
 * written as they are, as `application/octet-stream` unless the sender says otherwise. They are not copied: who writes into
 * them again has to send a copy.
 */
export class ByteArrayMessageConverter implements MessageConverter {
  fromMessage(message: Message<Uint8Array>, target: PayloadType): unknown {
    if (isBytes(target)) return message.payload;
    const { contentType } = message.headers;
    if (contentType === undefined || !isUnspecified(target)) return undefined;
    const type = parseMediaType(contentType);
    return type !== undefined && isOctetStream(type.essence) ? message.payload : undefined;
  }

  toMessage(payload: unknown, contentType = 'application/octet-stream'): ConvertedPayload | undefined {
    return payload instanceof Uint8Array ? { payload, contentType } : undefined;
  }
}
