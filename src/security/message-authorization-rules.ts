import type { DestinationSeparator } from '../messaging/destination/destination-pattern.js';
import type { AuthorizationOutcome } from './authorization-outcome.js';
import type { MessageMatcher, MessageMatcherFactory } from './message-matcher.js';

/** A rule as it is written: its matcher waits for the application's separator. */
export interface AuthorizationRuleText {
  /** For error texts and the log, e.g. `rule 2, simpDestMatchers("/app/**").hasRole("ADMIN")`. */
  readonly description: string;
  readonly matcher: MessageMatcherFactory;
  readonly outcome: AuthorizationOutcome;
}

/** A rule that can be asked. */
export interface AuthorizationRule {
  readonly description: string;
  readonly matcher: MessageMatcher;
  readonly outcome: AuthorizationOutcome;
}

/**
 * Who may send what: made by `authorizeMessages`, and given to the module.
 *
 * @publicApi
 */
export class MessageAuthorizationRules {
  readonly #rules: readonly AuthorizationRuleText[];

  /** @internal */
  constructor(rules: readonly AuthorizationRuleText[]) {
    this.#rules = [...rules];
  }

  /**
   * The rules, in order.
   *
   * @throws TypeError that names the rule, when a pattern has no meaning
   * @internal
   */
  compile(separator: DestinationSeparator): readonly AuthorizationRule[] {
    return this.#rules.map(({ description, matcher, outcome }) => {
      try {
        return { description, matcher: matcher(separator), outcome };
      } catch (error) {
        throw new TypeError(`Authorization ${description}: ${(error as Error).message}`, { cause: error });
      }
    });
  }
}
