import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Message } from '../../../src/messaging/message.js';
import { MessageRejectedError, MessagingError } from '../../../src/messaging/messaging-error.js';
import type { Principal } from '../../../src/messaging/principal.js';
import { RefusalReason } from '../../../src/messaging/refusal-reason.js';
import type { SimpSession } from '../../../src/messaging/simp-session.js';
import { AuthenticationChannelInterceptor } from '../../../src/security/authentication-channel-interceptor.js';
import type { ConnectAttempt, StompAuthenticator } from '../../../src/security/stomp-authenticator.js';
import { StompCredentials } from '../../../src/session/stomp-credentials.js';
import { ADA, BOB, clientMessage } from '../../support/client-message.js';

const session: SimpSession = {
  id: 's1',
  user: undefined,
  attributes: new Map(),
  handshake: { url: '/stomp', headers: {}, remoteAddress: '192.0.2.1' },
  subscriptions: new Map(),
  close: () => undefined,
};

const connect = (user?: Principal, credentials?: StompCredentials, simpSession = session): Message =>
  clientMessage('CONNECT', undefined, user, {
    simpSession,
    stompCredentials: credentials,
    nativeHeaders: new Map([
      ['host', ['example.org']],
      ['authorization', ['Bearer abc', 'Bearer def']],
      ['passcode', ['PROTECTED']],
    ]),
  });

const answering = (answer: unknown) =>
  new AuthenticationChannelInterceptor({ authenticate: () => answer } as StompAuthenticator);

const CREDENTIALS = new StompCredentials('bob', 's3cret');

async function refusalOf(interceptor: AuthenticationChannelInterceptor, message = connect()) {
  try {
    await interceptor.preSend(message);
  } catch (error) {
    if (error instanceof MessagingError) return error;
    throw error;
  }
  throw new Error('The message passed');
}

