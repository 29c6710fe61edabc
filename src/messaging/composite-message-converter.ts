import { ByteArrayMessageConverter } from './byte-array-message-converter.js';
import { JsonMessageConverter } from './json-message-converter.js';
import type { ConvertedPayload, MessageConverter, PayloadType } from './message-converter.js';
import type { Message } from './message.js';
import { MessageConversionError } from './messaging-error.js';
import { StringMessageConverter } from './string-message-converter.js';

/** Asks its converters in order; the first that answers decides. */
export class CompositeMessageConverter {
  constructor(private readonly converters: readonly MessageConverter[]) {}

  /** @throws MessageConversionError when no converter takes the body, or the one that does cannot read it */
  fromMessage(message: Message<Uint8Array>, target: PayloadType): unknown {
    for (const converter of this.converters) {
      const value = converter.fromMessage(message, target);
      if (value !== undefined) return value;
    }
    const { contentType = 'no content-type' } = message.headers;
    throw new MessageConversionError(
      `No converter reads ${contentType.slice(0, 60)} into ${target?.name ?? 'a value'}`,
    );
  }

  /** @throws MessageConversionError when no converter takes the value, or the one that does cannot write it */
  toMessage(payload: unknown, contentType?: string): ConvertedPayload {
    for (const converter of this.converters) {
      const converted = converter.toMessage(payload, contentType);
      if (converted !== undefined) return converted;
    }
    throw new MessageConversionError(
      `No converter writes a value of type ${typeof payload}${contentType === undefined ? '' : ` as ${contentType}`}`,
    );
  }
}

/**
 * Text, bytes, JSON: Spring's order.
 *
 * @param custom converters to ask before them
 */
export function defaultMessageConverter(custom: readonly MessageConverter[] = []): CompositeMessageConverter {
  return new CompositeMessageConverter([
    ...custom,
    new StringMessageConverter(),
    new ByteArrayMessageConverter(),
    new JsonMessageConverter(),
  ]);
}
