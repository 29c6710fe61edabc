/** Why a session ended without an error. Each has a row in `docs/errors.md`, as every error code has. */
export type PeacefulCloseCode =
  /** The client sent DISCONNECT. */
  | 'STOMP_CLOSE_NORMAL'
  /** The client closed its WebSocket without a DISCONNECT, as browsers do when a page is left. */
  | 'STOMP_CLOSE_BY_CLIENT'
  /** The connection broke off: no close frame came. */
  | 'STOMP_CLOSE_GONE'
  /** The application ended the session. */
  | 'STOMP_CLOSE_BY_SERVER'
  /** The application is stopping. */
  | 'STOMP_CLOSE_SHUTDOWN';

/**
 * Why a session ended.
 *
 * @publicApi
 */
export interface CloseCause {
  /**
   * A code of `docs/errors.md`: `STOMP_ERR_…` when something was wrong, `STOMP_CLOSE_…` otherwise, or what the
   * application gave to `SimpSession.close`.
   */
  readonly code: string;
  /** Who ended it. Of a lost connection, also one that only a missing heart-beat tells of, it is `network`. */
  readonly initiator: 'client' | 'server' | 'network';
}

const NO_CLOSE_FRAME = 1006;

const NETWORK_CAUSES: ReadonlySet<string> = new Set([
  'STOMP_CLOSE_GONE',
  'STOMP_ERR_HEART_BEAT_LOST',
  'STOMP_ERR_PING_TIMEOUT',
]);

const CLIENT_CAUSES: ReadonlySet<string> = new Set(['STOMP_CLOSE_NORMAL', 'STOMP_CLOSE_BY_CLIENT']);

/** A cause with its initiator: whatever is not the network's or the client's doing is the server's decision. */
export function closeCause(code: string): CloseCause {
  if (NETWORK_CAUSES.has(code)) return { code, initiator: 'network' };
  return { code, initiator: CLIENT_CAUSES.has(code) ? 'client' : 'server' };
}

/** Why a connection ended that the client has closed, or nobody. */
export function causeOfLoss(closeCode: number): PeacefulCloseCode {
  return closeCode === NO_CLOSE_FRAME ? 'STOMP_CLOSE_GONE' : 'STOMP_CLOSE_BY_CLIENT';
}
