import {
  DestinationPattern,
  type DestinationSeparator,
  NO_VARIABLES,
} from '../messaging/destination/destination-pattern.js';
import { CLIENT_PATTERN_LIMITS } from '../messaging/destination/destination-pattern-limits.js';
import { isPromise, type MaybePromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';
import { isStompError } from '../messaging/messaging-error.js';
import { textOfThrown } from '../messaging/thrown-text.js';
import type { AuthorizationRule, MessageAuthorizationRules } from './message-authorization-rules.js';

/** Why a message is refused, for the log; `undefined` if it is allowed. */
export type Refusal = string | undefined;

/**
 * Decides by the first rule that is about a message.
 *
 * A subscription with wildcards is for many destinations, and each of them has a first rule. So every rule that may
 * be about one of them has to grant, up to the first that is about all of them. Methods with `@SubscribeMapping`
 * take the same text as a name, wildcards and all, so it also has to be allowed as a name.
 */
export class MessageAuthorizer {
  readonly #rules: readonly AuthorizationRule[];

  /** @throws TypeError that names the rule, when a pattern has no meaning */
  constructor(
    rules: MessageAuthorizationRules,
    private readonly separator: DestinationSeparator,
  ) {
    this.#rules = rules.compile(separator);
  }

  /** @throws {Error} when the client's own pattern has no meaning or exceeds a limit, or what an access function throws for the client */
  decide(message: Message): MaybePromise<Refusal> {
    const subscribed = this.#wildcardsOf(message);
    return subscribed === undefined
      ? this.#askFirst(message)
      : this.#askAll(message, subscribed, 0, new Set());
  }

  /** What a subscription with wildcards is for. */
  #wildcardsOf({ headers }: Message): DestinationPattern | undefined {
    const { simpMessageType, simpDestination } = headers;
    if (simpMessageType !== 'SUBSCRIBE' || simpDestination === undefined) return undefined;
    const pattern = DestinationPattern.compile(simpDestination, {
      separator: this.separator,
      limits: CLIENT_PATTERN_LIMITS,
    });
    return pattern.isPattern ? pattern : undefined;
  }

  #askFirst(message: Message, granted?: ReadonlySet<AuthorizationRule>): MaybePromise<Refusal> {
    for (const rule of this.#rules) {
      let matches;
      try {
        matches = rule.matcher.matches(message);
      } catch (error) {
        return failureOf(rule, error);
      }
      if (!matches) continue;
      if (granted?.has(rule) === true) return undefined;
      const { matcher, outcome } = rule;
      return ask(rule, message, outcome.readsMessage ? matcher.variablesOf(message) : NO_VARIABLES);
    }
    return 'no rule is about it';
  }

  #askAll(
    message: Message,
    subscribed: DestinationPattern,
    from: number,
    granted: Set<AuthorizationRule>,
  ): MaybePromise<Refusal> {
    for (let index = from; index < this.#rules.length; index++) {
      const rule = this.#rules[index];
      const { matcher, outcome, description } = rule;
      const relation = matcher.relationTo(subscribed);
      if (relation === 'disjoint') continue;
      if (outcome.readsMessage && (matcher.hasVariables || relation !== 'covers')) {
        return `${description} cannot be asked about the wildcards`;
      }
      const goOn = (refusal: Refusal): MaybePromise<Refusal> => {
        if (refusal !== undefined) return refusal;
        granted.add(rule);
        return relation === 'covers'
          ? this.#askFirst(message, granted)
          : this.#askAll(message, subscribed, index + 1, granted);
      };
      const refusal = ask(rule, message, NO_VARIABLES);
      return isPromise(refusal) ? refusal.then(goOn) : goOn(refusal);
    }
    return 'no rule is about all destinations of its wildcards';
  }
}

function ask(
  rule: AuthorizationRule,
  message: Message,
  variables: ReadonlyMap<string, string>,
): MaybePromise<Refusal> {
  const refusalOf = (granted: unknown): Refusal =>
    granted === true ? undefined : `denied by ${rule.description}`;
  // An interceptor may have written null, which must not count as somebody.
  const user = message.headers.simpUser ?? undefined;
  const fail = (error: unknown): Refusal => failureOf(rule, error);
  try {
    const granted = rule.outcome.grants({ user, message, variables });
    return isPromise(granted) ? granted.then(refusalOf, fail) : refusalOf(granted);
  } catch (error) {
    return fail(error);
  }
}

/** A function of the application failed: its stack is all the developer has. */
function failureOf({ description }: AuthorizationRule, error: unknown): Refusal {
  if (isStompError(error)) throw error;
  return `${description} failed: ${error instanceof Error ? (error.stack ?? error.message) : textOfThrown(error)}`;
}
