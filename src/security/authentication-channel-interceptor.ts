import type { ChannelInterceptor } from '../messaging/channel-interceptor.js';
import { quoteForMessage } from '../messaging/quoted-text.js';
import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import { type Message, withHeaders } from '../messaging/message.js';
import { isStompError, MessageRejectedError } from '../messaging/messaging-error.js';
import type { Principal } from '../messaging/principal.js';
import { RefusalReason } from '../messaging/refusal-reason.js';
import type { SimpSession } from '../messaging/simp-session.js';
import { MessageConnectAttempt } from './message-connect-attempt.js';
import type { StompAuthenticator } from './stomp-authenticator.js';

/**
 * Stands on `clientInboundChannel` before everything else and asks the application who a client is, once, when it
 * connects.
 */
export class AuthenticationChannelInterceptor implements ChannelInterceptor {
  readonly #authenticator: StompAuthenticator;
  readonly #trusted = new WeakSet<SimpSession>();

  constructor(authenticator: StompAuthenticator) {
    this.#authenticator = authenticator;
  }

  /** Takes the user of this session from its handshake, without asking. */
  trust(session: SimpSession): void {
    this.#trusted.add(session);
  }

  preSend(message: Message): MaybePromise<Message> {
    const { simpMessageType, simpSession } = message.headers;
    if (simpMessageType !== 'CONNECT') return message;
    if (simpSession === undefined) throw refused(new Error('The CONNECT came from no session'));
    if (this.#trusted.has(simpSession)) return message;
    const attempt = new MessageConnectAttempt(message, simpSession);
    const accept = (answer: unknown): Message => withHeaders(message, { simpUser: userOf(answer, attempt) });
    try {
      const answer = this.#authenticator.authenticate(attempt, simpSession.handshake);
      return isPromise(answer) ? answer.then(accept).catch(rethrow) : accept(answer);
    } catch (error) {
      return rethrow(error);
    }
  }
}

function userOf(answer: unknown, { login, session }: MessageConnectAttempt): Principal | undefined {
  if (answer === 'anonymous') return undefined;
  if (answer === null || answer === undefined) {
    const who = login === undefined ? 'no login' : `login ${quoteForMessage(login)}`;
    const from = session.handshake.remoteAddress ?? 'an address that is gone';
    throw refused(new RefusalReason(`The authenticator does not know the client with ${who} from ${from}`));
  }
  const problem = problemOf(answer);
  if (problem !== undefined) {
    throw refused(
      new RefusalReason(`The authenticator answered ${problem}. Answer a principal, 'anonymous' or null`),
    );
  }
  return answer as Principal;
}

/** What is wrong with something that should be a principal. A wrong guess here would be a wrong user. */
function problemOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return `a ${typeof answer}`;
  const { name, destinationUserName, roles, authorities, expiresAt } = answer as Record<
    keyof Principal,
    unknown
  >;
  if (!isName(name)) return 'a principal without a name';
  if (destinationUserName !== undefined && !isName(destinationUserName)) {
    return 'a principal whose destinationUserName is no text, or empty';
  }
  if (roles !== undefined && !Array.isArray(roles)) return 'a principal whose roles are no array';
  if (authorities !== undefined && !Array.isArray(authorities)) {
    return 'a principal whose authorities are no array';
  }
  if (expiresAt !== undefined && !isTime(expiresAt)) return 'a principal whose expiresAt is no time';
  return undefined;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Not a number is what `undefined * 1000` gives. */
function isTime(value: unknown): boolean {
  const time = value instanceof Date ? value.getTime() : value;
  return typeof time === 'number' && !Number.isNaN(time);
}

function rethrow(error: unknown): never {
  throw isStompError(error) ? error : refused(error);
}

function refused(cause: unknown): MessageRejectedError {
  return new MessageRejectedError('Authentication failed', { cause });
}
