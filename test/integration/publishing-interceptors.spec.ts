import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import {
  MessageMapping,
  MessageRejectedError,
  SimpMessagingTemplate,
  type ChannelInterceptor,
  type InterceptorOptions,
} from 'nestjs-stomp';
import { bodyOf, headerOf } from '../support/exchange.js';
import { onSend } from '../support/on-send.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

@Controller()
class Echo {
  @MessageMapping('/echo')
  echo(text: string): string {
    return text;
  }
}

function start(interceptors: InterceptorOptions) {
  return startTestApp({ controllers: [Echo], stomp: { interceptors } });
}

const SEND = 'SEND\ndestination:/app/echo\n\nhi\0';

describe('Interceptors of broker', () => {
  it('see what handlers and the template publish, not what clients send to the broker', async () => {
    const seen: string[] = [];
    const counting: ChannelInterceptor = {
      preSend: (message, channel) => {
        seen.push(`${channel.name} ${message.headers.simpDestination}`);
        return message;
      },
    };
    const { url, app } = await start({ broker: [counting] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/*\n\n\0SEND\ndestination:/topic/x\n\ndirect\0');
    client.send('SEND\ndestination:/app/echo\n\nhandled\0');
    expect((await client.sync()).map(bodyOf)).toEqual(['direct', 'handled']);
    await app.get(SimpMessagingTemplate).convertAndSend('/topic/x', 'template');
    expect(bodyOf(await client.next())).toBe('template');
    expect(seen).toEqual(['brokerChannel /topic/echo', 'brokerChannel /topic/x']);
  });

  it('change and veto what is published; the template learns of it', async () => {
    const { url, app } = await start({
      broker: [
        {
          preSend: (message) => {
            const { simpDestination } = message.headers;
            return simpDestination === '/topic/secret'
              ? null
              : { ...message, payload: Buffer.from('changed') };
          },
        },
      ],
    });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/*\n\n\0');
    await client.sync();
    const template = app.get(SimpMessagingTemplate);
    expect(await template.convertAndSend('/topic/secret', 'x')).toBe('vetoed');
    expect(await template.convertAndSend('/topic/x', 'x')).toBe('handled');
    expect((await client.sync()).map(bodyOf)).toEqual(['changed']);
  });

  it('throw: the handler that published has failed', async () => {
    const { url } = await start({
      broker: [
        {
          preSend: () => {
            throw new MessageRejectedError('The topic is closed');
          },
        },
      ],
    });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/echo\nreceipt:r\n\nhi\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:The topic is closed\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    );
  });
});

describe('Interceptors of clientOutbound', () => {
  it('[CH-17] see a message for each receiver, and the answer to CONNECT, before they are frames', async () => {
    const seen: unknown[] = [];
    const { url } = await start({
      clientOutbound: [
        {
          preSend: (message) => {
            const { simpMessageType, simpDestination, simpSubscriptionId, nativeHeaders } = message.headers;
            seen.push([simpMessageType, simpDestination, simpSubscriptionId, nativeHeaders.size]);
            return message;
          },
        },
      ],
    });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:a\ndestination:/topic/echo\n\n\0SUBSCRIBE\nid:b\ndestination:/topic/*\n\n\0');
    client.send(SEND);
    // Interceptors are asynchronous: a RECEIPT of another frame may come before what they look at.
    const frames = [await client.next(), await client.next()];
    expect(frames.map((frame) => headerOf(frame, 'subscription')).sort()).toEqual(['a', 'b']);
    expect(seen.slice(1).sort()).toEqual([
      ['MESSAGE', '/topic/echo', 'a', 0],
      ['MESSAGE', '/topic/echo', 'b', 0],
    ]);
    expect(seen[0]).toEqual(['CONNECT_ACK', undefined, undefined, 0]);
  });

  it('change or veto a message for one receiver; the others get theirs', async () => {
    const { url } = await start({
      clientOutbound: [
        onSend({
          preSend: (message) => {
            const { simpSubscriptionId } = message.headers;
            if (simpSubscriptionId === 'vetoed') return null;
            if (simpSubscriptionId === 'failing') throw new Error('not for this one');
            return simpSubscriptionId === 'changed'
              ? { ...message, payload: Buffer.from('changed') }
              : message;
          },
        }),
      ],
    });
    const client = await RawClient.connect(url);
    for (const id of ['vetoed', 'failing', 'changed', 'plain']) {
      client.send(`SUBSCRIBE\nid:${id}\ndestination:/topic/echo\n\n\0`);
    }
    client.send(SEND);
    const frames = await Promise.all([client.next(), client.next()]);
    expect(frames.map((frame) => [headerOf(frame, 'subscription'), bodyOf(frame)]).sort()).toEqual([
      ['changed', 'changed'],
      ['plain', 'hi'],
    ]);
    expect(await client.sync()).toEqual([]);
  });
});
