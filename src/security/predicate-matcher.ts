import { NO_VARIABLES } from '../messaging/destination/destination-pattern.js';
import type { Message } from '../messaging/message.js';
import type { MessageMatcher, WildcardRelation } from './message-matcher.js';

/** Matches by a function: every message, those of some types, or what the application wants. */
export class PredicateMatcher implements MessageMatcher {
  readonly hasVariables = false;
  readonly #predicate: (message: Message) => boolean;
  readonly #relation: WildcardRelation;

  /** @param relation to any subscription with wildcards */
  constructor(predicate: (message: Message) => boolean, relation: WildcardRelation) {
    this.#predicate = predicate;
    this.#relation = relation;
  }

  /** @throws TypeError when the function answers something else, e.g. a promise, which would count as true */
  matches(message: Message): boolean {
    const answer: unknown = this.#predicate(message);
    if (typeof answer !== 'boolean') throw new TypeError('A matcher has to answer true or false');
    return answer;
  }

  variablesOf(): ReadonlyMap<string, string> {
    return NO_VARIABLES;
  }

  relationTo(): WildcardRelation {
    return this.#relation;
  }
}
