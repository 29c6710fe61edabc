import type { Principal } from './principal.js';

/**
 * What is known of the HTTP request that opened the WebSocket.
 *
 * @publicApi
 */
export interface HandshakeInfo {
  /** The request target as the client sent it, query included. */
  readonly url: string;
  /** The request's headers, names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The peer's address as the socket knows it; `undefined` when it is gone already. */
  readonly remoteAddress: string | undefined;
  /** Whom the handshake has named, if it has: a `HandshakeInterceptor`, or `request.user` of a middleware. */
  readonly user?: Principal | undefined;
}

/**
 * One client's conversation, as handlers and interceptors see it: what `@ConnectedSocket()` and
 * `switchToWs().getClient()` give.
 *
 * @publicApi
 */
export interface SimpSession {
  /** Random, unguessable and unrelated to any HTTP session. It is never sent to other clients. */
  readonly id: string;
  /** The user named by the handshake or when the session connected; `undefined` while it is anonymous. */
  readonly user: Principal | undefined;
  /** Values that live as long as the session. Also on every message as `simpSessionAttributes`. */
  readonly attributes: Map<string, unknown>;
  readonly handshake: HandshakeInfo;
  /** Live subscriptions, whoever serves them: id to destination, as the client wrote it. A copy. */
  readonly subscriptions: ReadonlyMap<string, string>;
  /**
   * Ends the session from the server's side: a close frame with this code and reason, no ERROR frame.
   *
   * @param code a WebSocket close code @default 1000
   * @param reason at most 123 bytes of UTF-8 @default ''
   * @param cause a code of your own for `SessionDisconnectEvent` and the statistics, never sent to the client; take few
   *   different ones @default 'STOMP_CLOSE_BY_SERVER'
   * @throws RangeError when the code is none that may be sent: 1000 to 1003, 1007 to 1014, 3000 to 4999
   */
  close(code?: number, reason?: string, cause?: string): void;
}
