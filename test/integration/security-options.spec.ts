import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import {
  authorizeMessages,
  MessageMapping,
  Principal,
  withHeaders,
  type StompModuleOptions,
  type StompPrincipal,
} from 'nestjs-stomp';
import { bodyOf, headerOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

@Controller()
class WhoAmI {
  @MessageMapping('/who')
  who(@Principal() user: StompPrincipal | null): string {
    return user?.name ?? 'nobody';
  }
}

const security: Partial<StompModuleOptions> = {
  authenticator: {
    authenticate: ({ login, passcode }) =>
      passcode === 'right' ? { name: login ?? '', roles: login === 'ann' ? ['ADMIN'] : [] } : null,
  },
  authorization: authorizeMessages((messages) =>
    messages
      .simpTypeMatchers('CONNECT')
      .authenticated()
      .simpSubscribeDestMatchers('/topic/admin/**')
      .hasRole('ADMIN')
      .simpSubscribeDestMatchers('/topic/**', '/user/**')
      .authenticated()
      .simpMessageDestMatchers('/app/**')
      .permitAll()
      .anyMessage()
      .denyAll(),
  ),
};

const connect = (url: string, login: string): Promise<RawClient> =>
  RawClient.connect(url, `accept-version:1.2\nheart-beat:0,0\nlogin:${login}\npasscode:right\n`);

describe('the options authenticator and authorization', () => {
  it('let in whom they know, as whom they know, to what they may', async () => {
    const { url } = await startTestApp({ controllers: [WhoAmI], stomp: security });
    const ann = await connect(url, 'ann');
    ann.send(
      'SUBSCRIBE\nid:a\ndestination:/topic/admin/x\n\n\0SUBSCRIBE\nid:b\ndestination:/topic/who\n\n\0',
    );
    ann.send('SEND\ndestination:/app/who\n\n\0');
    expect(bodyOf(await ann.next())).toBe('ann');
  });

  it('refuse a wrong passcode, and tell nobody which part of it was wrong [D99]', async () => {
    const { url, logger } = await startTestApp({ stomp: security });
    const client = await RawClient.open(url);
    client.send('CONNECT\naccept-version:1.2\nlogin:ann\npasscode:s3cret\n\n\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:Authentication failed\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0',
    );
    expect((await client.closed).code).toBe(1008);
    expect(JSON.stringify(logger.lines)).not.toContain('s3cret');
  });

  it.each(['/topic/admin/x', '/topic/**', '/topic/*/x', '/queue/x'])(
    'refuse bob the subscription to %s, by option without ending his session [D76]',
    async (destination) => {
      const { url } = await startTestApp({ stomp: { ...security, rejections: 'report' } });
      const bob = await connect(url, 'bob');
      bob.send('SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n\0');
      bob.send(`SUBSCRIBE\nid:x\ndestination:${destination}\n\n\0`);
      expect(headerOf(await bob.next(), 'message')).toBe('Access denied');
      expect(await bob.sync()).toEqual([]);
    },
  );

  it('judge the message as the interceptors have left it, and the user whom they named', async () => {
    const { url } = await startTestApp({
      stomp: {
        authorization: security.authorization,
        interceptors: {
          clientInbound: [
            {
              preSend: (message) =>
                withHeaders(message, { simpUser: { name: 'root', authorities: ['ROLE_ADMIN'] } }),
            },
          ],
        },
      },
    });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:a\ndestination:/topic/admin/x\nreceipt:r\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
  });

  it.each<[Partial<StompModuleOptions>, string]>([
    [{ authenticator: {} as never }, '"authenticator" is wrong: {}. Give an instance with an authenticate'],
    [{ authorization: [] as never }, '"authorization" is wrong: []. Give what authorizeMessages'],
    [
      { authorization: authorizeMessages((messages) => messages.simpDestMatchers('/a/{b:[}').denyAll()) },
      '"authorization" is wrong. Authorization rule 1',
    ],
  ])('fail the boot when they are wrong: %#', async (stomp, problem) => {
    await expect(startTestApp({ stomp })).rejects.toThrow(problem);
  });
});
