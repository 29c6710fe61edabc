import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { decode, encode } from '@msgpack/msgpack';
import { ClsService } from 'nestjs-cls';
import { MessageMapping, SimpMessagingTemplate, StompAdapter, type MessageConverter } from 'nestjs-stomp';
import { DocumentCode } from '../support/document-code.js';
import { bodyOf, exchange, headerOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { runProgram } from '../support/run-program.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

const recipes = new DocumentCode('docs/recipes.md');

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

afterAll(() => recipes.remove());

describe('the recipe for @nestjs/throttler', () => {
  it('limits what a client may send, by a guard, for each handler', async () => {
    const guard = recipes.fileOf('Rate limits with @nestjs/throttler');
    const { bodies, warnings } = await runProgram<{ bodies: string[]; warnings: string[] }>(
      'throttler',
      guard,
    );
    expect(bodies).toEqual(['1', '2', '3', 'a']);
    expect(warnings).toEqual(Array(3).fill(expect.stringContaining('ThrottlerException: Too Many Requests')));
  });
});

describe('the recipe for nestjs-cls', () => {
  it('gives every message a context of its own', async () => {
    const { ContextModule } = await recipes.import<{ ContextModule: Type<object> }>(
      'A context for each message with nestjs-cls',
    );
    @Controller()
    class Ids {
      constructor(private readonly cls: ClsService) {}

      @MessageMapping('/id')
      async id(): Promise<string> {
        const before = this.cls.getId();
        await new Promise((resolve) => setImmediate(resolve));
        return `${typeof before} ${before === this.cls.getId()} ${before}`;
      }
    }
    const { url } = await startTestApp({ imports: [ContextModule], controllers: [Ids] });
    const send = 'SEND\ndestination:/app/id\n\n\0';
    const bodies = (await exchange(url, send, send)).map(bodyOf);
    expect(bodies).toEqual([expect.stringMatching(/^string true /), expect.stringMatching(/^string true /)]);
    expect(new Set(bodies).size).toBe(2);
  });
});

describe('the recipe for @nestjs/event-emitter', () => {
  it('tells @OnEvent methods of sessions', async () => {
    const { AppModule, Audit } = await recipes.import<{
      AppModule: Type<object>;
      Audit: Type<{ lines: string[] }>;
    }>('Session events on @nestjs/event-emitter');
    const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
    const app = moduleRef.createNestApplication({ logger: false });
    app.useWebSocketAdapter(new StompAdapter(app));
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as { port: number };
    const client = await RawClient.connect(`ws://127.0.0.1:${port}/stomp`);
    client.send('DISCONNECT\n\n\0');
    await client.closed;
    await app.close();
    expect(app.get(Audit).lines).toEqual(['somebody came', 'left with 1000']);
  });
});

describe('the recipe for MessagePack', () => {
  async function converters(): Promise<MessageConverter[]> {
    const { MessagePackMessageConverter } = await recipes.import<{
      MessagePackMessageConverter: Type<MessageConverter>;
    }>('MessagePack bodies');
    return [new MessagePackMessageConverter()];
  }

  @Controller()
  class Sums {
    @MessageMapping('/sum')
    sum({ a, b }: { a: number; b: number }): number {
      return a + b;
    }
  }

  it('reads what clients write, and writes what is asked for, octet by octet', async () => {
    const { app, url } = await startTestApp({
      controllers: [Sums],
      stomp: { messageConverters: await converters() },
    });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/*\n\n\0');
    const body = Buffer.from(encode({ a: 1, b: 2 }));
    const head = `SEND\ndestination:/app/sum\ncontent-type:application/x-msgpack\ncontent-length:${body.length}\n\n`;
    client.send(Buffer.concat([Buffer.from(head), body, Buffer.from('\0')]));
    expect(bodyOf(await client.next())).toBe('3');
    const value = { bytes: new Uint8Array([0, 255]), text: 'é' };
    void app
      .get(SimpMessagingTemplate)
      .convertAndSend('/topic/x', value, { 'content-type': 'application/x-msgpack' });
    const { data, isBinary } = await client.nextMessage();
    expect(isBinary).toBe(true);
    expect(headerOf(data.toString('latin1'), 'content-type')).toBe('application/x-msgpack');
    expect(decode(data.subarray(data.indexOf('\n\n') + 2, -1))).toEqual(value);
  });

  it('refuses what is none, and leaves JSON to the others', async () => {
    const { url, logger } = await startTestApp({
      controllers: [Sums],
      stomp: { messageConverters: await converters() },
    });
    const bodies = await exchange(
      url,
      'SEND\ndestination:/app/sum\ncontent-type:application/x-msgpack\n\ntwo values\0',
      'SEND\ndestination:/app/sum\n\n{"a":2,"b":3}\0',
    );
    expect(bodies.map(bodyOf)).toEqual(['5']);
    expect(logger.textsOf('warn')[0]).toContain('The body is not MessagePack');
  });
});
