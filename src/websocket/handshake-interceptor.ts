import type { IncomingMessage } from 'node:http';
import type { MaybePromise } from '../messaging/maybe-promise.js';
import type { Principal } from '../messaging/principal.js';

/**
 * A request to open a WebSocket on an endpoint, before it is granted.
 *
 * @publicApi
 */
export interface HandshakeRequest {
  /**
   * The raw upgrade request, of Node and not of the platform: middlewares of Express can run over it
   * (`MiddlewareHandshakeInterceptor`), on Fastify too.
   */
  readonly request: IncomingMessage;
  /** The request target as the client sent it, query included. */
  readonly url: string;
  /** The path of the endpoint. */
  readonly path: string;
  /** The query of {@link url}. A copy. */
  readonly query: URLSearchParams;
  /** The peer's address as the socket knows it. */
  readonly remoteAddress: string | undefined;
  /** Become the session's attributes when it opens; what is put there later is lost. */
  readonly attributes: Map<string, unknown>;
  /**
   * Becomes the session's user. As long as nobody has set it, it is `request.user` if that has a `name` that is a
   * non-empty string; a middleware that names its users otherwise needs an interceptor behind it that sets this.
   * Set to `undefined`, the session is anonymous whatever `request.user` is.
   *
   * @throws TypeError when set to something whose `name` is no string or empty
   */
  user: Principal | undefined;
}

/**
 * Stands at the door of an endpoint: lets a handshake pass or refuses it, names the user, and gives the session its
 * first attributes.
 *
 * The origin and the handshake itself have been checked before (Spring checks the origin last). While it is asked,
 * there is no WebSocket and no session.
 *
 * @publicApi
 */
export interface HandshakeInterceptor {
  /**
   * Judges a handshake. Interceptors are asked in their order until one refuses; a promise is awaited, for ten
   * seconds all interceptors together, then the client is answered 503.
   *
   * @returns `true` or nothing lets the handshake pass, `false` refuses it with 403
   * @throws an `HttpException` of Nest refuses with its status (400 to 599) and its message; anything else with 500,
   * and is logged
   */
  beforeHandshake(handshake: HandshakeRequest): MaybePromise<boolean | void>;
  /**
   * Told what has become of a handshake that this interceptor let pass, once, in reverse order.
   *
   * @param error why there is no session: what an interceptor threw, or an `Error` with the code
   * `STOMP_ERR_HANDSHAKE`; `undefined` when there is one
   */
  afterHandshake?(handshake: HandshakeRequest, error?: unknown): void;
}
