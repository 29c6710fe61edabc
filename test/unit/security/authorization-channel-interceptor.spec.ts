import { describe, expect, it } from '@jest/globals';
import type { Message } from '../../../src/messaging/message.js';
import { MessageRejectedError } from '../../../src/messaging/messaging-error.js';
import { RefusalReason } from '../../../src/messaging/refusal-reason.js';
import { AuthorizationChannelInterceptor } from '../../../src/security/authorization-channel-interceptor.js';
import { authorizeMessages } from '../../../src/security/authorize-messages.js';
import type { MessageAuthorizationBuilder } from '../../../src/security/message-authorization-builder.js';
import { BOB, clientMessage } from '../../support/client-message.js';

const interceptor = (configure: (messages: MessageAuthorizationBuilder) => MessageAuthorizationBuilder) =>
  new AuthorizationChannelInterceptor(authorizeMessages(configure));

function refusalOf(send: () => unknown): MessageRejectedError {
  try {
    send();
  } catch (error) {
    if (error instanceof MessageRejectedError) return error;
    throw error;
  }
  throw new Error('The message passed');
}

describe('Authorization', () => {
  const admins = interceptor((messages) =>
    messages.simpDestMatchers('/app/admin/**').hasRole('ADMIN').nullDestMatcher().permitAll(),
  );

  it('lets an allowed message pass as it is, at once', () => {
    const message = clientMessage('CONNECT');
    expect(admins.preSend(message)).toBe(message);
  });

  it('tells the client that access is denied, and the log by which rule', () => {
    const error = refusalOf(() => admins.preSend(clientMessage('MESSAGE', '/app/admin/x', BOB)));
    expect(error).toMatchObject({ code: 'STOMP_ERR_REJECTED', message: 'Access denied' });
    expect(error.cause).toEqual(
      new RefusalReason(
        'MESSAGE to "/app/admin/x" of user "bob": denied by rule 1, simpDestMatchers("/app/admin/**").hasRole("ADMIN")',
      ),
    );
  });

  it('clips what it logs of the client', () => {
    const [destination, name] = [`/${'d\n'.repeat(100)}`, 'n'.repeat(100)];
    const { cause } = refusalOf(() => admins.preSend(clientMessage('SUBSCRIBE', destination, { name })));
    const shown = `"/${'d?'.repeat(29)}d..."`;
    expect(cause).toEqual(
      new RefusalReason(`SUBSCRIBE to ${shown} of user "${'n'.repeat(60)}...": no rule is about it`),
    );
  });

  it('logs an anonymous session and a message without destination as such', () => {
    const closed = interceptor((messages) => messages.anyMessage().authenticated());
    expect(refusalOf(() => closed.preSend(clientMessage('CONNECT'))).cause).toEqual(
      new RefusalReason('CONNECT of an anonymous session: denied by rule 1, anyMessage().authenticated()'),
    );
  });

  it('keeps nobody from leaving', () => {
    const closed = interceptor((messages) => messages.anyMessage().denyAll());
    for (const message of [clientMessage('DISCONNECT'), clientMessage('UNSUBSCRIBE', '/topic/a')]) {
      expect(closed.preSend(message)).toBe(message);
    }
  });

  it('waits for a rule that takes its time', async () => {
    const slow = interceptor((messages) =>
      messages.anyMessage().access(({ user }) => Promise.resolve(user === BOB)),
    );
    const message = clientMessage('MESSAGE', '/app/a', BOB);
    await expect(slow.preSend(message)).resolves.toBe(message);
    await expect(slow.preSend(clientMessage('MESSAGE', '/app/a')) as Promise<Message>).rejects.toThrow(
      'Access denied',
    );
  });

  it('reads its patterns with the separator of the application', () => {
    const rules = authorizeMessages((messages) => messages.simpDestMatchers('/app/admin.*').permitAll());
    const dots = new AuthorizationChannelInterceptor(rules, { separator: '.' });
    const message = clientMessage('MESSAGE', '/app/admin.x');
    expect(dots.preSend(message)).toBe(message);
    expect(() => dots.preSend(clientMessage('MESSAGE', '/app/admin.x.y'))).toThrow('Access denied');
  });

  it('fails to be made of a pattern without meaning', () => {
    expect(() => interceptor((messages) => messages.simpDestMatchers('/{').permitAll())).not.toThrow();
    expect(() => interceptor((messages) => messages.simpDestMatchers('/{}').permitAll())).toThrow(
      /^Authorization rule 1, simpDestMatchers\("\/\{\}"\)\.permitAll\(\): Destination pattern/,
    );
  });
});
