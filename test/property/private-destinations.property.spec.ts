import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PrivateSubscriptions } from '../../src/broker/private-subscriptions.js';
import type { Message } from '../../src/messaging/message.js';
import { AuthorizationChannelInterceptor } from '../../src/security/authorization-channel-interceptor.js';
import { authorizeMessages } from '../../src/security/authorize-messages.js';
import { DefaultSimpUserRegistry } from '../../src/user/default-simp-user-registry.js';
import { UserDestinationResolver } from '../../src/user/user-destination-resolver.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

/** What the broker of an application may begin with, and the separator: the target has to begin with it, too. */
const FLAVOURS = [
  { separator: '/', broker: '/queue' },
  { separator: '/', broker: 'queue' },
  { separator: '.', broker: '/queue' },
  { separator: '.', broker: 'queue' },
] as const;
const TOKENS = [
  'queue',
  'secret',
  'que',
  't',
  '/',
  '.',
  '*',
  '**',
  '?',
  '{a}',
  '{b:se.*}',
  '{c:[a-z/.]+}',
  '{',
  '}',
];
const PREFIXES = ['/user/', '/topic/me/'];

/** Whether a subscription that passes a rule against `secret` gets what is sent there all the same. */
function isPassedBy(
  { separator, broker }: (typeof FLAVOURS)[number],
  prefix: string,
  rule: string,
  written: string,
): boolean {
  const message: Message = {
    payload: undefined,
    headers: {
      simpMessageType: 'SUBSCRIBE',
      simpDestination: prefix + written,
      simpSessionId: 's',
      nativeHeaders: new Map(),
    },
  };
  const rules = authorizeMessages((messages) =>
    messages.simpSubscribeDestMatchers(rule).denyAll().anyMessage().permitAll(),
  );
  const subscriptions = new PrivateSubscriptions(separator);
  const resolver = new UserDestinationResolver(new DefaultSimpUserRegistry(), prefix, broker.startsWith('/'));
  const target = resolver.resolve(message)?.target;
  if (target?.startsWith(broker) !== true) return false;
  try {
    void new AuthorizationChannelInterceptor(rules, { separator }).preSend(message);
    subscriptions.add('s', '0', target);
  } catch {
    return false;
  }
  return subscriptions.find(`${broker}${separator}secret`, ['s']).length > 0;
}

describe('A rule about a private destination', () => {
  it('is not passed by, whatever a client writes behind the prefix', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FLAVOURS),
        fc.constantFrom(...PREFIXES),
        fc.constantFrom('queue%secret', '*%secret', '{x}%secret', 'queue%*', 'queue%**'),
        fc.array(fc.constantFrom(...TOKENS), { maxLength: 6 }).map((tokens) => tokens.join('')),
        fc.boolean(),
        (flavour, prefix, rule, rest, beginsWell) => {
          const pattern = prefix + rule.replace('%', flavour.separator);
          expect(isPassedBy(flavour, prefix, pattern, (beginsWell ? 'queue' : '') + rest)).toBe(false);
        },
      ),
      fuzzRuns(20_261_126, 3_000),
    );
  });
});
