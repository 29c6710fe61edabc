import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { HandshakeInterceptor, HandshakeRequest } from './handshake-interceptor.js';
import { UnseenResponse } from './unseen-response.js';

/** What a method takes, it takes in either direction; so middlewares typed for Express's own request fit, too. */
interface Middleware {
  handle(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): unknown;
}

/**
 * A middleware of Express or Connect: `cookieParser()`, `session({ … })`, `passport.session()`.
 *
 * @publicApi
 */
export type HandshakeMiddleware = Middleware['handle'];

/**
 * Runs middlewares over the upgrade request, one after the other, as they run over an HTTP request; what they leave
 * there (`request.cookies`, `request.session`, `request.user`) is for the interceptors behind it.
 *
 * - An error given to `next`, or thrown, refuses the handshake: with its own status if it is an `HttpException` or,
 *   as of Express, an error that is to be exposed with a status from 400 to 499, else with 500.
 * - A middleware that answers instead of calling `next` refuses with the status it has set, or with 403 if that is
 *   no error's.
 * - What they write, headers and cookies included, goes nowhere. In particular, no session is created or prolonged.
 *
 * ```ts
 * const web = session({ secret, resave: false, saveUninitialized: false });
 * endpoints: [{ path: '/stomp', handshakeInterceptors: [new MiddlewareHandshakeInterceptor(web)] }]
 * ```
 *
 * @publicApi
 */
export class MiddlewareHandshakeInterceptor implements HandshakeInterceptor {
  readonly #middlewares: readonly HandshakeMiddleware[];

  /** @throws TypeError when one is not a function */
  constructor(...middlewares: readonly HandshakeMiddleware[]) {
    for (const middleware of middlewares) {
      if (typeof middleware === 'function') continue;
      throw new TypeError('A middleware is a function (request, response, next); give each as an argument.');
    }
    this.#middlewares = middlewares;
  }

  async beforeHandshake({ request }: HandshakeRequest): Promise<void> {
    let answered = (): void => undefined;
    const response = new UnseenResponse(request, () => answered());
    for (const middleware of this.#middlewares) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what a chain of middlewares is
      await new Promise<void>((resolve, reject) => {
        answered = () => reject(refusalOf(response.statusCode));
        const fail = (error: unknown): void => reject(exposed(error));
        const next = (error?: unknown): void => {
          if (error === undefined || error === null) resolve();
          else fail(error);
        };
        void (async () => middleware(request, response, next))().catch(fail);
      });
    }
  }
}

function refusalOf(answered: number): HttpException {
  const status = answered >= 400 && answered <= 599 ? answered : 403;
  return new HttpException(STATUS_CODES[status] ?? 'Handshake refused', status);
}

/** Errors of `http-errors`, which most middlewares use, say whether the client may know. */
function exposed(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { expose, status } = error as { readonly expose?: unknown; readonly status?: unknown };
  const isClients = typeof status === 'number' && status >= 400 && status <= 499;
  return expose === true && isClients ? new HttpException(error.message, status, { cause: error }) : error;
}
