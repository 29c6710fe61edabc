import { describe, expect, it } from '@jest/globals';
import { UpgradeHandshake } from '../../../src/websocket/upgrade-handshake.js';
import { requestWith } from './requests.js';

function handshakeOf(url: string, more: object = {}): UpgradeHandshake {
  return new UpgradeHandshake(Object.assign(requestWith({ cookie: 'a=b' }), { url }, more));
}

describe('a handshake', () => {
  it.each([
    ['/stomp', '/stomp', []],
    [
      '/stomp?token=a%20b&x',
      '/stomp',
      [
        ['token', 'a b'],
        ['x', ''],
      ],
    ],
    ['https://a.example/stomp?token=a', '/stomp', [['token', 'a']]],
  ])('of %s has the path %s and the query %j', (url, path, query) => {
    const handshake = handshakeOf(url);
    expect(handshake).toMatchObject({ url, path });
    expect([...handshake.query]).toEqual(query);
  });

  it('is what the client sent, whatever a middleware makes of the request', () => {
    const handshake = handshakeOf('/stomp?a=b');
    handshake.request.url = '/elsewhere';
    expect(handshake.info()).toEqual({
      url: '/stomp?a=b',
      headers: { cookie: 'a=b' },
      remoteAddress: undefined,
      user: undefined,
    });
  });

  it.each([
    ['no user', {}],
    ['a user that is no object', { user: 'joe' }],
    ['no user at all, said with null', { user: null }],
    ['a user without a name', { user: { id: 7, username: 'joe' } }],
    ['a user whose name is empty', { user: { name: '' } }],
    ['a user whose name is an object', { user: { name: { givenName: 'Joe' } } }],
  ])('with %s on its request has none', (_case, more) => {
    expect(handshakeOf('/', more).user).toBeUndefined();
  });

  it('has the user of its request, also when that comes later', () => {
    const handshake = handshakeOf('/');
    const user = { name: 'joe', age: 7 };
    Object.assign(handshake.request, { user });
    expect(handshake.user).toBe(user);
    expect(handshake.info().user).toBe(user);
  });

  it.each([[{ name: 'ann' }], [undefined]])('has the user %j that an interceptor has set instead', (user) => {
    const handshake = handshakeOf('/', { user: { name: 'joe' } });
    handshake.user = user;
    expect(handshake.user).toBe(user);
    expect(handshake.info().user).toBe(user);
  });

  it.each([{}, { name: '' }, { name: 7 }, null, 'joe'])('refuses the user %j', (user) => {
    const handshake = handshakeOf('/', { user: { name: 'joe' } });
    expect(() => (handshake.user = user as { name: string })).toThrow(
      new TypeError('The user of a handshake needs a name, a string that is not empty.'),
    );
  });
});
