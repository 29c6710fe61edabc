/**
 * What was wrong with the octets, one code per cause. Codes are stable: programs may compare them.
 *
 * @publicApi
 */
export type StompProtocolErrorCode =
  /** An octet between two frames that neither ends a line nor starts a frame. */
  | 'STOMP_ERR_MALFORMED_FRAME'
  /** A header line without a colon, or with nothing before it. */
  | 'STOMP_ERR_MALFORMED_HEADER'
  /** A CR inside a command, header name or header value. */
  | 'STOMP_ERR_BARE_CR'
  /** A NUL before the blank line that ends the headers. */
  | 'STOMP_ERR_NUL_IN_HEAD'
  /** An escape that the version does not define, or a backslash at the end of a header name or value. */
  | 'STOMP_ERR_BAD_ESCAPE'
  /** A command or header that is not UTF-8. */
  | 'STOMP_ERR_INVALID_UTF8'
  /** A command that no version of STOMP has. */
  | 'STOMP_ERR_UNKNOWN_COMMAND'
  /** A body on a frame other than SEND, MESSAGE and ERROR. */
  | 'STOMP_ERR_BODY_NOT_ALLOWED'
  /** A `content-length` that is not a whole number of 1 to 10 digits. */
  | 'STOMP_ERR_BAD_CONTENT_LENGTH'
  /** A body of `content-length` octets that no NUL follows. */
  | 'STOMP_ERR_BODY_NOT_TERMINATED'
  /** A `heart-beat` that is not two whole numbers of 1 to 10 digits and a comma. */
  | 'STOMP_ERR_BAD_HEART_BEAT'
  /** A first line longer than `maxCommandBytes`. */
  | 'STOMP_ERR_COMMAND_LIMIT'
  /** A header line longer than `maxHeaderLineBytes`. */
  | 'STOMP_ERR_HEADER_LINE_LIMIT'
  /** More header lines than `maxHeaders`. */
  | 'STOMP_ERR_HEADER_COUNT_LIMIT'
  /** All header lines together longer than `maxHeaderBlockBytes`. */
  | 'STOMP_ERR_HEADER_BLOCK_LIMIT'
  /** A body, or a `content-length`, above `maxBodyBytes`. */
  | 'STOMP_ERR_BODY_LIMIT';

/**
 * What is wrong with a frame, as a value: whoever finds it out hands it up to the decoder, which knows the receipt that
 * belongs to the error.
 */
export interface StompFault {
  readonly code: StompProtocolErrorCode;
  readonly message: string;
  readonly limit?: number;
}

/**
 * What a {@link StompProtocolError} may know beside its code.
 *
 * @publicApi
 */
export interface StompProtocolErrorDetails {
  readonly receiptId?: string | undefined;
  readonly limit?: number | undefined;
}

/**
 * Octets that break the rules of STOMP, or a limit set here.
 *
 * The message is fit to be sent as the `message` header of an ERROR before any version is agreed: it holds nothing
 * that would need an escape, and quotes at most 40 characters of what the client sent.
 *
 * @publicApi
 */
export class StompProtocolError extends Error {
  override readonly name = 'StompProtocolError';
  readonly code: StompProtocolErrorCode;
  /** `limit`: well formed as far as it was read, but too much of it. `malformed`: everything else. */
  readonly kind: 'malformed' | 'limit';
  /**
   * The `receipt` header of the offending frame, if it could be read before the error: the `receipt-id` of the ERROR
   * (STOMP 1.2, ERROR). Never set for CONNECT and STOMP, whose receipts are not honoured.
   */
  readonly receiptId?: string | undefined;
  /** The limit that was exceeded: a count of lines for `STOMP_ERR_HEADER_COUNT_LIMIT`, otherwise octets. */
  readonly limit?: number | undefined;

  constructor(
    code: StompProtocolErrorCode,
    message: string,
    { receiptId, limit }: StompProtocolErrorDetails = {},
  ) {
    super(message);
    this.code = code;
    this.kind = limit === undefined ? 'malformed' : 'limit';
    this.receiptId = receiptId;
    this.limit = limit;
  }
}
