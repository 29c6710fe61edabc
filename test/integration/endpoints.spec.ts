import { request as httpsRequest } from 'node:https';
import { Body, Controller, Get, Post, type INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MessageMapping, Payload, SimpMessagingTemplate } from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { destroyRawRequests, HANDSHAKE, rawRequest } from '../support/raw-http.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

@Controller('chat')
class ChatController {
  constructor(private readonly template: SimpMessagingTemplate) {}

  @Get()
  rules(): string {
    return 'be kind';
  }

  @Post()
  async post(@Body() { text }: { text: string }): Promise<{ sent: string }> {
    await this.template.convertAndSend('/topic/chat', text);
    return { sent: text };
  }

  @MessageMapping('/chat')
  say(@Payload() text: string): string {
    return text.toUpperCase();
  }
}

afterEach(async () => {
  terminateRawClients();
  destroyRawRequests();
  await closeTestApps();
});

/** Subscribes to a destination; the subscription is live when this returns. */
async function subscribed(url: string, destination: string): Promise<RawClient> {
  const client = await RawClient.connect(url);
  client.send(`SUBSCRIBE\nid:sub-0\ndestination:${destination}\nreceipt:r\n\n\0`);
  expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
  return client;
}

describe.each<[string, (moduleRef: TestingModule) => INestApplication]>([
  ['Express', (moduleRef) => moduleRef.createNestApplication()],
  ['Fastify', (moduleRef) => moduleRef.createNestApplication(new FastifyAdapter())],
])('on %s', (_platform, create) => {
  it('a message handler of a controller answers', async () => {
    const { url } = await startTestApp({ controllers: [ChatController], create });
    const client = await subscribed(url, '/topic/chat');
    client.send('SEND\ndestination:/app/chat\ncontent-type:text/plain\n\nhello\0');
    expect(await client.next()).toMatch(
      /^MESSAGE\ndestination:\/topic\/chat\ncontent-type:text\/plain;charset=UTF-8\n(.+\n)+\nHELLO\0$/,
    );
  });

  it('an HTTP route of the same controller answers, and may reach the clients', async () => {
    const { port, url } = await startTestApp({ controllers: [ChatController], create });
    const client = await subscribed(url, '/topic/chat');
    const rules = await rawRequest(port, 'GET /chat', ['Connection: close']);
    expect(rules).toMatchObject({ statusLine: 'HTTP/1.1 200 OK', body: 'be kind' });
    const headers = ['Content-Type: application/json', 'Content-Length: 13', 'Connection: close'];
    const posted = await rawRequest(port, 'POST /chat', headers, '{"text":"hi"}');
    expect(posted).toMatchObject({ statusLine: 'HTTP/1.1 201 Created', body: '{"sent":"hi"}' });
    expect(await client.next()).toMatch(/^MESSAGE\n(.+\n)+\nhi\0$/);
  });

  it('the endpoint answers a plain GET with 426, also when the application would take its path', async () => {
    @Controller()
    class Everything {
      @Get(':any')
      anything(): string {
        return 'anything';
      }
    }
    const { port } = await startTestApp({ controllers: [Everything], create });
    expect((await rawRequest(port, 'GET /stomp')).statusLine).toBe('HTTP/1.1 426 Upgrade Required');
    expect((await rawRequest(port, 'GET /stomps', ['Connection: close'])).body).toBe('anything');
  });

  it('clients are let go when the application closes, and the port is free', async () => {
    const { app, port, url } = await startTestApp({ controllers: [ChatController], create });
    const client = await subscribed(url, '/topic/chat');
    await app.close();
    expect(await client.closed).toEqual({ code: 1012, reason: 'The server is going away' });
    await expect(rawRequest(port, 'GET /chat')).rejects.toThrow('The connection ended');
  });
});

describe('endpoints', () => {
  it('of one application share their clients, broker and handlers [EP-24]', async () => {
    const { port } = await startTestApp({
      controllers: [ChatController],
      stomp: { endpoints: [{ path: '/stomp' }, { path: '/mobile/ws' }] },
    });
    const [one, two] = await Promise.all([
      subscribed(`ws://127.0.0.1:${port}/stomp`, '/topic/chat'),
      subscribed(`ws://127.0.0.1:${port}/mobile/ws`, '/topic/chat'),
    ]);
    two.send('SEND\ndestination:/app/chat\ncontent-type:text/plain\n\nhello\0');
    expect(await one.next()).toContain('\nHELLO\0');
    expect(await two.next()).toContain('\nHELLO\0');
  });

  it('may be reached with a query', async () => {
    const { url } = await startTestApp({ controllers: [ChatController] });
    const client = await subscribed(`${url}?access_token=a%2Fb&x=/y`, '/topic/chat');
    expect(await client.sync()).toEqual([]);
  });

  it('do not get the global prefix, which routes do', async () => {
    const { port, url } = await startTestApp({
      controllers: [ChatController],
      prepare: (app) => app.setGlobalPrefix('api'),
    });
    expect((await rawRequest(port, 'GET /api/chat')).body).toBe('be kind');
    expect((await rawRequest(port, 'GET /api/stomp', HANDSHAKE)).statusLine).toBe('HTTP/1.1 404 Not Found');
    const client = await subscribed(url, '/topic/chat');
    client.send('SEND\ndestination:/app/chat\ncontent-type:text/plain\n\nhello\0');
    expect(await client.next()).toContain('\nHELLO\0');
  });

  it('may be the root', async () => {
    const { port } = await startTestApp({ stomp: { endpoints: [{ path: '/' }] } });
    expect(await (await RawClient.connect(`ws://127.0.0.1:${port}`)).sync()).toEqual([]);
  });
});

describe('over https', () => {
  const { key, cert } = selfSignedCertificate();

  async function startSecureApp(): Promise<{ port: number; url: string }> {
    const { port } = await startTestApp({
      controllers: [ChatController],
      create: (moduleRef) => moduleRef.createNestApplication({ httpsOptions: { key, cert } }),
    });
    return { port, url: `wss://127.0.0.1:${port}/stomp` };
  }

  async function connected(url: string, origin?: string): Promise<RawClient> {
    const client = await RawClient.open(url, [], { ca: cert, ...(origin === undefined ? {} : { origin }) });
    client.send('CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0');
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
    return client;
  }

  it('clients are served', async () => {
    const { url } = await startSecureApp();
    const client = await connected(url);
    client.send('SUBSCRIBE\nid:sub-0\ndestination:/topic/chat\n\n\0');
    client.send('SEND\ndestination:/app/chat\ncontent-type:text/plain\n\nhello\0');
    expect(await client.next()).toContain('\nHELLO\0');
  });

  it('the same origin is one with https [EP-14]', async () => {
    const { port, url } = await startSecureApp();
    expect(await (await connected(url, `https://127.0.0.1:${port}`)).sync()).toEqual([]);
    await expect(connected(url, `http://127.0.0.1:${port}`)).rejects.toThrow('403');
  });

  it('an upgrade that nobody wants is served as a request', async () => {
    const { port } = await startSecureApp();
    const headers = { Upgrade: 'h2c', Connection: 'Upgrade' };
    const body = await new Promise<string>((resolve, reject) => {
      httpsRequest({ host: '127.0.0.1', port, path: '/chat', ca: cert, headers }, (response) => {
        response.setEncoding('utf8').once('data', resolve);
      })
        .on('error', reject)
        .end();
    });
    expect(body).toBe('be kind');
  });
});
