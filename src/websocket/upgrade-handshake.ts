import type { IncomingMessage } from 'node:http';
import type { Principal } from '../messaging/principal.js';
import type { HandshakeInfo } from '../messaging/simp-session.js';
import type { HandshakeRequest } from './handshake-interceptor.js';
import { requestPath } from './request-path.js';

/** A handshake as its request arrived: middlewares may write another `url` into the request. */
export class UpgradeHandshake implements HandshakeRequest {
  readonly url: string;
  readonly path: string;
  readonly remoteAddress: string | undefined;
  readonly attributes = new Map<string, unknown>();
  #user: Principal | undefined;
  #isUserSet = false;

  constructor(readonly request: IncomingMessage) {
    this.url = request.url ?? '';
    this.path = requestPath(this.url);
    this.remoteAddress = request.socket.remoteAddress;
  }

  get query(): URLSearchParams {
    const start = this.url.indexOf('?');
    return new URLSearchParams(start < 0 ? '' : this.url.slice(start));
  }

  get user(): Principal | undefined {
    if (this.#isUserSet) return this.#user;
    const { user } = this.request as { readonly user?: unknown };
    return isPrincipal(user) ? user : undefined;
  }

  set user(user: Principal | undefined) {
    // Types do not hold an application in JavaScript, and a user without a name would be everybody's.
    if (user !== undefined && !isPrincipal(user)) {
      throw new TypeError('The user of a handshake needs a name, a string that is not empty.');
    }
    this.#user = user;
    this.#isUserSet = true;
  }

  /** What the session remembers of the handshake. */
  info(): HandshakeInfo {
    const { url, remoteAddress, user } = this;
    return { url, headers: this.request.headers, remoteAddress, user };
  }
}

function isPrincipal(value: unknown): value is Principal {
  if (typeof value !== 'object' || value === null) return false;
  const { name } = value as { readonly name?: unknown };
  return typeof name === 'string' && name !== '';
}
