import type { IncomingMessage } from 'node:http';
import type { HandshakeInterceptor, HandshakeRequest } from './handshake-interceptor.js';

/**
 * What is copied from the HTTP session.
 *
 * @publicApi
 */
export interface HttpSessionOptions {
  /**
   * The attributes to copy, by name.
   *
   * @default all but `cookie`, as in Spring
   */
  readonly attributeNames?: readonly string[];
  /**
   * Whether to copy the id of the HTTP session, too, as `HTTP.SESSION.ID`.
   *
   * @default true as in Spring
   */
  readonly copyHttpSessionId?: boolean;
}

/** What session middlewares of Express and Fastify leave on a request. */
interface RequestWithSession extends IncomingMessage {
  readonly session?: { readonly id?: unknown } | null;
}

/** Spring's name for it. */
const HTTP_SESSION_ID = 'HTTP.SESSION.ID';

/**
 * Copies `request.session`, which a session middleware has put there, into the attributes of the STOMP session. The
 * copy is made once: what changes in the HTTP session later does not reach it. It creates no HTTP session.
 *
 * ```ts
 * handshakeInterceptors: [new MiddlewareHandshakeInterceptor(session({ … })), new HttpSessionHandshakeInterceptor()]
 * ```
 *
 * @publicApi
 */
export class HttpSessionHandshakeInterceptor implements HandshakeInterceptor {
  readonly #attributeNames: ReadonlySet<string> | undefined;
  readonly #copiesId: boolean;

  constructor({ attributeNames, copyHttpSessionId = true }: HttpSessionOptions = {}) {
    this.#attributeNames = attributeNames === undefined ? undefined : new Set(attributeNames);
    this.#copiesId = copyHttpSessionId;
  }

  beforeHandshake({ request, attributes }: HandshakeRequest): void {
    const { session } = request as RequestWithSession;
    if (typeof session !== 'object' || session === null) return;
    for (const [name, value] of Object.entries(session)) {
      const isWanted = this.#attributeNames?.has(name) ?? name !== 'cookie';
      // Spring keeps no nulls either.
      if (isWanted && value !== undefined && value !== null) attributes.set(name, value);
    }
    if (this.#copiesId && isKnownToClient(request, session.id)) attributes.set(HTTP_SESSION_ID, session.id);
  }
}

/**
 * A client without a session is given a new one by `express-session`, with an id that is never stored here nor sent
 * to anybody. Only the client's cookie tells the difference.
 */
function isKnownToClient({ headers }: IncomingMessage, id: unknown): boolean {
  if (typeof id !== 'string' || id === '') return false;
  const cookies = headers.cookie ?? '';
  return cookies.includes(id) || cookies.includes(encodeURIComponent(id));
}
