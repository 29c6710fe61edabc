import { DestinationPattern } from '../messaging/destination/destination-pattern.js';
import type { OverflowPolicy } from '../websocket/overflow-queue.js';
import { knownOnly } from './known-options.js';
import { choice, list, wrong } from './option-values.js';
import type { TransportOptions } from './transport-options.js';

const POLICIES: readonly OverflowPolicy[] = ['disconnect', 'drop-oldest', 'drop-newest', 'conflate'];

/**
 * Compiles `transport.overflow`.
 *
 * @returns the policy of a destination, or `undefined` when every slow client is given up
 * @throws StompConfigurationError naming the option and the remedy
 */
export function overflowRules(
  option: TransportOptions['overflow'],
  separator: '/' | '.',
): ((destination: string) => OverflowPolicy) | undefined {
  if (option === undefined || option === 'disconnect') return undefined;
  if (typeof option === 'string') {
    const policy = choice('transport.overflow', option, POLICIES);
    return () => policy;
  }
  const rules = list('transport.overflow', option).map((rule) => {
    knownOnly('transport.overflow[]', rule);
    const { destination, policy } = rule as { destination: string; policy: OverflowPolicy };
    return {
      pattern: compiled(destination, separator),
      policy: choice('transport.overflow[].policy', policy, POLICIES),
    };
  });
  return (destination) => rules.find(({ pattern }) => pattern.matches(destination))?.policy ?? 'disconnect';
}

function compiled(destination: unknown, separator: '/' | '.'): DestinationPattern {
  if (typeof destination !== 'string' || destination === '') {
    throw wrong('transport.overflow[].destination', destination, "Write a pattern such as '/topic/price.*'.");
  }
  try {
    return DestinationPattern.compile(destination, { separator, collapseSeparators: true });
  } catch (error) {
    throw wrong('transport.overflow[].destination', destination, `${(error as Error).message}.`);
  }
}
