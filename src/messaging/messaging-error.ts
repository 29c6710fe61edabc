/**
 * Stable codes of the errors of the message flow. Each has a row in `docs/errors.md`.
 *
 * @publicApi
 */
export type MessagingErrorCode =
  | 'STOMP_ERR_BROKER_BUSY'
  | 'STOMP_ERR_BROKER_LOST'
  | 'STOMP_ERR_BROKER_REFUSED'
  | 'STOMP_ERR_BROKER_TIMEOUT'
  | 'STOMP_ERR_BROKER_UNAVAILABLE'
  | 'STOMP_ERR_CLUSTER_LOST'
  | 'STOMP_ERR_CLUSTER_TOO_LARGE'
  | 'STOMP_ERR_CLUSTER_UNAVAILABLE'
  | 'STOMP_ERR_CONVERSION'
  | 'STOMP_ERR_DELIVERY'
  | 'STOMP_ERR_HANDLER'
  | 'STOMP_ERR_REJECTED';

/**
 * Base of the errors of the message flow. The text of an error that a client caused is shown to that client in
 * an ERROR frame, so it never holds more than the client may know.
 *
 * @publicApi
 */
export class MessagingError extends Error {
  override readonly name: string = 'MessagingError';

  constructor(
    readonly code: MessagingErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * A payload could not be turned into what a parameter asks for, or a return value into bytes.
 *
 * @publicApi
 */
export class MessageConversionError extends MessagingError {
  override readonly name = 'MessageConversionError';

  constructor(message: string, options?: ErrorOptions) {
    super('STOMP_ERR_CONVERSION', message, options);
  }
}

/**
 * An interceptor refused a message by throwing something that is not a {@link MessagingError}. The reason is in
 * `cause`; the client only learns that the message was not accepted.
 *
 * @publicApi
 */
export class MessageDeliveryError extends MessagingError {
  override readonly name = 'MessageDeliveryError';

  constructor(message: string, options?: ErrorOptions) {
    super('STOMP_ERR_DELIVERY', message, options);
  }
}

/**
 * An annotated method failed and nothing in the application handled the exception, which is in `cause`. It has
 * been logged; the client is told only if it asked for a receipt.
 *
 * @publicApi
 */
export class MessageHandlingError extends MessagingError {
  override readonly name = 'MessageHandlingError';

  constructor(message: string, options?: ErrorOptions) {
    super('STOMP_ERR_HANDLER', message, options);
  }
}

/**
 * The application or the broker does not accept this message from this client. Interceptors throw it to choose
 * the text that the client sees.
 *
 * @publicApi
 */
export class MessageRejectedError extends MessagingError {
  override readonly name = 'MessageRejectedError';

  constructor(message: string, options?: ErrorOptions) {
    super('STOMP_ERR_REJECTED', message, options);
  }
}

/**
 * Whether an error is one of this package's own, with a stable code and a text made for the client. Recognised
 * by its code, so that an error made by a second copy of the package counts too.
 */
export function isStompError(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('STOMP_ERR_')
  );
}
