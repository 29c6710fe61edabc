import { describe, expect, it } from '@jest/globals';
import { authorizeMessages } from '../../../src/security/authorize-messages.js';
import type { MessageAuthorizationBuilder } from '../../../src/security/message-authorization-builder.js';
import { MessageAuthorizer } from '../../../src/security/message-authorizer.js';
import { ADA, BOB, clientMessage } from '../../support/client-message.js';

function authorizer(
  configure: (messages: MessageAuthorizationBuilder) => MessageAuthorizationBuilder,
  separator: '/' | '.' = '/',
) {
  const decider = new MessageAuthorizer(authorizeMessages(configure), separator);
  return (destination: string, user = BOB) => decider.decide(clientMessage('SUBSCRIBE', destination, user));
}

describe('A rule for /topic/secret/** and /topic/secret before one that permits the rest', () => {
  const decide = authorizer((messages) =>
    messages
      .simpSubscribeDestMatchers('/topic/secret/**', '/topic/vault')
      .hasRole('ADMIN')
      .simpDestMatchers('/topic/**')
      .permitAll(),
  );

  it.each([
    '/topic/secret',
    '/topic//secret',
    '/topic/secret/x',
    '/topic/secret//x',
    '/topic/secret/',
    '/topic/vault',
    '/topic//vault',
    '/topic/**',
    '/topic/**/',
    '/topic//**',
    '/topic/***',
    '/topic/*',
    '/topic/*/x',
    '/topic/*/*',
    '/topic/{a}/{b}',
    '/topic/{a}',
    '/topic/{a:.*}',
    '/topic/{a:s.*}/{b}',
    '/topic/{a:secret|public}/x',
    '/topic/{a:[^p].*}',
    '/topic/sec*',
    '/topic/*ret',
    '/topic/s*t',
    '/topic/sec*/**',
    '/topic/?ecret',
    '/topic/?ecret/x',
    '/topic/??????',
    '/topic/secre{t}',
    '/topic/{s}ecret/**',
    '/topic/**/secret',
    '/topic/**/x',
    '/topic/**/secret/**',
    '/topic/secret/*',
    '/topic/secret/{x}',
    '/topic/secret*',
    '/topic/vaul?',
    '/topic/*/',
    '//topic/*',
  ])('refuses %s to a user without the role [D76]', (destination) => {
    expect(decide(destination)).toMatch(
      /^denied by rule 1, simpSubscribeDestMatchers\(".*"\)\.hasRole\("ADMIN"\)$/,
    );
    expect(decide(destination, ADA)).toBeUndefined();
  });

  it.each(['/**', '/*/secret/x', '/{a}/{b}', '/t*/**', '/?opic/secret'])(
    'refuses %s, which reaches beyond all rules, to everybody [D76]',
    (destination) => {
      expect(decide(destination)).toBeDefined();
      expect(decide(destination, ADA)).toBe('no rule is about all destinations of its wildcards');
    },
  );

  it.each([
    '/topic/public',
    '/topic/public/**',
    '/topic/pub*',
    '/topic/public/{x:.*}',
    '/topic/?',
    '/topic/secrets/*',
  ])('lets %s pass, which has nothing to do with it', (destination) => {
    expect(decide(destination)).toBeUndefined();
  });
});

