import { MessagingError, type MessagingErrorCode } from '../../messaging/messaging-error.js';

/**
 * The broker behind `brokerRelay` did not take a message, or nobody knows whether it did. Who sends by
 * `SimpMessagingTemplate` gets it thrown; a client is told in an ERROR or on its error destination.
 *
 * @publicApi
 */
export class MessageBrokerError extends MessagingError {
  override readonly name = 'MessageBrokerError';

  /** @param outlivable whether the session whose frame it was lives on, whatever `rejections` says */
  constructor(
    code: MessagingErrorCode,
    message: string,
    readonly outlivable = false,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }

  /** The broker cannot be reached now. Nothing has been sent. */
  static unavailable(outlivable = false): MessageBrokerError {
    const text = 'The message broker is not available. Try again later';
    return new MessageBrokerError('STOMP_ERR_BROKER_UNAVAILABLE', text, outlivable);
  }

  /** The connection to the broker was lost while something was with it: it may have been taken, or not. */
  static lost(): MessageBrokerError {
    return new MessageBrokerError('STOMP_ERR_BROKER_LOST', 'The connection to the message broker was lost');
  }

  /** The broker has answered with ERROR. */
  static refused(text: string): MessageBrokerError {
    return new MessageBrokerError('STOMP_ERR_BROKER_REFUSED', `The message broker refused. ${text}`);
  }

  /** The broker has not confirmed something in time: it may have been taken, or not. */
  static timeout(limitMs: number): MessageBrokerError {
    const text = `The message broker did not confirm within ${limitMs} ms`;
    return new MessageBrokerError('STOMP_ERR_BROKER_TIMEOUT', text);
  }

  /** More waits for the broker than may. Nothing has been sent. */
  static busy(limitBytes: number): MessageBrokerError {
    const text = `More than ${limitBytes} bytes wait for the message broker. Send less, or wait for what is sent`;
    return new MessageBrokerError('STOMP_ERR_BROKER_BUSY', text, true);
  }
}
