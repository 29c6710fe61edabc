import { isOctetStream, parseMediaType } from '../messaging/media-type.js';
import type { Message } from '../messaging/message.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import { StompHeaders } from '../protocol/stomp-headers.js';
import { encodeFrameInParts, PreparedFrame } from '../protocol/stomp-encoder.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import { EncodedFrame, isBinaryBody } from './encoded-frame.js';

/**
 * STOMP headers that only the server writes into a MESSAGE. A client's SEND that carries one of them does not
 * get it through (STOMP checklist A115).
 */
const SERVER_OWNED = new Set([
  'subscription',
  'message-id',
  'ack',
  'redelivered',
  'content-length',
  'receipt',
  'transaction',
  'simpOrigDestination',
]);

/**
 * Subscriptions of STOMP 1.0 clients may have no id. Theirs is made from the destination, with an octet in front
 * that no header can hold, and no `subscription` header is sent for it (STOMP 1.0, SUBSCRIBE).
 */
export function anonymousSubscriptionId(destination: string): string {
  return `\0${destination}`;
}

function isAnonymous(subscriptionId: string): boolean {
  return subscriptionId.startsWith('\0');
}

/**
 * One message on its way to clients: encoded once for each escaping and each distinct subscription id, whoever
 * and however many the receivers are.
 */
export class MessageFrames {
  readonly #body: Buffer;
  readonly #binary: boolean;
  readonly #prepared = new Map<StompVersion, PreparedFrame>();
  readonly #encoded = new Map<StompVersion, Map<string, EncodedFrame>>();
  #last: EncodedFrame | undefined;
  #lastVersion: StompVersion | undefined;
  #lastId = '';

  /** @param messageId names the message, not the delivery (STOMP 1.2, MESSAGE) */
  constructor(
    private readonly message: Message<Uint8Array>,
    private readonly messageId: string,
  ) {
    const { payload } = message;
    this.#body = Buffer.isBuffer(payload)
      ? payload
      : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const type = parseMediaType(message.headers.contentType ?? '');
    this.#binary = isBinaryBody(this.#body, type !== undefined && isOctetStream(type.essence));
  }

  /**
   * The frame for a receiver's version and subscription.
   *
   * @param ackId names the delivery, which is then nobody else's
   */
  for(version: StompVersion, subscriptionId: string, ackId?: string): EncodedFrame {
    if (ackId !== undefined) return this.#acknowledged(version, subscriptionId, ackId);
    // Most receivers are called what the one before was.
    if (this.#last !== undefined && subscriptionId === this.#lastId && version === this.#lastVersion) {
      return this.#last;
    }
    this.#last = this.#frameFor(version, subscriptionId);
    this.#lastVersion = version;
    this.#lastId = subscriptionId;
    return this.#last;
  }

  #frameFor(version: StompVersion, subscriptionId: string): EncodedFrame {
    let frames = this.#encoded.get(version);
    if (frames === undefined) this.#encoded.set(version, (frames = new Map()));
    let frame = frames.get(subscriptionId);
    if (frame === undefined) {
      const delivery = { destination: this.#destination, subscriptionId };
      frame = new EncodedFrame(this.#encode(version, subscriptionId), this.#binary, delivery);
      frames.set(subscriptionId, frame);
    }
    return frame;
  }

  /** The frame for the only receiver that there is: nothing is prepared for others. */
  forOnly(version: StompVersion, subscriptionId: string): EncodedFrame {
    const shown = isAnonymous(subscriptionId) ? undefined : subscriptionId;
    const delivery = { destination: this.#destination, subscriptionId };
    return new EncodedFrame(encodeFrameInParts(this.#frame(shown), version), this.#binary, delivery);
  }

  /** Before 1.2, which has a header of its own for it, the message-id names the delivery (STOMP 1.1, ACK). */
  #acknowledged(version: StompVersion, subscriptionId: string, ackId: string): EncodedFrame {
    const hasAckHeader = version === '1.2';
    const shown = isAnonymous(subscriptionId) ? undefined : subscriptionId;
    const frame = this.#frame(shown, hasAckHeader ? this.messageId : ackId);
    if (hasAckHeader) frame.headers.append('ack', ackId);
    // Without its destination: one that waits to be acknowledged is never left out for a slow client.
    return new EncodedFrame(encodeFrameInParts(frame, version), this.#binary);
  }

  get #destination(): string {
    const { simpDestination, simpOrigDestination } = this.message.headers;
    return simpOrigDestination ?? simpDestination ?? '';
  }

  #encode(version: StompVersion, subscriptionId: string): readonly Buffer[] {
    if (isAnonymous(subscriptionId)) return encodeFrameInParts(this.#frame(undefined), version);
    let prepared = this.#prepared.get(version);
    if (prepared === undefined) {
      prepared = new PreparedFrame(this.#frame(''), version, 'subscription');
      this.#prepared.set(version, prepared);
    }
    return prepared.encode(subscriptionId);
  }

  /**
   * Spring's order: the sender's headers where they stood, `destination` and `content-type` among them or
   * after them, then `subscription` and `message-id`; the encoder ends with `content-length`.
   */
  #frame(subscription: string | undefined, messageId = this.messageId): StompFrame {
    const { simpRedelivered, contentType, nativeHeaders } = this.message.headers;
    const destination = this.#destination;
    const headers = new StompHeaders();
    for (const [name, values] of nativeHeaders) {
      if (SERVER_OWNED.has(name)) continue;
      if (name === 'destination') headers.append(name, destination);
      else if (name === 'content-type') {
        if (contentType !== undefined) headers.append(name, contentType);
      } else for (const value of values) headers.append(name, value);
    }
    if (!headers.has('destination')) headers.append('destination', destination);
    if (contentType !== undefined && !headers.has('content-type'))
      headers.append('content-type', contentType);
    if (subscription !== undefined) headers.append('subscription', subscription);
    headers.append('message-id', messageId);
    if (simpRedelivered === true) headers.append('redelivered', 'true');
    return { command: 'MESSAGE', headers, body: this.#body };
  }
}
