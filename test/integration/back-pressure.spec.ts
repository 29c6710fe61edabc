import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Controller } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MessageMapping, SimpMessagingTemplate, type ChannelInterceptor } from 'nestjs-stomp';
import { Deferred } from '../support/deferred.js';
import { turnUntil } from '../support/event-loop.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp, type TestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** Much more than the buffers of the system between two sockets take at once. */
const LARGE = Buffer.alloc(16 * 1024 * 1024, 'x');

async function subscribed({ url }: TestApp): Promise<RawClient> {
  const client = await RawClient.connect(url);
  client.send('SUBSCRIBE\nid:sub-0\ndestination:/topic/files\nreceipt:r\n\n\0');
  expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
  return client;
}

describe('a client that is sent a message larger than sendBufferSizeLimit', () => {
  it('gets it, if it reads, and its session goes on [OUT-1]', async () => {
    const app = await startTestApp();
    const client = await subscribed(app);
    for (let message = 0; message < 2; message++) {
      await app.app.get(SimpMessagingTemplate).convertAndSend('/topic/files', LARGE);
      const frame = await client.next();
      expect(frame.endsWith(`content-length:${LARGE.length}\n\n${LARGE.toString()}\0`)).toBe(true);
      expect(await client.sync()).toEqual([]);
    }
    expect(app.logger.textsOf('warn')).toEqual([]);
  });

  it('is given up with 4500, if it does not read, for what waits behind it [OUT-1] [OUT-3]', async () => {
    const app = await startTestApp({ stomp: { transport: { sendBufferSizeLimit: 1000 } } });
    const client = await subscribed(app);
    const template = app.app.get(SimpMessagingTemplate);
    client.socket.pause();
    await template.convertAndSend('/topic/files', LARGE);
    await template.convertAndSend('/topic/files', 'y'.repeat(500));
    expect(app.logger.textsOf('warn')).toEqual([]);
    await template.convertAndSend('/topic/files', 'y'.repeat(500));
    expect(app.logger.textsOf('warn')).toEqual([
      expect.stringMatching(/STOMP_ERR_SLOW_CONSUMER, More than 1000 bytes wait to be sent$/),
    ]);
    client.socket.resume();
    expect(await client.closed).toEqual({ code: 4500, reason: 'More than 1000 bytes wait to be sent' });
  });

  it('is given up with 4500, if nothing of it leaves for sendTimeLimit, without a further message [OUT-2]', async () => {
    const gone = new Deferred();
    const watcher: ChannelInterceptor = {
      preSend: (message) => {
        if (message.headers.simpMessageType === 'DISCONNECT') gone.resolve();
        return message;
      },
    };
    const app = await startTestApp({
      stomp: { transport: { sendTimeLimit: 50 }, interceptors: { clientInbound: [watcher] } },
    });
    const client = await subscribed(app);
    client.socket.pause();
    await app.app.get(SimpMessagingTemplate).convertAndSend('/topic/files', LARGE);
    await gone.promise;
    expect(app.logger.textsOf('warn')).toEqual([
      expect.stringMatching(/STOMP_ERR_SLOW_CONSUMER, Nothing could be sent for 50 ms$/),
    ]);
    client.socket.resume();
    expect(await client.closed).toEqual({ code: 4500, reason: 'Nothing could be sent for 50 ms' });
  });
});

describe('a client that sends faster than its messages are handled', () => {
  const NUMBER = '0123456789'.repeat(1000);

  /** A running application whose only handler waits for the gate, and the server's end of a client's socket. */
  async function heldBack(gate: Deferred): Promise<{ app: TestApp; client: RawClient; socket: Socket }> {
    @Controller()
    class SlowController {
      @MessageMapping('/slow')
      async handle(text: string): Promise<number> {
        await gate.promise;
        return text.length;
      }
    }
    const app = await startTestApp({ controllers: [SlowController] });
    const accepted = once(app.app.getHttpServer() as Server, 'connection');
    const client = await RawClient.connect(app.url);
    const [socket] = (await accepted) as [Socket];
    client.send('SUBSCRIBE\nid:sub-0\ndestination:/topic/slow\n\n\0');
    for (let length = 9_000; length < 9_020; length++) {
      client.send(`SEND\ndestination:/app/slow\ncontent-type:text/plain\n\n${NUMBER.slice(0, length)}\0`);
    }
    await turnUntil(() => socket.isPaused());
    expect(socket.isPaused()).toBe(true);
    return { app, client, socket };
  }

  it('is not read from until they are, and then loses none of them [D55]', async () => {
    const gate = new Deferred();
    const { client, socket } = await heldBack(gate);
    gate.resolve();
    for (let length = 9_000; length < 9_020; length++) {
      expect((await client.next()).endsWith(`\n\n${length}\0`)).toBe(true);
    }
    expect(await client.sync()).toEqual([]);
    expect(socket.isPaused()).toBe(false);
  });

  it('is told goodbye all the same when the application closes', async () => {
    const { app, client } = await heldBack(new Deferred());
    await app.app.close();
    expect(await client.closed).toEqual({ code: 1012, reason: 'The server is going away' });
  });
});
