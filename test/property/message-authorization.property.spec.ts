import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DestinationPattern } from '../../src/messaging/destination/destination-pattern.js';
import { authorizeMessages } from '../../src/security/authorize-messages.js';
import { MessageAuthorizer } from '../../src/security/message-authorizer.js';
import { clientMessage } from '../support/client-message.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_126, 1_000);

const segment = fc.constantFrom('a', 'b', 'ab', '*', '**', '?', 'a*', '*b', '{}', '{:[ab]}', 'a{}');

const patternOf = (first: fc.Arbitrary<string>) =>
  fc.tuple(first, fc.array(segment, { minLength: 0, maxLength: 2 })).map(([start, rest]) => {
    let count = 0;
    return `/${[start, ...rest].join('/')}`.replaceAll('{', () => `{v${count++}`);
  });

const ruleArbitrary = fc.record({
  pattern: patternOf(fc.constantFrom('t', 't', '*', '**')),
  granted: fc.boolean(),
  types: fc.constantFrom('simpDestMatchers', 'simpSubscribeDestMatchers', 'simpMessageDestMatchers'),
});

interface Rule {
  readonly pattern: string;
  readonly granted: boolean;
  readonly types: 'simpDestMatchers' | 'simpSubscribeDestMatchers' | 'simpMessageDestMatchers';
}

function authorizerOf(rules: readonly Rule[]): MessageAuthorizer {
  const authorization = authorizeMessages((messages) => {
    for (const { pattern, granted, types } of rules) {
      const constraint = messages[types](pattern);
      if (granted) constraint.permitAll();
      else constraint.denyAll();
    }
  });
  return new MessageAuthorizer(authorization, '/');
}

const VALUES = ['a', 'b', 'ab', 'ba', 'c'];
const DESTINATIONS = ['/t', '/t/', ...VALUES.flatMap((one) => pathsBelow(`/t/${one}`))];

function pathsBelow(path: string): string[] {
  const below = VALUES.map((value) => `${path}/${value}`);
  return [
    path,
    `${path}/`,
    ...below,
    ...below.map((text) => `${text}/`),
    ...below.map((text) => `${text}/b`),
  ];
}

/** What the first rule about it says, read slowly. */
function firstMatch(rules: readonly Rule[], type: 'MESSAGE' | 'SUBSCRIBE', destination: string): boolean {
  const other = type === 'MESSAGE' ? 'simpSubscribeDestMatchers' : 'simpMessageDestMatchers';
  const about = rules.filter(
    ({ pattern, types }) =>
      types !== other &&
      DestinationPattern.compile(pattern, { collapseSeparators: true }).matches(destination),
  );
  return about[0]?.granted ?? false;
}

describe('Authorization', () => {
  it('decides on a destination by the first rule about it', () => {
    fc.assert(
      fc.property(
        fc.array(ruleArbitrary, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('MESSAGE' as const, 'SUBSCRIBE' as const),
        fc.constantFrom(...DESTINATIONS),
        (rules, type, destination) => {
          const refusal = authorizerOf(rules).decide(clientMessage(type, destination));
          expect(refusal === undefined).toBe(firstMatch(rules, type, destination));
        },
      ),
      RUNS,
    );
  });

  it('allows no subscription with wildcards that brings a destination which alone would be refused [D76]', () => {
    const met = { allowed: 0, refused: 0, cautious: 0 };
    fc.assert(
      fc.property(
        fc.array(ruleArbitrary, { minLength: 1, maxLength: 5 }),
        patternOf(fc.constant('t')),
        (rules, subscribed) => {
          const pattern = DestinationPattern.compile(subscribed);
          fc.pre(pattern.isPattern);
          const refusal = authorizerOf(rules).decide(clientMessage('SUBSCRIBE', subscribed));
          const brings = DESTINATIONS.filter((destination) => pattern.matches(destination));
          const refused = brings.filter((destination) => !firstMatch(rules, 'SUBSCRIBE', destination));
          if (refusal === undefined) {
            expect(refused).toEqual([]);
            expect(firstMatch(rules, 'SUBSCRIBE', subscribed)).toBe(true);
            met.allowed++;
          } else if (refused.length > 0) met.refused++;
          else met.cautious++;
        },
      ),
      RUNS,
    );
    // Guards the test itself: it has to meet both outcomes often.
    expect(met.allowed).toBeGreaterThan(RUNS.numRuns / 10);
    expect(met.refused).toBeGreaterThan(RUNS.numRuns / 10);
    expect(met.cautious).toBeLessThan(RUNS.numRuns / 10);
  });
});
