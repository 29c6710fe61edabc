import { EventEmitter } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Body, Controller, Get, Headers, Post, type INestApplication, type Type } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MessageMapping } from 'nestjs-stomp';
import { io, type Socket } from 'socket.io-client';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { destroyRawRequests, HANDSHAKE, rawRequest, rawResponse } from '../support/raw-http.js';
import { closeTestApps, startTestApp, type TestApp } from '../support/test-app.js';

@Controller()
class EchoController {
  @MessageMapping('/echo')
  echo(text: string): string {
    return text;
  }

  @Get('hello')
  hello(@Headers('upgrade') upgrade: string | undefined): string {
    return `hello, ${upgrade ?? 'no upgrade'}`;
  }

  @Post('length')
  length(@Body() body: { text: string }): string {
    return String(body.text.length);
  }
}

/** A gateway that answers `echo`; made in each test, because the decorator holds its options. */
function gatewayAt(port: number, options: object): Type {
  @WebSocketGateway(port, options)
  class EchoGateway {
    @SubscribeMessage('echo')
    echo(@MessageBody() data: string): { event: string; data: string } {
      return { event: 'echo', data: `gateway ${data}` };
    }
  }
  return EchoGateway;
}

const sockets: Socket[] = [];

/** Asks a plain gateway over a WebSocket of its own. */
async function askPlain(url: string): Promise<string> {
  const client = await RawClient.open(url);
  client.send('{"event":"echo","data":"hi"}');
  return client.next();
}

/** Asks a socket.io gateway, over polling that becomes a WebSocket, or a WebSocket from the start. */
async function askSocketIo(port: number, transports: string[]): Promise<unknown> {
  const socket = io(`http://127.0.0.1:${port}`, { transports, reconnection: false, forceNew: true });
  sockets.push(socket);
  await new Promise((resolve, reject) =>
    socket.once('connect', () => resolve(0)).once('connect_error', reject),
  );
  const { engine } = socket.io;
  if (engine.transport.name === 'polling') await new Promise((resolve) => engine.once('upgrade', resolve));
  const answer = new Promise((resolve) => socket.once('echo', resolve));
  socket.emit('echo', 'hi');
  return answer;
}

/** A STOMP conversation on the endpoint, from beginning to end. */
async function expectStompWorks({ url }: Pick<TestApp, 'url'>): Promise<void> {
  const client = await RawClient.connect(url);
  client.send('SUBSCRIBE\nid:sub-0\ndestination:/topic/echo\n\n\0');
  client.send('SEND\ndestination:/app/echo\ncontent-type:text/plain\n\nhi\0');
  expect(await client.next()).toMatch(/^MESSAGE\ndestination:\/topic\/echo\n(.+\n)+\nhi\0$/);
  client.send('DISCONNECT\nreceipt:bye\n\n\0');
  expect(await client.next()).toBe('RECEIPT\nreceipt-id:bye\n\n\0');
  await client.closed;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(0)));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  terminateRawClients();
  destroyRawRequests();
  await closeTestApps();
});

