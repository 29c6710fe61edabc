import { firstNativeHeader, type Message } from '../messaging/message.js';
import type { Principal } from '../messaging/principal.js';
import type { SimpSession } from '../messaging/simp-session.js';
import type { ConnectAttempt } from './stomp-authenticator.js';

/** What the session room leaves on the CONNECT message; known by its form, because rooms do not know each other. */
interface Credentials {
  readonly login?: string | undefined;
  readonly passcode?: string | undefined;
}

/** Reads a CONNECT message. */
export class MessageConnectAttempt implements ConnectAttempt {
  readonly #credentials: Credentials;

  constructor(
    readonly message: Message,
    readonly session: SimpSession,
  ) {
    this.#credentials = (message.headers['stompCredentials'] as Credentials | undefined) ?? {};
  }

  get login(): string | undefined {
    return this.#credentials.login;
  }

  get passcode(): string | undefined {
    return this.#credentials.passcode;
  }

  get host(): string | undefined {
    return this.header('host');
  }

  get user(): Principal | undefined {
    return this.message.headers.simpUser;
  }

  header(name: string): string | undefined {
    return name === 'passcode' ? undefined : firstNativeHeader(this.message, name);
  }
}
