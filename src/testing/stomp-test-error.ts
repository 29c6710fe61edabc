import type { StompFrame } from '../protocol/stomp-frame.js';
import type { CloseStatus } from '../session/stomp-event.js';
import { firstValues } from './client-frames.js';

/**
 * An ERROR frame and the end of the session that follows it.
 *
 * @publicApi
 */
export interface StompTestError {
  /** A code of `docs/errors.md`. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** The `receipt` of the frame that failed, if it had one. */
  readonly receiptId: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly close: CloseStatus;
}

/** An ERROR frame, and the close that came behind it. */
export function testErrorOf({ headers, body }: StompFrame, close: CloseStatus): StompTestError {
  return {
    code: headers.get('code'),
    message: headers.get('message'),
    receiptId: headers.get('receipt-id'),
    headers: firstValues(headers),
    body: body.toString('utf8'),
    close,
  };
}

/** An ERROR frame in one line. */
export function errorLine({ headers }: StompFrame): string {
  return [headers.get('code'), headers.get('message')].filter(Boolean).join(', ');
}

/** How a connection ended, in a few words. */
export function closeLine({ code, reason }: CloseStatus): string {
  return reason === '' ? String(code) : `${code} (${reason})`;
}