describe('A subscription with wildcards', () => {
  it('is decided with dots as without', () => {
    const decide = authorizer(
      (messages) =>
        messages.simpDestMatchers('/topic/secret.**').denyAll().simpDestMatchers('/topic/*.**').permitAll(),
      '.',
    );
    const destinations = ['/topic/*.x', '/topic/sec*.**', '/topic/*.**', '/topic/{x}.a', '/topic/open.*'];
    expect(destinations.map((destination) => decide(destination) === undefined)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('is not judged by rules for messages or other types', () => {
    const decide = authorizer((messages) =>
      messages
        .simpMessageDestMatchers('/topic/**')
        .denyAll()
        .simpTypeMatchers('CONNECT', 'MESSAGE')
        .denyAll()
        .nullDestMatcher()
        .denyAll()
        .simpTypeMatchers('SUBSCRIBE')
        .authenticated(),
    );
    expect(decide('/topic/**')).toBeUndefined();
  });

  it('has to be granted by every rule up to the first that covers it', () => {
    const decide = authorizer((messages) =>
      messages
        .simpDestMatchers('/topic/a')
        .hasRole('USER')
        .simpDestMatchers('/topic/*')
        .authenticated()
        .simpDestMatchers('/topic/b')
        .denyAll(),
    );
    expect(decide('/topic/*')).toBeUndefined();
    expect(decide('/topic/*', ADA)).toBe('denied by rule 1, simpDestMatchers("/topic/a").hasRole("USER")');
    expect(decide('/topic/**')).toBe('denied by rule 3, simpDestMatchers("/topic/b").denyAll()');
  });

  it('is refused where a variable would decide, for its value is not known', () => {
    const asked: string[] = [];
    const decide = authorizer((messages) =>
      messages
        .simpDestMatchers('/topic/rooms/{room}')
        .access(({ variables }) => asked.push(variables.get('room') ?? '') > 0)
        .anyMessage()
        .permitAll(),
    );
    expect(decide('/topic/rooms/*')).toBe(
      'rule 1, simpDestMatchers("/topic/rooms/{room}").access() cannot be asked about the wildcards',
    );
    expect(decide('/topic/rooms/{room}')).toBeDefined();
    expect(decide('/topic/**')).toBeDefined();
    expect(decide('/topic/other/*')).toBeUndefined();
    expect(asked).toEqual([]);
    expect(decide('/topic/rooms/7')).toBeUndefined();
    expect(asked).toEqual(['7']);
  });

  it('is shown to an access function that is about all of it, once and without variables', () => {
    const asked: [string | undefined, number][] = [];
    const decide = authorizer((messages) =>
      messages
        .simpDestMatchers('/topic/open/**')
        .access(({ message, variables }) => asked.push([message.headers.simpDestination, variables.size]) > 0)
        .anyMessage()
        .permitAll(),
    );
    expect(decide('/topic/open/*')).toBeUndefined();
    expect(asked).toEqual([['/topic/open/*', 0]]);
    expect(decide('/topic/*/x')).toMatch('cannot be asked about the wildcards');
    expect(asked).toHaveLength(1);
  });

  it('passes a matcher of the application only if that would let it pass, and goes on', () => {
    const never = authorizer((messages) =>
      messages
        .matchers(() => false)
        .denyAll()
        .anyMessage()
        .permitAll(),
    );
    expect(never('/topic/*')).toBe('denied by rule 1, matchers().denyAll()');
    expect(never('/topic/a')).toBeUndefined();
    const always = authorizer((messages) => messages.matchers(() => true).permitAll());
    expect(always('/topic/*')).toBe('no rule is about all destinations of its wildcards');
  });

  it('also has to be allowed as the name that a handler of subscriptions takes it for', () => {
    const decide = authorizer((messages) =>
      messages
        .simpDestMatchers('/app/orders/{id:[0-9]+}')
        .permitAll()
        .simpDestMatchers('/app/orders/**')
        .hasRole('ADMIN'),
    );
    expect(decide('/app/orders/7')).toBeUndefined();
    expect(decide('/app/orders/{id:[0-9]+}')).toBe(
      'denied by rule 2, simpDestMatchers("/app/orders/**").hasRole("ADMIN")',
    );
    expect(decide('/app/orders/{id:[0-9]+}', ADA)).toBeUndefined();
  });

  it('waits for rules that take their time', async () => {
    const decide = authorizer((messages) =>
      messages
        .simpDestMatchers('/topic/**')
        .access(({ user }) => Promise.resolve(user === ADA))
        .anyMessage()
        .denyAll(),
    );
    await expect(decide('/topic/*', ADA)).resolves.toBeUndefined();
    await expect(decide('/topic/*')).resolves.toMatch(/^denied by rule 1/);
  });

  it('without meaning or beyond the limits is refused like the broker refuses it', () => {
    const decide = authorizer((messages) => messages.anyMessage().permitAll());
    expect(() => decide('/topic/{a}/{a}')).toThrow(
      expect.objectContaining({ code: 'STOMP_ERR_PATTERN_SYNTAX' }),
    );
    expect(() => decide(`/topic${'/*'.repeat(17)}`)).toThrow(
      expect.objectContaining({ code: 'STOMP_ERR_PATTERN_LIMIT' }),
    );
  });
});
