import type { Message, SimpMessageType } from '../messaging/message.js';
import { AuthorizationConstraint } from './authorization-constraint.js';
import type { AuthorizationOutcome } from './authorization-outcome.js';
import { DestinationMatcher, type DestinationType } from './destination-matcher.js';
import { type AuthorizationRuleText, MessageAuthorizationRules } from './message-authorization-rules.js';
import type { MessageMatcherFactory } from './message-matcher.js';
import { PredicateMatcher } from './predicate-matcher.js';

const TYPES: ReadonlySet<string> = new Set<SimpMessageType>([
  'CONNECT',
  'CONNECT_ACK',
  'MESSAGE',
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'DISCONNECT',
  'OTHER',
]);
const WITH_DESTINATION: ReadonlySet<SimpMessageType> = new Set<SimpMessageType>(['MESSAGE', 'SUBSCRIBE']);

/** A matcher as it is written, one for each of its patterns. */
interface MatcherText {
  readonly description: string;
  readonly matcher: MessageMatcherFactory;
}

/**
 * Collects rules: first which messages, then who may send them. For one message, the first rule that is about it
 * decides.
 *
 * @publicApi
 */
export class MessageAuthorizationBuilder {
  readonly #rules: AuthorizationRuleText[] = [];
  #count = 0;
  /** The matcher that waits for its outcome. */
  #unfinished: string | undefined;
  /** Why there can be no more rules. */
  #end: string | undefined;

  /** Every message. It has to be the last rule. */
  anyMessage(): AuthorizationConstraint<this> {
    const constraint = this.#matcher('anyMessage', [
      { description: 'anyMessage()', matcher: () => new PredicateMatcher(() => true, 'covers') },
    ]);
    this.#end = 'it would never be asked, because anyMessage() stands before it. Put anyMessage() last';
    return constraint;
  }

  /** Messages that go to no destination: CONNECT, ACK, NACK. */
  nullDestMatcher(): AuthorizationConstraint<this> {
    // A client may well write a destination into its CONNECT; it has no meaning there.
    const matches = ({ headers }: Message): boolean =>
      headers.simpDestination === undefined || !WITH_DESTINATION.has(headers.simpMessageType);
    return this.#matcher('nullDestMatcher', [
      { description: 'nullDestMatcher()', matcher: () => new PredicateMatcher(matches, 'disjoint') },
    ]);
  }

  /**
   * Messages of some types, e.g. `CONNECT`. UNSUBSCRIBE and DISCONNECT always pass: nobody is kept from leaving.
   *
   * @throws TypeError when there is none, or one that there is not
   */
  simpTypeMatchers(...types: readonly SimpMessageType[]): AuthorizationConstraint<this> {
    const method = 'simpTypeMatchers';
    const unknown = types.find((type) => !TYPES.has(type));
    if (unknown !== undefined) {
      throw this.#mistake(
        method,
        `${JSON.stringify(unknown)} is no type of message. There are ${[...TYPES].join(', ')}`,
      );
    }
    const wanted = new Set(types);
    const relation = wanted.has('SUBSCRIBE') ? 'covers' : 'disjoint';
    const matcher = () =>
      new PredicateMatcher(({ headers }) => wanted.has(headers.simpMessageType), relation);
    const description = `${method}(${types.map((type) => JSON.stringify(type)).join(', ')})`;
    return this.#matcher(method, types.length === 0 ? [] : [{ description, matcher }]);
  }

  /**
   * Messages and subscriptions to destinations that match one of the patterns.
   *
   * @throws TypeError when there is no pattern, or an empty one
   */
  simpDestMatchers(...patterns: readonly string[]): AuthorizationConstraint<this> {
    return this.#destinations('simpDestMatchers', patterns, ['MESSAGE', 'SUBSCRIBE']);
  }

  /** The same, for messages only. */
  simpMessageDestMatchers(...patterns: readonly string[]): AuthorizationConstraint<this> {
    return this.#destinations('simpMessageDestMatchers', patterns, ['MESSAGE']);
  }

  /** The same, for subscriptions only. */
  simpSubscribeDestMatchers(...patterns: readonly string[]): AuthorizationConstraint<this> {
    return this.#destinations('simpSubscribeDestMatchers', patterns, ['SUBSCRIBE']);
  }

  /**
   * Messages for which one of the functions answers true.
   *
   * A function cannot be asked about the destinations that a subscription with wildcards is for: such a
   * subscription passes only if this rule would let it pass, and then goes on to the rules behind.
   *
   * @throws TypeError when there is no function
   */
  matchers(...predicates: readonly ((message: Message) => boolean)[]): AuthorizationConstraint<this> {
    const texts = predicates.map((predicate) => {
      if (typeof predicate !== 'function') throw this.#mistake('matchers', 'it needs functions');
      return {
        description: 'matchers()',
        matcher: () => new PredicateMatcher(predicate, 'overlaps'),
      };
    });
    return this.#matcher('matchers', texts);
  }

  /**
   * Ends the collection.
   *
   * @throws TypeError when there is no rule, or the last has no outcome
   * @internal
   */
  build(): MessageAuthorizationRules {
    if (this.#unfinished !== undefined) throw this.#noOutcome(this.#unfinished);
    if (this.#rules.length === 0) {
      throw new TypeError(
        'Authorization without rules would refuse everything. Say so with anyMessage().denyAll()',
      );
    }
    this.#end = 'the rules are in use already. Write all of them in one go';
    return new MessageAuthorizationRules(this.#rules);
  }

  #destinations(
    method: string,
    patterns: readonly string[],
    types: readonly DestinationType[],
  ): AuthorizationConstraint<this> {
    const texts = patterns.map((pattern): MatcherText => {
      if (typeof pattern !== 'string' || pattern === '') {
        throw this.#mistake(method, 'a pattern has to be text that is not empty');
      }
      return {
        description: `${method}(${JSON.stringify(pattern)})`,
        matcher: (separator) => new DestinationMatcher(pattern, types, separator),
      };
    });
    return this.#matcher(method, texts);
  }

  /** One rule for each text, all with the outcome that is chosen next. */
  #matcher(method: string, texts: readonly MatcherText[]): AuthorizationConstraint<this> {
    if (this.#unfinished !== undefined) throw this.#noOutcome(this.#unfinished);
    if (this.#end !== undefined) throw this.#mistake(method, this.#end);
    if (texts.length === 0) throw this.#mistake(method, 'it names nothing, so it would never match');
    const number = ++this.#count;
    let completed = false;
    this.#unfinished = method;
    const complete = (outcome: AuthorizationOutcome): this => {
      if (completed) throw ruleError(number, method, 'it has an outcome already');
      completed = true;
      this.#unfinished = undefined;
      for (const { description, matcher } of texts) {
        const text = `rule ${number}, ${description}.${outcome.description}`;
        this.#rules.push({ description: text, matcher, outcome });
      }
      return this;
    };
    return new AuthorizationConstraint(complete, (problem) => ruleError(number, method, problem));
  }

  #mistake(method: string, problem: string): TypeError {
    return ruleError(this.#count + 1, method, problem);
  }

  #noOutcome(method: string): TypeError {
    return ruleError(this.#count, method, 'it has no outcome. Say who may, e.g. authenticated()');
  }
}

function ruleError(number: number, method: string, problem: string): TypeError {
  return new TypeError(`Authorization rule ${number}, ${method}(): ${problem}.`);
}
