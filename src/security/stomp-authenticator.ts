import type { MaybePromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';
import type { Principal } from '../messaging/principal.js';
import type { HandshakeInfo, SimpSession } from '../messaging/simp-session.js';

/**
 * A client that wants to connect, as a {@link StompAuthenticator} sees it.
 *
 * @publicApi
 */
export interface ConnectAttempt {
  /** The header `login`. */
  readonly login: string | undefined;
  /** The header `passcode`; printing the attempt does not show it. */
  readonly passcode: string | undefined;
  /** The header `host`. */
  readonly host: string | undefined;
  /** The first value of any other header of CONNECT, e.g. `authorization`. That of `passcode` is not here. */
  header(name: string): string | undefined;
  /** Whom the handshake named already, if it did. */
  readonly user: Principal | undefined;
  readonly session: SimpSession;
  readonly message: Message;
}

/**
 * Says who a client is, when it connects.
 *
 * @publicApi
 */
export interface StompAuthenticator {
  /**
   * @returns the user; `anonymous` to let the client in without one; nothing to refuse it. A client that is refused,
   * or for which this throws, is told `Authentication failed`, unless what is thrown is an error of this package,
   * e.g. a `MessageRejectedError` with a text of its own
   */
  authenticate(
    connect: ConnectAttempt,
    handshake: HandshakeInfo,
  ): MaybePromise<Principal | 'anonymous' | null | undefined>;
}
