import { compareDestinationPatterns } from '../messaging/destination/destination-pattern-comparator.js';
import { type DestinationPattern, NO_VARIABLES } from '../messaging/destination/destination-pattern.js';
import { DestinationTrie } from '../messaging/destination/destination-trie.js';
import { MessageHandlingError } from '../messaging/messaging-error.js';
import type { HandlerMethod, MappingKind } from './handler-method.js';

/** A handler with the pattern by which it was found. */
export interface HandlerMatch {
  readonly handler: HandlerMethod;
  readonly variables: ReadonlyMap<string, string>;
}

interface Mapping {
  readonly handler: HandlerMethod;
  readonly pattern: DestinationPattern;
}

/** Finds the handler for a destination: a literal mapping first, else the most specific pattern that matches. */
export class HandlerMethodRegistry {
  readonly #handlers: HandlerMethod[] = [];
  readonly #bySignature = new Map<string, HandlerMethod>();
  readonly #literals: Record<MappingKind, Map<string, HandlerMatch>> = {
    MESSAGE: new Map(),
    SUBSCRIBE: new Map(),
  };
  readonly #patterns: Record<MappingKind, DestinationTrie<Mapping>> = {
    MESSAGE: new DestinationTrie(),
    SUBSCRIBE: new DestinationTrie(),
  };

  get handlers(): readonly HandlerMethod[] {
    return this.#handlers;
  }

  /** @throws Error when another handler has the same pattern for the same kind of message */
  register(handler: HandlerMethod): void {
    for (const pattern of handler.patterns) {
      const signature = `${handler.kind} ${pattern.signature}`;
      const other = this.#bySignature.get(signature);
      if (other !== undefined) {
        throw new Error(
          `Two handlers are mapped to ${handler.kind} ${pattern.source}: ${other.name} and ${handler.name}. ` +
            'Give one of them another destination, or register only one of the two classes.',
        );
      }
      this.#bySignature.set(signature, handler);
      this.#patterns[handler.kind].add(pattern, { handler, pattern });
      if (!pattern.isPattern) {
        this.#literals[handler.kind].set(pattern.source, { handler, variables: NO_VARIABLES });
      }
    }
    this.#handlers.push(handler);
  }

  /** @throws MessageHandlingError when two patterns match and neither is more specific */
  find(kind: MappingKind, lookupDestination: string): HandlerMatch | undefined {
    const literal = this.#literals[kind].get(lookupDestination);
    if (literal !== undefined) return literal;
    const matches: Mapping[] = [];
    this.#patterns[kind].forEachMatch(lookupDestination, (mapping) => matches.push(mapping));
    const compare = compareDestinationPatterns(lookupDestination);
    const [best, second] = matches.sort((a, b) => compare(a.pattern, b.pattern));
    if (best === undefined) return undefined;
    if (second !== undefined && compare(best.pattern, second.pattern) === 0) {
      throw new MessageHandlingError('Two handlers match this destination equally well', {
        cause: new Error(
          `${best.handler.name} (${best.pattern.source}) and ${second.handler.name} (${second.pattern.source})`,
        ),
      });
    }
    return { handler: best.handler, variables: best.pattern.match(lookupDestination) ?? NO_VARIABLES };
  }
}
