import { inspect } from 'node:util';
import type { StompFrame } from '../protocol/stomp-frame.js';
import { StompProtocolError } from '../protocol/stomp-protocol-error.js';
import { isStompError } from '../messaging/messaging-error.js';
import { RefusalReason } from '../messaging/refusal-reason.js';

/**
 * WebSocket close codes of a session (RFC 6455, section 7.4.1). `docs/errors.md` says which of them a client
 * should retry.
 */
export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  POLICY_VIOLATION: 1008,
  MESSAGE_TOO_BIG: 1009,
  INTERNAL_ERROR: 1011,
  /** As IANA has registered it: what is needed is not there now, come back later. */
  TRY_AGAIN_LATER: 1013,
  /** As IANA has registered it: the server restarts, come back after a random while. */
  SERVICE_RESTART: 1012,
  /** The user's credentials have ended; HTTP's 401 in the range for applications. */
  PRINCIPAL_EXPIRED: 4401,
  /** Spring's `SESSION_NOT_RELIABLE`: the client does not read what it is sent. */
  SESSION_NOT_RELIABLE: 4500,
} as const;

/**
 * A close code that an application has chosen, of those that an endpoint may send (RFC 6455, section 7.4).
 *
 * @throws RangeError when it is none: the socket would not take it, and stay open behind a session that has ended
 */
export function sendableCloseCode(code: number): number {
  const isStandard = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  if (Number.isInteger(code) && (isStandard || (code >= 3000 && code <= 4999))) return code;
  throw new RangeError(
    `${code} is no close code that may be sent. Use one of 1000 to 1003, 1007 to 1014, or 3000 to 4999`,
  );
}

/** Stable codes of the errors that end a session. Each has a row in `docs/errors.md`. */
export type SessionErrorCode =
  | 'STOMP_ERR_ALREADY_CONNECTED'
  | 'STOMP_ERR_CONNECT_TIMEOUT'
  | 'STOMP_ERR_DESTINATION_LIMIT'
  | 'STOMP_ERR_DUPLICATE_SUBSCRIPTION'
  | 'STOMP_ERR_DUPLICATE_TRANSACTION'
  | 'STOMP_ERR_FRAME_TIMEOUT'
  | 'STOMP_ERR_HEART_BEAT_LOST'
  | 'STOMP_ERR_WEBSOCKET'
  | 'STOMP_ERR_INVALID_FRAME'
  | 'STOMP_ERR_NOT_CONNECTED'
  | 'STOMP_ERR_NOT_ROUTABLE'
  | 'STOMP_ERR_OPENING_LIMIT'
  | 'STOMP_ERR_PRINCIPAL_EXPIRED'
  | 'STOMP_ERR_RATE_LIMIT'
  | 'STOMP_ERR_SESSION_LIMIT'
  | 'STOMP_ERR_SUBSCRIPTION_ID_LIMIT'
  | 'STOMP_ERR_SUBSCRIPTION_LIMIT'
  | 'STOMP_ERR_TRANSACTION_LIMIT'
  | 'STOMP_ERR_UNKNOWN_DELIVERY'
  | 'STOMP_ERR_UNKNOWN_SUBSCRIPTION'
  | 'STOMP_ERR_UNKNOWN_TRANSACTION'
  | 'STOMP_ERR_VERSION';

/** A session cannot go on: what the client is told, and how the connection ends. */
export class SessionError extends Error {
  override readonly name = 'SessionError';

  constructor(
    readonly code: SessionErrorCode,
    message: string,
    readonly closeCode: number = CloseCode.PROTOCOL_ERROR,
    /** What the log says beyond what the client is told. */
    readonly detail?: string,
  ) {
    super(message);
  }

  static connectTimeout(timeToConnectMs: number): SessionError {
    const text = `No CONNECT within ${timeToConnectMs} ms`;
    return new SessionError('STOMP_ERR_CONNECT_TIMEOUT', text, CloseCode.POLICY_VIOLATION);
  }

  static principalExpired(detail?: string): SessionError {
    const text = 'The credentials have expired. Connect again with new ones';
    return new SessionError('STOMP_ERR_PRINCIPAL_EXPIRED', text, CloseCode.PRINCIPAL_EXPIRED, detail);
  }

  static frameTimeout(limitMs: number): SessionError {
    const text = `A frame was not complete within ${limitMs} ms`;
    return new SessionError('STOMP_ERR_FRAME_TIMEOUT', text, CloseCode.POLICY_VIOLATION);
  }

  static openingLimit(limit: number): SessionError {
    const text = `More than ${limit} bytes before a CONNECT was complete`;
    return new SessionError('STOMP_ERR_OPENING_LIMIT', text, CloseCode.POLICY_VIOLATION);
  }

