import { describe, expect, it } from '@jest/globals';
import type { SimpMessageType } from '../../../src/messaging/message.js';
import { authorizeMessages } from '../../../src/security/authorize-messages.js';
import { MessageAuthorizationBuilder } from '../../../src/security/message-authorization-builder.js';
import { clientMessage } from '../../support/client-message.js';

type Configure = (messages: MessageAuthorizationBuilder) => void;

const descriptionsOf = (configure: Configure) =>
  authorizeMessages(configure)
    .compile('/')
    .map(({ description }) => description);

describe('Authorization rules', () => {
  it('are described as they are written, one for each pattern', () => {
    expect(
      descriptionsOf((messages) =>
        messages
          .simpTypeMatchers('CONNECT', 'OTHER')
          .permitAll()
          .simpDestMatchers('/app/a/**', '/app/b')
          .hasAnyRole('A', 'B')
          .simpMessageDestMatchers('/topic/**')
          .denyAll()
          .simpSubscribeDestMatchers('/topic/{x}')
          .access(() => true)
          .nullDestMatcher()
          .authenticated()
          .matchers(() => false)
          .anonymous()
          .anyMessage()
          .denyAll(),
      ),
    ).toEqual([
      'rule 1, simpTypeMatchers("CONNECT", "OTHER").permitAll()',
      'rule 2, simpDestMatchers("/app/a/**").hasAnyRole("A", "B")',
      'rule 2, simpDestMatchers("/app/b").hasAnyRole("A", "B")',
      'rule 3, simpMessageDestMatchers("/topic/**").denyAll()',
      'rule 4, simpSubscribeDestMatchers("/topic/{x}").access()',
      'rule 5, nullDestMatcher().authenticated()',
      'rule 6, matchers().anonymous()',
      'rule 7, anyMessage().denyAll()',
    ]);
  });

  it('may be written in several statements', () => {
    const configure: Configure = (messages) => {
      messages.simpTypeMatchers('CONNECT').permitAll();
      messages.anyMessage().authenticated();
    };
    expect(descriptionsOf(configure)).toHaveLength(2);
  });

  const types: SimpMessageType[] = ['CONNECT', 'MESSAGE', 'SUBSCRIBE', 'OTHER'];

  it.each<[string, (messages: MessageAuthorizationBuilder) => unknown, boolean[]]>([
    ['anyMessage', (m) => m.anyMessage().permitAll(), [true, true, true, true]],
    // A destination on CONNECT or ACK is the client's idea and means nothing.
    ['nullDestMatcher', (m) => m.nullDestMatcher().permitAll(), [true, false, false, true]],
    ['simpTypeMatchers', (m) => m.simpTypeMatchers('OTHER').permitAll(), [false, false, false, true]],
    ['simpDestMatchers', (m) => m.simpDestMatchers('/a').permitAll(), [false, true, true, false]],
    [
      'simpMessageDestMatchers',
      (m) => m.simpMessageDestMatchers('/a').permitAll(),
      [false, true, false, false],
    ],
    [
      'simpSubscribeDestMatchers',
      (m) => m.simpSubscribeDestMatchers('/a').permitAll(),
      [false, false, true, false],
    ],
    [
      'matchers',
      (m) => m.matchers(({ headers }) => headers.simpMessageType === 'MESSAGE').permitAll(),
      [false, true, false, false],
    ],
  ])(
    'of %s are about the right types: of CONNECT, MESSAGE, SUBSCRIBE, OTHER to /a',
    (_name, add, expected) => {
      const [{ matcher }] = authorizeMessages((messages) => void add(messages)).compile('/');
      expect(types.map((type) => matcher.matches(clientMessage(type, '/a')))).toEqual(expected);
    },
  );

  it('of no destination are about messages that have none', () => {
    const [{ matcher }] = authorizeMessages((messages) => messages.nullDestMatcher().permitAll()).compile(
      '/',
    );
    expect(matcher.matches(clientMessage('MESSAGE'))).toBe(true);
  });

  it.each<[string, Configure, string]>([
    [
      'there are none',
      () => undefined,
      'Authorization without rules would refuse everything. Say so with anyMessage().denyAll()',
    ],
    [
      'one has no outcome',
      (m) => void m.simpDestMatchers('/a'),
      'Authorization rule 1, simpDestMatchers(): it has no outcome. Say who may, e.g. authenticated().',
    ],
    [
      'one has no outcome and others follow',
      (m) => {
        m.anyMessage();
        m.simpDestMatchers('/a').permitAll();
      },
      'Authorization rule 1, anyMessage(): it has no outcome. Say who may, e.g. authenticated().',
    ],
    [
      'one has two outcomes',
      (m) => {
        const constraint = m.nullDestMatcher();
        constraint.permitAll();
        constraint.denyAll();
      },
      'Authorization rule 1, nullDestMatcher(): it has an outcome already.',
    ],
    [
      'one follows the last',
      (m) => void m.anyMessage().denyAll().simpDestMatchers('/a').permitAll(),
      'Authorization rule 2, simpDestMatchers(): it would never be asked, because anyMessage() stands before it. Put anyMessage() last.',
    ],
    [
      'one names no pattern',
      (m) => void m.simpDestMatchers(),
      'Authorization rule 1, simpDestMatchers(): it names nothing, so it would never match.',
    ],
    [
      'one names no type',
      (m) => void m.simpTypeMatchers(),
      'Authorization rule 1, simpTypeMatchers(): it names nothing, so it would never match.',
    ],
    [
      'one names a frame instead of a type',
      (m) => void m.simpTypeMatchers('SEND' as SimpMessageType),
      'Authorization rule 1, simpTypeMatchers(): "SEND" is no type of message. There are CONNECT, CONNECT_ACK, MESSAGE, SUBSCRIBE, UNSUBSCRIBE, DISCONNECT, OTHER.',
    ],
    [
      'a pattern is empty',
      (m) => void m.simpMessageDestMatchers('/a', ''),
      'Authorization rule 1, simpMessageDestMatchers(): a pattern has to be text that is not empty.',
    ],
    [
      'a matcher is no function',
      (m) => void m.matchers(undefined as unknown as () => boolean),
      'Authorization rule 1, matchers(): it needs functions.',
    ],
    [
      'an outcome is wrong',
      (m) => void m.nullDestMatcher().permitAll().anyMessage().hasRole(''),
      'Authorization rule 2, anyMessage(): hasRole() needs text that is not empty.',
    ],
  ])('are refused when %s', (_what, configure, message) => {
    expect(() => authorizeMessages(configure)).toThrow(new TypeError(message));
  });

  it('cannot be added when they are in use', () => {
    let kept: MessageAuthorizationBuilder | undefined;
    authorizeMessages((messages) => (kept = messages).simpTypeMatchers('CONNECT').permitAll());
    expect(() => kept?.simpDestMatchers('/a')).toThrow(
      'Authorization rule 2, simpDestMatchers(): the rules are in use already. Write all of them in one go.',
    );
  });

  it('name the rule whose pattern has no meaning, when the separator is known', () => {
    const rules = authorizeMessages((messages) =>
      messages.simpDestMatchers('/a/{x}/{x}').hasRole('ADMIN').anyMessage().denyAll(),
    );
    expect(() => rules.compile('/')).toThrow(
      'Authorization rule 1, simpDestMatchers("/a/{x}/{x}").hasRole("ADMIN"): ' +
        'Destination pattern "/a/{x}/{x}": two variables have the name "x". Rename one of them.',
    );
  });

  it('name the rule whose ** would end at a dot', () => {
    const rules = authorizeMessages((messages) => messages.simpDestMatchers('/topic/**').denyAll());
    expect(() => rules.compile('.')).toThrow(
      'Authorization rule 1, simpDestMatchers("/topic/**").denyAll(): With the separator "." a ** that does not ' +
        'stand between dots ends at the next dot. Write /topic/*.**',
    );
    expect(rules.compile('/')).toHaveLength(1);
  });
});
