import type {
  DestinationPattern,
  DestinationSeparator,
} from '../messaging/destination/destination-pattern.js';
import type { Message } from '../messaging/message.js';

/** What a rule has to do with the destinations of a subscription with wildcards: with none, some or all of them. */
export type WildcardRelation = 'disjoint' | 'overlaps' | 'covers';

/** The first half of a rule: which messages it is about. */
export interface MessageMatcher {
  /** Whether {@link variablesOf} ever has something to tell. */
  readonly hasVariables: boolean;
  matches(message: Message): boolean;
  /** The variables of the destination of a message that matches. */
  variablesOf(message: Message): ReadonlyMap<string, string>;
  /** Where it cannot be known, what is safe: `overlaps`. */
  relationTo(subscribed: DestinationPattern): WildcardRelation;
}

/** Makes the matcher when the application's separator is known. */
export type MessageMatcherFactory = (separator: DestinationSeparator) => MessageMatcher;
