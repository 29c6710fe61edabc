import { describe, expect, it } from '@jest/globals';
import {
  HttpSessionHandshakeInterceptor,
  type HttpSessionOptions,
} from '../../../src/websocket/http-session-handshake-interceptor.js';
import { UpgradeHandshake } from '../../../src/websocket/upgrade-handshake.js';
import { requestWith } from './requests.js';

/** The attributes that a handshake with this HTTP session ends up with. */
function attributesOf(session: unknown, cookie = '', options?: HttpSessionOptions): [string, unknown][] {
  const handshake = new UpgradeHandshake(Object.assign(requestWith({ cookie }), { session }));
  new HttpSessionHandshakeInterceptor(options).beforeHandshake(handshake);
  return [...handshake.attributes];
}

/** As `express-session` has it: the id is on the prototype. */
function sessionOf(id: string, attributes: object): object {
  return Object.assign(Object.create({ id, save: () => undefined }), attributes);
}

describe('the attributes of an HTTP session', () => {
  it('are copied, without its cookie and what is null', () => {
    const session = sessionOf('s1', {
      cookie: { path: '/' },
      cart: [1],
      visits: 0,
      gone: null,
      never: undefined,
    });
    expect(attributesOf(session)).toEqual([
      ['cart', [1]],
      ['visits', 0],
    ]);
  });

  it('are copied by name', () => {
    const session = sessionOf('s1', { cookie: { path: '/' }, cart: [1], visits: 0 });
    expect(attributesOf(session, '', { attributeNames: ['visits', 'other'] })).toEqual([['visits', 0]]);
    expect(attributesOf(session, '', { attributeNames: [] })).toEqual([]);
  });

  it.each([undefined, null, false, 'session'])('are none when the session is %j', (session) => {
    expect(attributesOf(session)).toEqual([]);
  });
});

describe('the id of an HTTP session', () => {
  it.each([
    ['s1', 'a=b; sid=s%3As1.c2lnbmF0dXJl'],
    ['s/1', 'sid=s%2F1'],
    ['s/1', 'sid=s/1'],
  ])('%s is copied when the client knows it: %s', (id, cookie) => {
    expect(attributesOf(sessionOf(id, {}), cookie)).toEqual([['HTTP.SESSION.ID', id]]);
  });

  it('is not copied when the session was made for this request, as nobody will ever know it', () => {
    expect(attributesOf(sessionOf('s2', {}), 'sid=s%3As1.c2lnbmF0dXJl')).toEqual([]);
    expect(attributesOf(sessionOf('', {}), 'sid=s1')).toEqual([]);
    expect(attributesOf({}, 'sid=s1')).toEqual([]);
  });

  it('is not copied when it is not wanted', () => {
    expect(attributesOf(sessionOf('s1', { a: 1 }), 'sid=s1', { copyHttpSessionId: false })).toEqual([
      ['a', 1],
    ]);
  });
});
