import { describe, expect, it } from '@jest/globals';
import { MessageRejectedError } from '../../../src/messaging/messaging-error.js';
import { authorizeMessages } from '../../../src/security/authorize-messages.js';
import type { MessageAuthorizationBuilder } from '../../../src/security/message-authorization-builder.js';
import { MessageAuthorizer } from '../../../src/security/message-authorizer.js';
import { BOB, clientMessage } from '../../support/client-message.js';

const authorizer = (configure: (messages: MessageAuthorizationBuilder) => MessageAuthorizationBuilder) =>
  new MessageAuthorizer(authorizeMessages(configure), '/');

describe('A message', () => {
  it('[SEC-3] is decided by the first rule about it', () => {
    const rules = authorizer((messages) =>
      messages.simpDestMatchers('/app/a').permitAll().simpDestMatchers('/app/**').denyAll(),
    );
    expect(rules.decide(clientMessage('MESSAGE', '/app/a'))).toBeUndefined();
    expect(rules.decide(clientMessage('MESSAGE', '/app/b'))).toBe(
      'denied by rule 2, simpDestMatchers("/app/**").denyAll()',
    );
  });

  it('[SEC-3] that no rule is about is refused', () => {
    const rules = authorizer((messages) => messages.simpTypeMatchers('CONNECT').permitAll());
    expect(rules.decide(clientMessage('MESSAGE', '/app/a'))).toBe('no rule is about it');
  });

  it('is decided by its own text, wildcards or not: it has one destination', () => {
    const rules = authorizer((messages) =>
      messages.simpDestMatchers('/topic/secret').denyAll().simpDestMatchers('/topic/**').permitAll(),
    );
    expect(rules.decide(clientMessage('MESSAGE', '/topic/*'))).toBeUndefined();
  });

  it('shows an access function the user, the variables and itself', () => {
    const seen: unknown[] = [];
    const rules = authorizer((messages) =>
      messages.simpDestMatchers('/app/{x}/{y}').access((context) => seen.push(context) > 0),
    );
    const message = clientMessage('MESSAGE', '/app/1/2', BOB);
    expect(rules.decide(message)).toBeUndefined();
    const variables = new Map([
      ['x', '1'],
      ['y', '2'],
    ]);
    expect(seen).toEqual([{ user: BOB, message, variables }]);
  });

  it.each([1, 'yes', { name: 'bob' }, undefined, null])(
    'is refused when access answers %j',
    (answer: unknown) => {
      const rules = authorizer((messages) => messages.anyMessage().access(() => answer as boolean));
      expect(rules.decide(clientMessage('MESSAGE', '/app/a'))).toBe(
        'denied by rule 1, anyMessage().access()',
      );
    },
  );

  it('of a user that an interceptor set to null is anonymous', () => {
    const rules = authorizer((messages) => messages.anyMessage().authenticated());
    const message = clientMessage('MESSAGE', '/app/a', null as unknown as undefined);
    expect(rules.decide(message)).toBe('denied by rule 1, anyMessage().authenticated()');
  });

  it('waits for an access function, and only then', async () => {
    const rules = authorizer((messages) =>
      messages
        .simpDestMatchers('/app/{answer}')
        .access(({ variables }) => Promise.resolve(variables.get('answer') === 'yes'))
        .anyMessage()
        .permitAll(),
    );
    expect(rules.decide(clientMessage('CONNECT'))).toBeUndefined();
    await expect(rules.decide(clientMessage('MESSAGE', '/app/yes'))).resolves.toBeUndefined();
    await expect(rules.decide(clientMessage('MESSAGE', '/app/no'))).resolves.toMatch(/^denied by rule 1/);
  });

  it.each<[string, (messages: MessageAuthorizationBuilder) => MessageAuthorizationBuilder]>([
    ['an access function throws', (messages) => messages.anyMessage().access(fail)],
    ['an access function rejects', (messages) => messages.anyMessage().access(async () => fail())],
    ['a matcher throws', (messages) => messages.matchers(fail).permitAll()],
  ])('is refused when %s, with its stack for the log', async (_what, configure) => {
    const refusal = await authorizer(configure).decide(clientMessage('MESSAGE', '/app/a'));
    expect(refusal).toMatch(
      /^rule 1, \w+\(\)\.\w+\(\) failed: RangeError: down\n[^]*message-authorizer\.spec/,
    );
  });

  it.each([
    ['text', 'down'],
    ['an error without a stack', Object.assign(new Error('down'), { stack: undefined })],
  ])('is refused when %s is thrown', (_what, thrown) => {
    const rules = authorizer((messages) =>
      messages.anyMessage().access(() => {
        throw thrown;
      }),
    );
    expect(rules.decide(clientMessage('CONNECT'))).toBe('rule 1, anyMessage().access() failed: down');
  });

  it('is refused with the text that an access function throws for the client', () => {
    const error = new MessageRejectedError('The room is full');
    const rules = authorizer((messages) =>
      messages.anyMessage().access(() => {
        throw error;
      }),
    );
    expect(() => rules.decide(clientMessage('MESSAGE', '/app/a'))).toThrow(error);
  });

  it('is refused when a matcher answers a promise, which would count as true', () => {
    const rules = authorizer((messages) =>
      messages.matchers((() => Promise.resolve(false)) as unknown as () => boolean).permitAll(),
    );
    expect(rules.decide(clientMessage('MESSAGE', '/app/a'))).toMatch('A matcher has to answer true or false');
  });
});

function fail(): never {
  throw new RangeError('down');
}
