import { afterEach, describe, expect, it } from '@jest/globals';
import { authorizeMessages } from 'nestjs-stomp';
import { AuthenticationChannelInterceptor } from '../../src/security/authentication-channel-interceptor.js';
import { AuthorizationChannelInterceptor } from '../../src/security/authorization-channel-interceptor.js';
import { headerOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

function start() {
  const authentication = new AuthenticationChannelInterceptor({
    authenticate: ({ login = '', passcode }) =>
      passcode === 's3cret' ? { name: login, roles: login === 'ada' ? ['ADMIN'] : [] } : null,
  });
  const authorization = new AuthorizationChannelInterceptor(
    authorizeMessages((messages) =>
      messages.simpDestMatchers('/topic/secret/**').hasRole('ADMIN').anyMessage().authenticated(),
    ),
  );
  return startTestApp({ stomp: { interceptors: { clientInbound: [authentication, authorization] } } });
}

const login = (name: string, passcode = 's3cret') =>
  `accept-version:1.2\nheart-beat:0,0\nlogin:${name}\npasscode:${passcode}\n`;

describe('A client', () => {
  it('that is not known gets one ERROR without a reason, which is in the log', async () => {
    const { url, logger } = await start();
    const client = await RawClient.open(url);
    client.send(`CONNECT\n${login('bob', 'wrong')}\n\0`);
    expect(await client.next()).toBe(
      'ERROR\nmessage:Authentication failed\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0',
    );
    expect(await client.closed).toEqual({ code: 1008, reason: 'Authentication failed' });
    const [line] = logger.textsOf('warn').filter((text) => text.includes('STOMP_ERR_REJECTED'));
    expect(line).toContain('The authenticator does not know the client with login "bob" from 127.0.0.1');
    expect(logger.lines.map(({ text }) => text).join()).not.toContain('wrong');
  });

  it('that is known is told its name', async () => {
    const { url } = await start();
    const client = await RawClient.open(url);
    client.send(`CONNECT\n${login('bob')}\n\0`);
    expect(headerOf(await client.next(), 'user-name')).toBe('bob');
  });

  it.each([
    'SEND\ndestination:/topic//secret/x\n\n\0',
    'SUBSCRIBE\nid:1\ndestination:/topic/secret/x\n\n\0',
    'SUBSCRIBE\nid:1\ndestination:/topic/**\n\n\0',
    'SUBSCRIBE\nid:1\ndestination:/topic/?ecret/{x\\c.*}\n\n\0',
  ])('without the role is refused %j, and learns nothing of the rule', async (frame) => {
    const { url, logger } = await start();
    const client = await RawClient.connect(url, login('bob'));
    client.send(frame);
    expect(await client.next()).toBe(
      'ERROR\nmessage:Access denied\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0',
    );
    expect(await client.closed).toEqual({ code: 1008, reason: 'Access denied' });
    expect(logger.textsOf('warn').join()).toContain(
      'of user "bob": denied by rule 1, simpDestMatchers("/topic/secret/**").hasRole("ADMIN")',
    );
  });

  it('with the role gets what is sent there, and leaves in peace', async () => {
    const { url } = await start();
    const client = await RawClient.connect(url, login('ada'));
    client.send('SUBSCRIBE\nid:1\ndestination:/topic/**\n\n\0');
    client.send('SEND\ndestination:/topic/secret/x\n\nhi\0');
    expect(await client.next()).toMatch(/^MESSAGE\n[^]*\n\nhi\0$/);
    client.send('DISCONNECT\nreceipt:77\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:77\n\n\0');
    expect(await client.closed).toEqual({ code: 1000, reason: '' });
  });
});

describe('ACK and NACK', () => {
  const subscribe =
    'SUBSCRIBE\nid:0\ndestination:/topic/a\nack:client\n\n\0SEND\ndestination:/topic/a\n\nhi\0';

  async function acknowledge(command: string, nullDest: 'permitAll' | 'denyAll'): Promise<string> {
    const authorization = authorizeMessages((messages) => {
      const others = messages.simpTypeMatchers('CONNECT').permitAll().nullDestMatcher()[nullDest]();
      return others.simpDestMatchers('/topic/**').permitAll().anyMessage().denyAll();
    });
    const { url } = await startTestApp({ stomp: { authorization } });
    const client = await RawClient.connect(url);
    client.send(subscribe);
    const ackId = headerOf(await client.next(), 'ack');
    client.send(`${command}\nid:${ackId}\ndestination:/topic/a\nreceipt:r\n\n\0`);
    return client.next();
  }

  it.each(['ACK', 'NACK'])('%s is judged as a message without destination', async (command) => {
    expect(await acknowledge(command, 'denyAll')).toContain('code:STOMP_ERR_REJECTED\n');
    // A refused message comes again before its RECEIPT.
    expect(await acknowledge(command, 'permitAll')).toMatch(
      command === 'ACK' ? /^RECEIPT\nreceipt-id:r\n/ : /^MESSAGE\n/,
    );
  });
});