describe('a plain gateway beside STOMP', () => {
  const setup = { controllers: [EchoController], providers: [gatewayAt(0, { path: '/plain' })] };

  it('answers on its path, before and after STOMP clients were there [D97]', async () => {
    const app = await startTestApp(setup);
    const url = `ws://127.0.0.1:${app.port}/plain`;
    expect(await askPlain(url)).toBe('{"event":"echo","data":"gateway hi"}');
    await expectStompWorks(app);
    expect(await askPlain(url)).toBe('{"event":"echo","data":"gateway hi"}');
    await expectStompWorks(app);
  });

  it('leaves HTTP routes and the endpoint’s refusals as they are', async () => {
    const { port } = await startTestApp(setup);
    expect((await rawRequest(port, 'GET /hello')).body).toBe('hello, no upgrade');
    expect((await rawRequest(port, 'GET /stomp')).statusLine).toBe('HTTP/1.1 426 Upgrade Required');
    const foreign = await rawRequest(port, 'GET /stomp', [...HANDSHAKE, 'Origin: https://evil.example']);
    expect(foreign.statusLine).toBe('HTTP/1.1 403 Forbidden');
  });

  it('has its adapter cut off whoever asks for an unknown path, and STOMP goes on', async () => {
    const app = await startTestApp(setup);
    await expect(rawRequest(app.port, 'GET /nowhere', HANDSHAKE)).rejects.toThrow(
      'The connection ended after: ',
    );
    await expectStompWorks(app);
  });

  it('goes with the application and leaves no listener', async () => {
    const { app, port } = await startTestApp(setup);
    const server = app.getHttpServer() as Server;
    const client = await RawClient.open(`ws://127.0.0.1:${port}/plain`);
    await app.close();
    await client.closed;
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  it('may be on another port', async () => {
    const port = await freePort();
    const app = await startTestApp({ ...setup, providers: [gatewayAt(port, {})] });
    expect(await askPlain(`ws://127.0.0.1:${port}`)).toBe('{"event":"echo","data":"gateway hi"}');
    await expectStompWorks(app);
    const { statusLine } = await rawRequest(app.port, 'GET /nowhere', HANDSHAKE);
    expect(statusLine).toBe('HTTP/1.1 404 Not Found');
  });
});

describe('a socket.io gateway beside STOMP', () => {
  const setup = {
    controllers: [EchoController],
    providers: [gatewayAt(0, { destroyUpgradeTimeout: 1 })],
    gateways: (app: INestApplication) => new IoAdapter(app),
  };

  it.each([[['websocket']], [['polling', 'websocket']]])(
    'answers over %j, before and after STOMP clients were there',
    async (transports) => {
      const app = await startTestApp(setup);
      expect(await askSocketIo(app.port, transports)).toBe('gateway hi');
      await expectStompWorks(app);
      expect(await askSocketIo(app.port, transports)).toBe('gateway hi');
      await expectStompWorks(app);
    },
  );

  it('leaves HTTP routes and the endpoint’s refusals as they are', async () => {
    const { port } = await startTestApp(setup);
    expect((await rawRequest(port, 'GET /hello')).body).toBe('hello, no upgrade');
    expect((await rawRequest(port, 'GET /stomp')).statusLine).toBe('HTTP/1.1 426 Upgrade Required');
  });

  it('has its adapter cut off whoever asks for an unknown path, but not STOMP clients that are silent', async () => {
    const app = await startTestApp(setup);
    const silent = await RawClient.open(app.url);
    await expect(rawRequest(app.port, 'GET /nowhere', HANDSHAKE)).rejects.toThrow(
      'The connection ended after: ',
    );
    silent.send('CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0');
    expect(await silent.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
  });

  it('goes with the application, and its server with it', async () => {
    const { app, port } = await startTestApp(setup);
    const server = app.getHttpServer() as Server;
    expect(await askSocketIo(port, ['websocket'])).toBe('gateway hi');
    await app.close();
    expect(server.listening).toBe(false);
    expect(server.emit).toBe(EventEmitter.prototype.emit);
  });
});

describe('an application with forceCloseConnections', () => {
  it.each<[string, ((app: INestApplication) => IoAdapter) | undefined, (port: number) => Promise<unknown>]>([
    ['plain', undefined, (port) => RawClient.open(`ws://127.0.0.1:${port}/plain`)],
    ['socket.io', (app) => new IoAdapter(app), (port) => askSocketIo(port, ['websocket'])],
  ])('closes with a %s gateway in use', async (_kind, gateways, use) => {
    const app = await startTestApp({
      providers: [gatewayAt(0, gateways === undefined ? { path: '/plain' } : {})],
      ...(gateways === undefined ? {} : { gateways }),
      create: (moduleRef) => moduleRef.createNestApplication({ forceCloseConnections: true }),
    });
    await use(app.port);
    const client = await RawClient.connect(app.url);
    await app.app.close();
    expect(await client.closed).toEqual({ code: 1012, reason: 'The server is going away' });
    expect((app.app.getHttpServer() as Server).listening).toBe(false);
  });
});

describe('without other gateways, a request that offers an upgrade', () => {
  const OFFER = ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA'];
  const CONNECTION = 'Connection: Upgrade, HTTP2-Settings';

  it('is served by its route, as if it had not offered it', async () => {
    const { port } = await startTestApp({ controllers: [EchoController] });
    const answer = await rawRequest(port, 'GET /hello', [...OFFER, CONNECTION]);
    expect(answer).toMatchObject({ statusLine: 'HTTP/1.1 200 OK', body: 'hello, no upgrade' });
  });

  it('keeps its body, also one that comes in pieces', async () => {
    const { port } = await startTestApp({ controllers: [EchoController] });
    const text = 'x'.repeat(90_000);
    const json = JSON.stringify({ text });
    const headers = [
      ...OFFER,
      CONNECTION,
      'Content-Type: application/json',
      `Content-Length: ${json.length}`,
    ];
    const answer = await rawRequest(port, 'POST /length', headers, json);
    expect(answer).toMatchObject({ statusLine: 'HTTP/1.1 201 Created', body: '90000' });
  });

  it('keeps a body in chunks', async () => {
    const { port } = await startTestApp({ controllers: [EchoController] });
    const headers = [...OFFER, CONNECTION, 'Content-Type: application/json', 'Transfer-Encoding: chunked'];
    const chunks = '7\r\n{"text"\r\n8\r\n:"four"}\r\n0\r\n\r\n';
    expect(await rawRequest(port, 'POST /length', headers, chunks)).toMatchObject({ body: '4' });
  });

  it('may be followed by others on its connection, with or without an offer', async () => {
    const { port, url } = await startTestApp({ controllers: [EchoController] });
    const { socket } = await rawRequest(port, 'GET /hello', [...OFFER, CONNECTION]);
    for (const headers of [[], [...OFFER, CONNECTION], HANDSHAKE]) {
      socket.write(['GET /hello HTTP/1.1', 'Host: a', ...headers, '', ''].join('\r\n'));
      expect((await rawResponse(socket)).body).toBe('hello, no upgrade');
    }
    socket.write(['GET /stomp HTTP/1.1', 'Host: a', ...HANDSHAKE, '', ''].join('\r\n'));
    expect((await rawResponse(socket)).statusLine).toBe('HTTP/1.1 101 Switching Protocols');
    await expectStompWorks({ url });
  });

  it('keeps its wish to have the connection closed', async () => {
    const { port } = await startTestApp({ controllers: [EchoController] });
    const answer = await rawRequest(port, 'GET /hello', [
      ...OFFER,
      'Connection: Upgrade, HTTP2-Settings, close',
    ]);
    expect(answer).toMatchObject({ body: 'hello, no upgrade', headers: { connection: 'close' } });
  });

  it('to a WebSocket on an unknown path is answered with 404 [D97]', async () => {
    const { port } = await startTestApp({ controllers: [EchoController] });
    const answer = await rawRequest(port, 'GET /nowhere', HANDSHAKE);
    expect(answer.statusLine).toBe('HTTP/1.1 404 Not Found');
  });
});
