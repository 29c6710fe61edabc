import type { CompositeMessageConverter } from './composite-message-converter.js';
import { isPromise, type MaybePromise } from './maybe-promise.js';
import type { Message } from './message.js';
import type { MessageChannel, SendOutcome } from './message-channel.js';
import { MessagingError } from './messaging-error.js';
import type { MessagingLogger } from './messaging-logger.js';
import { outgoingHeaders, type OutgoingTarget } from './outgoing-headers.js';
import { textOfThrown } from './thrown-text.js';
import { userDestinationOf } from './user-destination.js';

/**
 * STOMP headers to send with a payload. `null` and `undefined` values are left out.
 *
 * @publicApi
 */
export type SendHeaders = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * Which of a user's sessions a message is for.
 *
 * @publicApi
 */
export interface SendToUserOptions {
  /** Only this session, if it is one of the user's. @default all of them */
  readonly sessionId?: string | undefined;
}

/**
 * Sends messages from anywhere in the application (any provider, an HTTP controller) to the broker, and so to
 * everybody subscribed.
 *
 * @publicApi
 */
export class SimpMessagingTemplate {
  constructor(
    private readonly brokerChannel: MessageChannel,
    private readonly converter: CompositeMessageConverter,
    private readonly logger: MessagingLogger,
    private readonly userDestinationPrefix = '/user/',
  ) {}

  /**
   * Converts a payload and sends it: strings as `text/plain;charset=UTF-8`, bytes as
   * `application/octet-stream`, everything else as `application/json`.
   *
   * Without asynchronous interceptors on `brokerChannel` the message is on its way to every subscriber when
   * this returns, and failures are thrown; otherwise the answer is a promise. A rejection that nobody awaits is
   * logged and does not end the process.
   *
   * @param headers STOMP headers for the message; they stand before `destination` in the frame. `content-type`
   * chooses the conversion: a string sent as `application/json` is written as a JSON string.
   * @returns whether a broker took the message; nobody being subscribed is not an error
   * @throws MessageConversionError when no converter can write the payload
   * @throws MessagingError when the destination is empty
   */
  convertAndSend(
    destination: string,
    payload: unknown,
    headers: SendHeaders = {},
  ): MaybePromise<SendOutcome> {
    if (destination === '') {
      throw new MessagingError(
        'STOMP_ERR_DELIVERY',
        'The destination is empty. Name one, such as /topic/news.',
      );
    }
    return this.#convertAndSend(payload, headers, { simpDestination: destination });
  }

  /**
   * Converts a payload and sends it to the private destination of a user: to every session that has subscribed to
   * `/user` and this destination, which is also what it is called there.
   *
   * @param user a name as the user registry knows it: the principal's `destinationUserName`, or else its `name`
   * @param destination without `/user` and name, e.g. `/queue/positions`
   * @param options `sessionId`: only this one of the user's sessions. An anonymous session has no user: give its id as
   * the user too.
   * @returns `unhandled` when it reached nobody, because the user is not connected or has not subscribed; there is a
   * line in the debug log then
   * @throws MessageConversionError when no converter can write the payload
   * @throws MessagingError when the destination or the name is empty
   */
  convertAndSendToUser(
    user: string,
    destination: string,
    payload: unknown,
    headers: SendHeaders = {},
    options: SendToUserOptions = {},
  ): MaybePromise<SendOutcome> {
    if (destination === '') {
      throw new MessagingError(
        'STOMP_ERR_DELIVERY',
        'The destination is empty. Name one, such as /queue/news.',
      );
    }
    return this.#convertAndSend(payload, headers, {
      simpDestination: userDestinationOf(this.userDestinationPrefix, user, destination),
      simpSessionId: options.sessionId,
    });
  }

  /**
   * Sends a prepared message to the broker as it is.
   *
   * @throws what an interceptor on `brokerChannel` throws
   */
  send(message: Message<Uint8Array>): MaybePromise<SendOutcome> {
    const outcome = this.brokerChannel.send(message);
    if (isPromise(outcome)) {
      outcome.catch((error: unknown) => {
        this.logger.warn(
          `A message to ${String(message.headers.simpDestination)} was not sent: ${textOfThrown(error)}`,
        );
      });
    }
    return outcome;
  }

  #convertAndSend(payload: unknown, headers: SendHeaders, target: OutgoingTarget): MaybePromise<SendOutcome> {
    const nativeHeaders = new Map<string, readonly string[]>();
    let asked: string | undefined;
    for (const [name, value] of Object.entries(headers)) {
      if (value === null || value === undefined) continue;
      if (name === 'content-type') asked = String(value);
      else nativeHeaders.set(name, [String(value)]);
    }
    const { payload: bytes, contentType } = this.converter.toMessage(payload, asked);
    return this.send({ payload: bytes, headers: outgoingHeaders(target, contentType, nativeHeaders) });
  }
}
