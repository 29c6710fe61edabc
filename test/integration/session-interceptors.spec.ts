import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageMapping, withHeaders, type InterceptorOptions, type Message } from 'nestjs-stomp';
import { namingUsers } from '../support/naming-users.js';
import { onSend } from '../support/on-send.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

/** What has happened, in order. */
const steps: string[] = [];

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
  steps.length = 0;
});

@Controller()
class Echo {
  @MessageMapping('/echo')
  echo(text: string): string {
    steps.push(`handler ${text}`);
    return text;
  }
}

function start(interceptors: InterceptorOptions) {
  return startTestApp({ controllers: [Echo], stomp: { interceptors } });
}

describe('Interceptors of clientInbound', () => {
  it('[CONN-14] name the user on CONNECT: in CONNECTED, and on every message after it', async () => {
    const users: unknown[] = [];
    const { url } = await start({
      clientInbound: [
        namingUsers,
        {
          preSend: (message) => {
            const { simpMessageType, simpUser } = message.headers;
            users.push([simpMessageType, simpUser?.name]);
            return message;
          },
        },
      ],
    });
    const client = await RawClient.open(url);
    client.send('CONNECT\naccept-version:1.2\nheart-beat:0,0\nlogin:joe\npasscode:secret\n\n\0');
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\nuser-name:joe\n\n\0');
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/x\n\n\0SEND\ndestination:/topic/x\nlogin:root\n\n\0');
    client.send('UNSUBSCRIBE\nid:s\n\n\0DISCONNECT\n\n\0');
    await client.closed;
    expect(users).toEqual([
      ['CONNECT', 'joe'],
      ['SUBSCRIBE', 'joe'],
      ['MESSAGE', 'joe'],
      ['UNSUBSCRIBE', 'joe'],
      ['DISCONNECT', 'joe'],
    ]);
  });

  it('[CONN-15] name another user for one message only, after CONNECT', async () => {
    const users: unknown[] = [];
    const { url } = await start({
      clientInbound: [
        namingUsers,
        onSend({
          preSend: (message) =>
            message.headers.simpDestination === '/topic/as-root'
              ? withHeaders(message, { simpUser: { name: 'root' } })
              : message,
        }),
        onSend({
          preSend: (message) => {
            users.push(message.headers.simpUser?.name);
            return message;
          },
        }),
      ],
    });
    const client = await RawClient.connect(url, 'accept-version:1.2\nlogin:joe\n');
    client.send('SEND\ndestination:/topic/as-root\n\n\0SEND\ndestination:/topic/x\n\n\0');
    await client.sync();
    expect(users).toEqual(['root', 'joe']);
  });

  it('[CONN-18] veto a CONNECT: the client is told instead of left to wait', async () => {
    const { url } = await start({
      clientInbound: [
        { preSend: (message) => (message.headers.simpMessageType === 'CONNECT' ? null : message) },
      ],
    });
    const client = await RawClient.open(url);
    client.send('CONNECT\naccept-version:1.2\n\n\0SEND\ndestination:/app/echo\n\nhi\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:CONNECT was not accepted\ncode:STOMP_ERR_NOT_ROUTABLE\ncontent-length:0\n\n\0',
    );
    expect(await client.closed).toEqual({ code: 1008, reason: 'CONNECT was not accepted' });
    expect(steps).toEqual([]);
  });

  it('[CONN-23] see a DISCONNECT when the connection is lost without one', async () => {
    let tell: (message: Message) => void = () => undefined;
    const farewell = new Promise<Message>((resolve) => (tell = resolve));
    const { url } = await start({
      clientInbound: [
        namingUsers,
        {
          preSend: (message) => {
            if (message.headers.simpMessageType === 'DISCONNECT') tell(message);
            return message;
          },
        },
      ],
    });
    const client = await RawClient.connect(url, 'accept-version:1.2\nlogin:joe\n');
    client.terminate();
    const { headers } = await farewell;
    expect(headers.simpUser).toEqual({ name: 'joe' });
    expect(headers.nativeHeaders.size).toBe(0);
  });
});
