import type { ChannelInterceptor } from '../messaging/channel-interceptor.js';
import { quoteForMessage } from '../messaging/quoted-text.js';
import type { DestinationSeparator } from '../messaging/destination/destination-pattern.js';
import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import type { Message, SimpMessageType } from '../messaging/message.js';
import { MessageRejectedError } from '../messaging/messaging-error.js';
import { RefusalReason } from '../messaging/refusal-reason.js';
import type { MessageAuthorizationRules } from './message-authorization-rules.js';
import { MessageAuthorizer, type Refusal } from './message-authorizer.js';

/** How the rules are read. */
export interface AuthorizationOptions {
  /** The application's, which its handlers and its broker go by. @default '/' */
  readonly separator?: DestinationSeparator;
}

/** Spring authorises these too, and rules that forget them end the session with an error when it wants to leave. */
const LEAVING: ReadonlySet<SimpMessageType> = new Set<SimpMessageType>(['UNSUBSCRIBE', 'DISCONNECT']);

/**
 * Stands on `clientInboundChannel`, behind whatever names the user, and refuses what the rules do not allow. The
 * client only learns that access was denied; which rule it was is in the log.
 */
export class AuthorizationChannelInterceptor implements ChannelInterceptor {
  readonly #authorizer: MessageAuthorizer;

  /** @throws TypeError that names the rule, when a pattern has no meaning */
  constructor(rules: MessageAuthorizationRules, { separator = '/' }: AuthorizationOptions = {}) {
    this.#authorizer = new MessageAuthorizer(rules, separator);
  }

  preSend(message: Message): MaybePromise<Message> {
    if (LEAVING.has(message.headers.simpMessageType)) return message;
    const refusal = this.#authorizer.decide(message);
    return isPromise(refusal)
      ? refusal.then((reason) => passOrThrow(message, reason))
      : passOrThrow(message, refusal);
  }
}

function passOrThrow(message: Message, refusal: Refusal): Message {
  if (refusal === undefined) return message;
  const { simpMessageType, simpDestination, simpUser } = message.headers;
  const to = simpDestination === undefined ? '' : ` to ${quoteForMessage(simpDestination)}`;
  const by = simpUser == null ? 'an anonymous session' : `user ${quoteForMessage(simpUser.name)}`;
  throw new MessageRejectedError('Access denied', {
    cause: new RefusalReason(`${simpMessageType}${to} of ${by}: ${refusal}`),
  });
}
