import type { Principal } from '../messaging/principal.js';
import { formatHeartBeat, type HeartBeat } from '../protocol/heart-beat.js';
import { EMPTY_BODY, type StompFrame } from '../protocol/stomp-frame.js';
import { StompHeaders } from '../protocol/stomp-headers.js';
import { STOMP_VERSIONS, type StompVersion } from '../protocol/stomp-version.js';
import type { ErrorReport } from './session-error.js';

/** This server's versions as an ERROR lists them (STOMP 1.2, Protocol Negotiation). */
export const SUPPORTED_VERSIONS = [...STOMP_VERSIONS].reverse().join(',');

/**
 * Spring's order: version, heart-beat, user-name. STOMP 1.0 has no heart-beats; its clients expect a session id
 * instead (STOMP 1.0, CONNECT).
 */
export function connectedFrame(
  version: StompVersion,
  sessionId: string,
  server: HeartBeat,
  user: Principal | undefined,
): StompFrame {
  const headers = new StompHeaders().append('version', version);
  if (version === '1.0') headers.append('session', sessionId);
  else headers.append('heart-beat', formatHeartBeat(server));
  if (user !== undefined) headers.append('user-name', user.name);
  return { command: 'CONNECTED', headers, body: EMPTY_BODY };
}

/** The answer to a frame that asked for one (STOMP 1.2, RECEIPT). */
export function receiptFrame(receipt: string): StompFrame {
  return { command: 'RECEIPT', headers: new StompHeaders().append('receipt-id', receipt), body: EMPTY_BODY };
}

/** An ERROR always says what, and which code of `docs/errors.md` that is. */
export function errorFrame({ code, message }: ErrorReport, receipt: string | undefined): StompFrame {
  const headers = new StompHeaders().append('message', message);
  if (receipt !== undefined) headers.append('receipt-id', receipt);
  headers.append('code', code);
  return { command: 'ERROR', headers, body: EMPTY_BODY };
}

/**
 * What an ERROR may say to a client with which no version is agreed: it may know no escapes, so what would need one
 * becomes a space (STOMP checklist A186).
 */
export function withoutEscapes({ code, message, closeCode }: ErrorReport): ErrorReport {
  return { code, message: message.replace(/[:\\\r\n]/g, ' '), closeCode };
}

/** The answer to a CONNECT that accepts none of this server's versions. */
export function unsupportedVersionFrame(): StompFrame {
  const headers = new StompHeaders()
    .append('version', SUPPORTED_VERSIONS)
    .append('content-type', 'text/plain')
    .append('message', 'Unsupported STOMP version')
    .append('code', 'STOMP_ERR_VERSION');
  return { command: 'ERROR', headers, body: Buffer.from(`Supported versions are ${SUPPORTED_VERSIONS}`) };
}

/** STOMP 1.0 pads header values in its own examples (`login: user`); CONNECT is read before the version is known. */
export function trimmedFrame(frame: StompFrame): StompFrame {
  const headers = new StompHeaders();
  for (const [name, value] of frame.headers) headers.append(name, value.replace(/^ +| +$/g, ''));
  return { ...frame, headers };
}
