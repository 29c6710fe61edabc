import { isUtf8 } from 'node:buffer';
import { HEART_BEAT } from '../protocol/stomp-encoder.js';

/** Whose a MESSAGE is: what tells one that may wait or be left out from another. */
export interface Delivery {
  readonly destination: string;
  readonly subscriptionId: string;
}

/**
 * A frame ready to leave, in up to three pieces that are shared by everyone who receives it. A transport keeps
 * its own wire form of it here, made once for the first receiver.
 */
export class EncodedFrame {
  #wireForm: unknown;
  /** Kept, because it is asked for once a receiver. */
  readonly #byteLength: number;

  /**
   * @param parts the frame's octets; written to the transport as one message
   * @param binary whether they must not travel as text: a text message has to be UTF-8
   * @param delivery of a MESSAGE only
   * @param isLast whether nothing follows but the end of the connection
   */
  constructor(
    readonly parts: readonly Buffer[],
    readonly binary: boolean,
    readonly delivery?: Delivery,
    readonly isLast = false,
  ) {
    let length = 0;
    for (const part of parts) length += part.length;
    this.#byteLength = length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  wireForm<T>(make: (frame: EncodedFrame) => T): T {
    return (this.#wireForm ??= make(this)) as T;
  }
}

/** The line end of a heart-beat, shared by all sessions. */
export const HEART_BEAT_FRAME = new EncodedFrame([HEART_BEAT], false);

/**
 * Whether a body has to travel as a binary message: when it is called bytes, as in Spring, or when it is not
 * UTF-8, which a text message may not hold (RFC 6455, section 5.6).
 */
export function isBinaryBody(body: Buffer, isOctetStream: boolean): boolean {
  return body.length > 0 && (isOctetStream || !isUtf8(body));
}
