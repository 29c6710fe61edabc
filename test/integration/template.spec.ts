import { afterEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Injectable, Module, Param, Post } from '@nestjs/common';
import { MessageConversionError, SimpMessagingTemplate, type SendHeaders } from 'nestjs-stomp';
import type { StompTestClient, StompTestSubscription } from 'nestjs-stomp/testing';
import { bodyOf, masked } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';
import { startKitApp } from '../support/test-kit.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** A template and a client that is subscribed to everything under `/topic`. */
async function start(): Promise<{
  template: SimpMessagingTemplate;
  client: StompTestClient;
  all: StompTestSubscription;
}> {
  const { stomp } = await startKitApp();
  const client = await stomp.connect();
  const all = await client.subscribe('/topic/**', { id: 'all' });
  return { client, all, template: stomp.get(SimpMessagingTemplate) };
}

/** The last frame that a client has received. */
function lastOf({ frames }: StompTestClient): string {
  return masked(frames[frames.length - 1]);
}

async function sent(payload: unknown, headers?: SendHeaders): Promise<string> {
  const { template, client } = await start();
  expect(template.convertAndSend('/topic/a', payload, headers)).toBe('handled');
  return lastOf(client);
}

describe('SimpMessagingTemplate', () => {
  it('[TPL-1] is injected into providers of any module', async () => {
    @Injectable()
    class Clock {
      constructor(private readonly template: SimpMessagingTemplate) {}

      tick(): void {
        void this.template.convertAndSend('/topic/ticks', { tick: 1 });
      }
    }
    @Module({ providers: [Clock] })
    class ClockModule {}
    const { stomp } = await startKitApp({ imports: [ClockModule] });
    const client = await stomp.connect();
    await client.subscribe('/topic/ticks', { id: 's' });
    stomp.get(Clock).tick();
    expect(lastOf(client)).toBe(
      'MESSAGE\ndestination:/topic/ticks\ncontent-type:application/json\nsubscription:s\nmessage-id:*\n' +
        'content-length:10\n\n{"tick":1}\0',
    );
  });

  it('[TPL-1] publishes from an HTTP route', async () => {
    @Controller('news')
    class News {
      constructor(private readonly template: SimpMessagingTemplate) {}

      @Post(':topic')
      async publish(@Param('topic') topic: string, @Body() body: object): Promise<{ outcome: string }> {
        return { outcome: await this.template.convertAndSend(`/topic/${topic}`, body) };
      }
    }
    const { url, port } = await startTestApp({ controllers: [News] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/tea\n\n\0');
    await client.sync();
    const response = await fetch(`http://127.0.0.1:${port}/news/tea`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"price":3}',
    });
    expect(await response.json()).toEqual({ outcome: 'handled' });
    expect(bodyOf(await client.next())).toBe('{"price":3}');
  });

  it('[TPL-3] writes headers as STOMP headers before the destination, in their order; null and undefined are left out', async () => {
    const headers = { 'x-h': 'v', n: 7, yes: true, none: null, missing: undefined, 'a:b': 'c\nd' };
    expect(await sent('x', headers)).toBe(
      'MESSAGE\nx-h:v\nn:7\nyes:true\na\\cb:c\\nd\ndestination:/topic/a\n' +
        'content-type:text/plain;charset=UTF-8\nsubscription:all\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
  });

  it('[TPL-11] does not let headers take the place of what only the server writes', async () => {
    const headers = {
      destination: '/topic/other',
      subscription: 'forged',
      'message-id': 'forged',
      'content-length': '99',
      receipt: 'r',
      simpOrigDestination: '/user/queue/bank',
    };
    expect(await sent('x', headers)).toBe(
      'MESSAGE\ndestination:/topic/a\ncontent-type:text/plain;charset=UTF-8\nsubscription:all\n' +
        'message-id:*\ncontent-length:1\n\nx\0',
    );
  });

  it.each([
    ['[CNV-11] [TPL-5] a string as JSON: a JSON string', 'x', 'application/json', '"x"'],
    ['[TPL-5] a string as HTML: as it is', '<b>', 'text/html', '<b>'],
    ['[TPL-5] an object as a kind of JSON', { a: 1 }, 'application/problem+json', '{"a":1}'],
    ['[TPL-5] bytes as anything', Buffer.from('%PDF'), 'application/pdf', '%PDF'],
  ])(
    'converts to the content-type it is asked for, which Spring overwrites: %s',
    async (_title, payload, type, body) => {
      expect(await sent(payload, { 'content-type': type })).toBe(
        `MESSAGE\ndestination:/topic/a\ncontent-type:${type}\nsubscription:all\nmessage-id:*\n` +
          `content-length:${body.length}\n\n${body}\0`,
      );
    },
  );

  it.each([
    ['an object as text', { a: 1 }, 'text/plain'],
    ['text in a charset other than UTF-8', 'x', 'text/plain;charset=ISO-8859-1'],
    ['a function', () => 1, undefined],
    ['undefined', undefined, undefined],
    ['a circle', circle(), undefined],
  ])('throws for what no converter can write: %s', async (_title, payload, type) => {
    const { template, all } = await start();
    expect(() => template.convertAndSend('/topic/a', payload, { 'content-type': type })).toThrow(
      MessageConversionError,
    );
    await all.expectSilence();
  });

  it('[TPL-2] wants a destination', async () => {
    const { template } = await start();
    expect(() => template.convertAndSend('', 'x')).toThrow(
      'The destination is empty. Name one, such as /topic/news.',
    );
  });

  it('[TPL-2] sends a prepared message as it is', async () => {
    const { template, client } = await start();
    const nativeHeaders = new Map([['x-h', ['1', '2']]]);
    void template.send({
      payload: Buffer.from([1, 2]),
      headers: { simpMessageType: 'MESSAGE', simpDestination: '/topic/raw', nativeHeaders },
    });
    expect(lastOf(client)).toBe(
      'MESSAGE\nx-h:1\nx-h:2\ndestination:/topic/raw\nsubscription:all\nmessage-id:*\n' +
        'content-length:2\n\n\u0001\u0002\0',
    );
  });

  it('[TPL-4] keeps internal headers of a prepared message to the server', async () => {
    const { template, client } = await start();
    void template.send({
      payload: Buffer.from('x'),
      headers: {
        simpMessageType: 'MESSAGE',
        simpDestination: '/topic/a',
        simpUser: { name: 'secret' },
        trace: 'secret',
        nativeHeaders: new Map(),
      },
    });
    expect(lastOf(client)).toMatch(/^MESSAGE\n/);
    expect(lastOf(client)).not.toContain('secret');
  });

  it('[TPL-9] is content when nobody is subscribed, and says so when no broker is for the destination', async () => {
    const { template, all } = await start();
    expect(template.convertAndSend('/queue/nobody', 'x')).toBe('handled');
    expect(template.convertAndSend('/elsewhere', 'x')).toBe('unhandled');
    await all.expectSilence();
  });

  it('[TPL-9] has every message on its way when it returns, in the order of the calls', async () => {
    const { template, all } = await start();
    const numbers = Array.from({ length: 100 }, (_, index) => String(index));
    for (const number of numbers) void template.convertAndSend('/topic/n', number);
    expect((await all.takeAll()).map(({ body }) => body)).toEqual(numbers);
  });

  it('does not end the process with a rejection that nobody awaits: it is logged', async () => {
    const { stomp, logger } = await startKitApp({
      stomp: { interceptors: { broker: [{ preSend: () => Promise.reject(new Error('closed')) }] } },
    });
    const all = await (await stomp.connect()).subscribe('/topic/**');
    void stomp.get(SimpMessagingTemplate).convertAndSend('/topic/a', 'x');
    await all.expectSilence();
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining('A message to /topic/a was not sent')]);
  });
});

function circle(): object {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  return circle;
}
