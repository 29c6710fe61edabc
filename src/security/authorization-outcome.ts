import type { MaybePromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';
import type { Principal } from '../messaging/principal.js';

/**
 * What an access function decides by.
 *
 * @publicApi
 */
export interface AuthorizationContext {
  /** `undefined` while the session is anonymous. */
  readonly user: Principal | undefined;
  readonly message: Message;
  /** Of the pattern that matched, by name; empty when the rule has no pattern. */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Whether the message is allowed. Anything but `true` is a refusal, and so is throwing: an error of this package,
 * e.g. a `MessageRejectedError`, reaches the client as it is, of any other the client learns nothing.
 *
 * @publicApi
 */
export type AccessFunction = (context: AuthorizationContext) => MaybePromise<boolean>;

/** The second half of a rule: who may. */
export interface AuthorizationOutcome {
  /** As it is written in the rules, for the log. */
  readonly description: string;
  /** Whether it looks at more than the user. */
  readonly readsMessage: boolean;
  readonly grants: AccessFunction;
}
