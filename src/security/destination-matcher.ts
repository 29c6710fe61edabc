import {
  DestinationPattern,
  type DestinationSeparator,
  NO_VARIABLES,
} from '../messaging/destination/destination-pattern.js';
import { covers, mayIntersect } from '../messaging/destination/destination-pattern-relations.js';
import type { Message, SimpMessageType } from '../messaging/message.js';
import type { MessageMatcher, WildcardRelation } from './message-matcher.js';

/** The types of messages that go to a destination. */
export type DestinationType = Extract<SimpMessageType, 'MESSAGE' | 'SUBSCRIBE'>;

/** Matches by the destination that the client wrote. */
export class DestinationMatcher implements MessageMatcher {
  readonly #pattern: DestinationPattern;
  readonly #types: readonly SimpMessageType[];

  /** @throws {Error} when the pattern has no meaning, or not the one that it seems to have */
  constructor(source: string, types: readonly DestinationType[], separator: DestinationSeparator) {
    if (separator === '.' && source.includes('/**')) {
      throw new TypeError(
        `With the separator "." a ** that does not stand between dots ends at the next dot. ` +
          `Write ${source.replaceAll('/**', '/*.**')}`,
      );
    }
    // A mapping to /a/b is reached by /a//b too, so a rule for /a/b has to be.
    this.#pattern = DestinationPattern.compile(source, { separator, collapseSeparators: true });
    this.#types = types;
  }

  get hasVariables(): boolean {
    return this.#pattern.variableNames.length > 0;
  }

  matches({ headers }: Message): boolean {
    const { simpMessageType, simpDestination } = headers;
    return (
      simpDestination !== undefined &&
      this.#types.includes(simpMessageType) &&
      this.#pattern.matches(simpDestination)
    );
  }

  variablesOf({ headers }: Message): ReadonlyMap<string, string> {
    return this.#pattern.match(headers.simpDestination ?? '') ?? NO_VARIABLES;
  }

  relationTo(subscribed: DestinationPattern): WildcardRelation {
    if (!this.#types.includes('SUBSCRIBE') || !mayIntersect(this.#pattern, subscribed)) return 'disjoint';
    return covers(this.#pattern, subscribed) ? 'covers' : 'overlaps';
  }
}