  static rateLimit(): SessionError {
    const text = 'Too much was sent for too long. Send less a second';
    return new SessionError('STOMP_ERR_RATE_LIMIT', text, CloseCode.POLICY_VIOLATION);
  }

  static sessionLimit(limit: number): SessionError {
    const text = `A user may have ${limit} sessions at a time. End another one`;
    return new SessionError('STOMP_ERR_SESSION_LIMIT', text, CloseCode.POLICY_VIOLATION);
  }

  static pingFlood(): SessionError {
    return new SessionError('STOMP_ERR_WEBSOCKET', 'Too many WebSocket pings', CloseCode.POLICY_VIOLATION);
  }

  static heartBeatLost(silentMs: number): SessionError {
    return new SessionError('STOMP_ERR_HEART_BEAT_LOST', `No heart-beat for ${silentMs} ms`);
  }
}

/** What an error means for the client of the session in which it happened. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly closeCode: number;
}

const COUNT_LIMITS: ReadonlySet<string> = new Set(['STOMP_ERR_HEADER_COUNT_LIMIT']);

const CLOSE_CODES: Readonly<Record<string, number>> = {
  STOMP_ERR_BROKER_BUSY: CloseCode.TRY_AGAIN_LATER,
  STOMP_ERR_BROKER_LOST: CloseCode.TRY_AGAIN_LATER,
  STOMP_ERR_BROKER_REFUSED: CloseCode.POLICY_VIOLATION,
  STOMP_ERR_BROKER_TIMEOUT: CloseCode.TRY_AGAIN_LATER,
  STOMP_ERR_BROKER_UNAVAILABLE: CloseCode.TRY_AGAIN_LATER,
  STOMP_ERR_CLUSTER_LOST: CloseCode.TRY_AGAIN_LATER,
  STOMP_ERR_CLUSTER_TOO_LARGE: CloseCode.MESSAGE_TOO_BIG,
  STOMP_ERR_CLUSTER_UNAVAILABLE: CloseCode.TRY_AGAIN_LATER,
  STOMP_ERR_DELIVERY: CloseCode.POLICY_VIOLATION,
  STOMP_ERR_REJECTED: CloseCode.POLICY_VIOLATION,
  STOMP_ERR_HANDLER: CloseCode.INTERNAL_ERROR,
  STOMP_ERR_CONVERSION: CloseCode.PROTOCOL_ERROR,
  STOMP_ERR_PATTERN_SYNTAX: CloseCode.PROTOCOL_ERROR,
  STOMP_ERR_PATTERN_LIMIT: CloseCode.POLICY_VIOLATION,
  STOMP_ERR_SELECTOR_SYNTAX: CloseCode.PROTOCOL_ERROR,
  STOMP_ERR_SELECTOR_LIMIT: CloseCode.POLICY_VIOLATION,
};

/**
 * What the client is told of an error. Only errors made for clients show their text; of anything else nothing
 * leaves the server (STOMP checklist A184).
 */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof SessionError) return error;
  if (error instanceof StompProtocolError) {
    const { code, message } = error;
    return { code, message, closeCode: protocolCloseCode(error) };
  }
  if (isStompError(error)) {
    const { code, message } = error;
    return { code, message, closeCode: CLOSE_CODES[code] ?? CloseCode.INTERNAL_ERROR };
  }
  return {
    code: 'STOMP_ERR_INTERNAL',
    message: 'Internal server error',
    closeCode: CloseCode.INTERNAL_ERROR,
  };
}

function protocolCloseCode(error: StompProtocolError): number {
  if (error.kind === 'malformed') return CloseCode.PROTOCOL_ERROR;
  return COUNT_LIMITS.has(error.code) ? CloseCode.POLICY_VIOLATION : CloseCode.MESSAGE_TOO_BIG;
}

/** A handler failed; that was logged where it happened. */
export function isHandlerFailure(error: unknown): boolean {
  return isStompError(error) && error.code === 'STOMP_ERR_HANDLER';
}

/** What the log says beyond what the client was told. */
export function causeOf(error: unknown): string {
  if (error instanceof SessionError) return error.detail === undefined ? '' : ` (${error.detail})`;
  if (error instanceof StompProtocolError || isHandlerFailure(error)) return '';
  const cause = isStompError(error) ? error.cause : error;
  if (cause === undefined) return '';
  if (cause instanceof RefusalReason) return ` (${cause.message})`;
  return ` (${cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause, { breakLength: Infinity })})`;
}

/** The receipt that an ERROR names. CONNECT's is never answered (STOMP 1.2, Standard Headers). */
export function receiptOf(error: unknown, frame: StompFrame | undefined): string | undefined {
  if (frame?.command === 'CONNECT' || frame?.command === 'STOMP') return undefined;
  return frame?.headers.get('receipt') ?? (error instanceof StompProtocolError ? error.receiptId : undefined);
}
