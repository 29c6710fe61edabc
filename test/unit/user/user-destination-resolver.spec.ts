import { describe, expect, it } from '@jest/globals';
import type { Message, MessageHeaders } from '../../../src/messaging/message.js';
import { UserDestinationResolver } from '../../../src/user/user-destination-resolver.js';

const registry = {
  sessionIdsOf: (name: string) => (name === 'joe' ? ['j1', 'j2'] : []),
  isSessionOf: (name: string, id: string) => name === 'joe' && ['j1', 'j2'].includes(id),
  hasSession: (id: string) => ['j1', 'j2', 'anonymous'].includes(id),
  isElsewhere: () => false,
};

function message(headers: Partial<MessageHeaders>): Message {
  return {
    payload: undefined,
    headers: { simpMessageType: 'MESSAGE', nativeHeaders: new Map(), ...headers },
  };
}

const resolver = new UserDestinationResolver(registry, '/user', true);

describe('UserDestinationResolver', () => {
  it('reads a subscription as the session’s own', () => {
    expect(
      resolver.resolve(
        message({ simpMessageType: 'SUBSCRIBE', simpDestination: '/user/queue/x', simpSessionId: 's' }),
      ),
    ).toEqual({ target: '/queue/x', subscribed: '/user/queue/x', sessionIds: ['s'] });
  });

  it('reads a message as one for every session of the user', () => {
    expect(resolver.resolve(message({ simpDestination: '/user/joe/queue/x' }))).toEqual({
      target: '/queue/x',
      subscribed: '/user/queue/x',
      sessionIds: ['j1', 'j2'],
      elsewhere: { user: 'joe' },
    });
  });

  it.each([
    ['a session of the user', 'joe', 'j2', ['j2'], false],
    ['a session of somebody else', 'joe', 'other', ['j1', 'j2'], true],
    ['an anonymous session, by its id', 'anonymous', 'anonymous', ['anonymous'], false],
    ['somebody else, to the id of a session', 'anonymous', 'j1', [], true],
    ['the application, to the id of a session', 'anonymous', undefined, [], true],
    ['a session that is gone, by its id', 'gone', 'gone', [], true],
    ['the application, to nobody', 'nobody', undefined, [], true],
  ])(
    'finds for a message of %s to %s: %s %j, on all nodes: %j',
    (_title, name, simpSessionId, expected, isForUser) => {
      const destination = resolver.resolve(
        message({ simpDestination: `/user/${name}/queue/x`, simpSessionId, stompCommand: 'SEND' }),
      );
      expect(destination?.sessionIds).toEqual(expected);
      expect(destination?.elsewhere).toEqual(isForUser ? { user: name } : undefined);
    },
  );

  it('keeps to one session what the application sends in its name, also when it is gone', () => {
    for (const name of ['joe', 'gone']) {
      const headers = { simpDestination: `/user/${name}/queue/x`, simpSessionId: 'gone' };
      expect(resolver.resolve(message(headers))?.elsewhere).toEqual({ user: name, sessionId: 'gone' });
    }
  });

  it.each<[string, Partial<MessageHeaders>]>([
    ['another destination', { simpDestination: '/users/joe/queue/x' }],
    ['no destination', {}],
    ['the prefix alone', { simpDestination: '/user/' }],
    ['a message without a destination behind the name', { simpDestination: '/user/joe' }],
    ['a subscription of nobody', { simpMessageType: 'SUBSCRIBE', simpDestination: '/user/queue/x' }],
    [
      'an UNSUBSCRIBE, which goes by its id',
      { simpMessageType: 'UNSUBSCRIBE', simpDestination: '/user/queue/x', simpSessionId: 's' },
    ],
  ])('leaves %s to others', (_title, headers) => {
    expect(resolver.resolve(message(headers))).toBeUndefined();
  });

  it('takes the slash away where the broker writes none, and puts it back for the client', () => {
    const dots = new UserDestinationResolver(registry, '/me/', false);
    expect(dots.resolve(message({ simpDestination: '/me/joe/jms.queue.x' }))).toEqual({
      target: 'jms.queue.x',
      subscribed: '/me/jms.queue.x',
      sessionIds: ['j1', 'j2'],
      elsewhere: { user: 'joe' },
    });
  });
});
