import type { Message } from './message.js';

/**
 * What a parameter asks for: the constructor that TypeScript emits for it (`String`, `Number`, `Boolean`,
 * `Array`, `Buffer`, `Uint8Array`, a class), or `Object`/`undefined` when it does not say (an interface, a
 * union, `unknown`).
 *
 * @publicApi
 */
// oxlint-disable-next-line typescript/ban-types -- this is what `design:paramtypes` holds
export type PayloadType = Function | undefined;

/**
 * Bytes with the media type that describes them.
 *
 * @publicApi
 */
export interface ConvertedPayload {
  readonly payload: Uint8Array;
  readonly contentType: string;
}

/**
 * Turns bodies into values and values into bodies. Converters are asked in order; the first that does not answer
 * `undefined` decides.
 *
 * @publicApi
 */
export interface MessageConverter {
  /**
   * @returns the value, or `undefined` when this converter is not made for the message's `contentType` and the
   * target type
   * @throws MessageConversionError when it is, but the body does not fit
   */
  fromMessage(message: Message<Uint8Array>, target: PayloadType): unknown;
  /**
   * @param contentType what the sender asked for, if it did
   * @returns the body, or `undefined` when this converter is not made for the value or the type
   * @throws MessageConversionError when it is, but the value cannot be written
   */
  toMessage(payload: unknown, contentType: string | undefined): ConvertedPayload | undefined;
}

/** Whether a parameter type says nothing about the value. */
export function isUnspecified(target: PayloadType): boolean {
  return target === undefined || target === Object;
}

/** Whether a parameter wants the body as it is. */
export function isBytes(target: PayloadType): boolean {
  return typeof target === 'function' && (target === Uint8Array || target.prototype instanceof Uint8Array);
}