describe('Authentication', () => {
  it('[CONN-14] puts the user on the CONNECT, at once if it can', () => {
    const message = connect();
    const passed = answering(BOB).preSend(message) as Message;
    expect(passed.headers).toEqual({ ...message.headers, simpUser: BOB });
    expect(passed.payload).toBe(message.payload);
  });

  it('waits for an authenticator that takes its time', async () => {
    const passed = await answering(Promise.resolve(BOB)).preSend(connect());
    expect(passed.headers.simpUser).toBe(BOB);
  });

  it('lets a client in without a user, whomever the handshake named', () => {
    const passed = answering('anonymous').preSend(connect(ADA)) as Message;
    expect(passed.headers.simpUser).toBeUndefined();
  });

  it('asks about CONNECT only', () => {
    const interceptor = answering(null);
    for (const type of ['MESSAGE', 'SUBSCRIBE', 'DISCONNECT'] as const) {
      const message = clientMessage(type, '/app/a', undefined, { simpSession: session });
      expect(interceptor.preSend(message)).toBe(message);
    }
  });

  it('shows what the client said, and its handshake', () => {
    const seen: [ConnectAttempt, unknown][] = [];
    const interceptor = new AuthenticationChannelInterceptor({
      authenticate: (...attempt) => (seen.push(attempt), BOB),
    });
    const message = connect(ADA, CREDENTIALS);
    void interceptor.preSend(message);
    const [[attempt, handshake]] = seen;
    expect(handshake).toBe(session.handshake);
    expect(attempt.login).toBe('bob');
    expect(attempt.passcode).toBe('s3cret');
    expect(attempt.host).toBe('example.org');
    expect(attempt.header('authorization')).toBe('Bearer abc');
    expect(attempt.header('passcode')).toBeUndefined();
    expect(attempt.header('x')).toBeUndefined();
    expect(attempt.user).toBe(ADA);
    expect(attempt.session).toBe(session);
    expect(attempt.message).toBe(message);
    for (const text of [inspect(attempt, { depth: 9, showHidden: true }), JSON.stringify(attempt)]) {
      expect(text).not.toContain('s3cret');
    }
  });

  it('shows no login and no passcode where there are none', () => {
    const seen: unknown[] = [];
    const interceptor = new AuthenticationChannelInterceptor({
      authenticate: ({ login, passcode }) => (seen.push(login, passcode), BOB),
    });
    void interceptor.preSend(connect());
    expect(seen).toEqual([undefined, undefined]);
  });

  it.each([null, undefined, Promise.resolve(null)])(
    'refuses whom the authenticator does not know: %p',
    async (answer) => {
      const error = await refusalOf(answering(answer), connect(undefined, CREDENTIALS));
      expect(error).toMatchObject({ code: 'STOMP_ERR_REJECTED', message: 'Authentication failed' });
      expect(error.cause).toEqual(
        new RefusalReason('The authenticator does not know the client with login "bob" from 192.0.2.1'),
      );
    },
  );

  it('logs a client without login or address as such', async () => {
    const gone = { ...session, handshake: { ...session.handshake, remoteAddress: undefined } };
    const { cause } = await refusalOf(answering(null), connect(undefined, undefined, gone));
    expect(cause).toEqual(
      new RefusalReason(
        'The authenticator does not know the client with no login from an address that is gone',
      ),
    );
  });

  const down = new RangeError('down');

  it.each<[string, () => never | Promise<never>]>([
    [
      'throws',
      () => {
        throw down;
      },
    ],
    ['rejects', () => Promise.reject(down)],
  ])('refuses when the authenticator %s, with the reason for the log only', async (_what, authenticate) => {
    const error = await refusalOf(new AuthenticationChannelInterceptor({ authenticate }));
    expect(error).toMatchObject({ code: 'STOMP_ERR_REJECTED', message: 'Authentication failed' });
    expect(error.cause).toBe(down);
  });

  it('refuses with the text that the authenticator throws for the client', async () => {
    const locked = new MessageRejectedError('The account is locked');
    const throwing = new AuthenticationChannelInterceptor({
      authenticate: () => {
        throw locked;
      },
    });
    expect(await refusalOf(throwing)).toBe(locked);
    expect(await refusalOf(answering(Promise.reject(locked)))).toBe(locked);
  });

  it.each([
    [true, 'a boolean'],
    ['bob', 'a string'],
    [{}, 'a principal without a name'],
    [{ name: '' }, 'a principal without a name'],
    [{ name: 7 }, 'a principal without a name'],
    [{ name: 'bob', destinationUserName: '' }, 'a principal whose destinationUserName is no text, or empty'],
    [{ name: 'bob', roles: 'ADMIN' }, 'a principal whose roles are no array'],
    [{ name: 'bob', authorities: 'ADMIN' }, 'a principal whose authorities are no array'],
    [{ name: 'bob', expiresAt: NaN }, 'a principal whose expiresAt is no time'],
    [{ name: 'bob', expiresAt: new Date('never') }, 'a principal whose expiresAt is no time'],
    [{ name: 'bob', expiresAt: '2030-01-01' }, 'a principal whose expiresAt is no time'],
  ])('refuses %j, which is %s', async (answer, problem) => {
    const error = await refusalOf(answering(answer));
    expect(error.message).toBe('Authentication failed');
    expect(error.cause).toEqual(
      new RefusalReason(`The authenticator answered ${problem}. Answer a principal, 'anonymous' or null`),
    );
  });

  it.each([
    { expiresAt: 0 },
    { expiresAt: new Date(0) },
    { roles: [], authorities: [], destinationUserName: 'b' },
  ])('takes a principal with %j', (more) => {
    const principal = { name: 'bob', ...more };
    expect((answering(principal).preSend(connect()) as Message).headers.simpUser).toBe(principal);
  });

  it('refuses a CONNECT that came from no session', async () => {
    const error = await refusalOf(answering(BOB), clientMessage('CONNECT'));
    expect(error).toMatchObject({ message: 'Authentication failed' });
    expect(error.cause).toEqual(new Error('The CONNECT came from no session'));
  });

  it('takes the user of a trusted session from its handshake, and asks about all others', async () => {
    const interceptor = answering(null);
    interceptor.trust(session);
    const message = connect(ADA);
    expect(interceptor.preSend(message)).toBe(message);
    expect(await refusalOf(interceptor, connect(ADA, undefined, { ...session }))).toMatchObject({
      message: 'Authentication failed',
    });
  });
});
