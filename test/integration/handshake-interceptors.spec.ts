import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import {
  Controller,
  ForbiddenException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ConnectedSocket } from '@nestjs/websockets';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Principal,
  SimpleBroker,
  SubscribeMapping,
  type HandshakeInterceptor,
  type HandshakeRequest,
  type SimpSession,
  type StompPrincipal,
} from 'nestjs-stomp';
import { StompFlow } from '../../src/module/stomp-flow.js';
import { Deferred } from '../support/deferred.js';
import { turnUntil } from '../support/event-loop.js';
import { outcomeOf } from '../support/outcome.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { destroyRawRequests, HANDSHAKE, rawRequest, rawResponse } from '../support/raw-http.js';
import { closeTestApps, startTestApp, type TestApp, type TestAppSetup } from '../support/test-app.js';

@Controller()
class MeController {
  @SubscribeMapping('/me')
  me(@Principal() user: StompPrincipal | null, @ConnectedSocket() session: SimpSession): object {
    return { user, attributes: [...session.attributes] };
  }
}

/** An application whose endpoint has these interceptors. */
function startWith(
  handshakeInterceptors: readonly HandshakeInterceptor[],
  setup: TestAppSetup = {},
): Promise<TestApp> {
  return startTestApp({
    controllers: [MeController],
    stomp: { endpoints: [{ path: '/stomp', handshakeInterceptors }] },
    ...setup,
  });
}

/** An interceptor that waits in its first handshake until it is let go on, and the handshakes that have come to it. */
class Waiting implements HandshakeInterceptor {
  readonly answer = new Deferred<boolean>();
  readonly arrived = new Deferred<HandshakeRequest>();
  readonly told: string[] = [];

  beforeHandshake(handshake: HandshakeRequest): Promise<boolean> {
    this.arrived.resolve(handshake);
    return this.answer.promise;
  }

  afterHandshake(_: HandshakeRequest, error?: unknown): void {
    this.told.push(outcomeOf(error));
  }
}

function countersOf({ app }: TestApp): object {
  const { endpointServer, subProtocolHandler } = app.get(StompFlow, { strict: false });
  return {
    pending: endpointServer.pendingCount,
    sockets: endpointServer.socketCount,
    sessions: subProtocolHandler.sessionCount,
  };
}

const NOBODY = { pending: 0, sockets: 0, sessions: 0 };

const PLATFORMS: readonly [string, TestAppSetup][] = [
  ['Express', {}],
  ['Fastify', { create: (moduleRef) => moduleRef.createNestApplication(new FastifyAdapter()) }],
];

afterEach(async () => {
  terminateRawClients();
  destroyRawRequests();
  await closeTestApps();
});

describe.each(PLATFORMS)('a handshake that passes its interceptors, on %s', (_platform, platform) => {
  it.each(['at once', 'later'])('gives the session its user and attributes, %s', async (when) => {
    const naming: HandshakeInterceptor = {
      beforeHandshake: (handshake) => {
        handshake.user = { name: handshake.query.get('as') ?? '' };
        handshake.attributes.set('path', handshake.path);
        return when === 'at once' ? true : new Promise((resolve) => setImmediate(resolve, true));
      },
    };
    const { url } = await startWith([naming], platform);
    const client = await RawClient.open(`${url}?as=joe`);
    client.send(
      'CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0SUBSCRIBE\nid:0\ndestination:/app/me\n\n\0',
    );
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\nuser-name:joe\n\n\0');
    expect(await client.next()).toMatch(
      /\n\n\{"user":\{"name":"joe"\},"attributes":\[\["path","\/stomp"\]\]\}\0$/,
    );
  });

  it('is refused by them on the wire', async () => {
    const test = await startWith(
      [{ beforeHandshake: () => Promise.reject(new UnauthorizedException('Log in first')) }],
      platform,
    );
    const answer = await rawRequest(test.port, 'GET /stomp', HANDSHAKE);
    expect(answer).toMatchObject({ statusLine: 'HTTP/1.1 401 Unauthorized', body: 'Log in first' });
    expect(countersOf(test)).toEqual(NOBODY);
  });
});

describe('interceptors of handshakes', () => {
  it('are told when the session is there', async () => {
    const told: unknown[] = [];
    const waiting: HandshakeInterceptor = {
      beforeHandshake: () => undefined,
      afterHandshake: (_, error) =>
        told.push(error, test.app.get(StompFlow, { strict: false }).subProtocolHandler.sessionCount),
    };
    const test = await startWith([waiting]);
    await RawClient.connect(test.url);
    expect(told).toEqual([undefined, 1]);
  });

  it('belong to one endpoint, and see neither plain requests nor broken handshakes nor foreign origins', async () => {
    let calls = 0;
    const counting: HandshakeInterceptor = { beforeHandshake: () => void calls++ };
    const { port, url, logger } = await startTestApp({
      stomp: { endpoints: [{ path: '/stomp', handshakeInterceptors: [counting] }, { path: '/open' }] },
    });
    const foreign = await rawRequest(port, 'GET /stomp', [...HANDSHAKE, 'Origin: https://evil.example']);
    expect(foreign.statusLine).toBe('HTTP/1.1 403 Forbidden');
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining('Origin "https://evil.example"')]);
    expect((await rawRequest(port, 'GET /stomp')).statusLine).toContain(' 426 ');
    const twice = [...HANDSHAKE, 'Sec-WebSocket-Protocol: v12.stomp, v12.stomp'];
    expect((await rawRequest(port, 'GET /stomp', twice)).statusLine).toContain(' 400 ');
    expect((await rawRequest(port, 'GET /open', HANDSHAKE)).statusLine).toContain(' 101 ');
    expect(calls).toBe(0);
    await RawClient.connect(url);
    expect(calls).toBe(1);
  });

  it.each<[string, HandshakeInterceptor['beforeHandshake'], string, string]>([
    ['false', () => false, '403 Forbidden', 'Handshake refused'],
    ['a promise of false', async () => false, '403 Forbidden', 'Handshake refused'],
    [
      'an HttpException',
      () => {
        throw new ForbiddenException('Ünwanted');
      },
      '403 Forbidden',
      Buffer.from('Ünwanted').toString('latin1'),
    ],
    [
      'a later HttpException',
      () => Promise.reject(new ServiceUnavailableException('Come back')),
      '503 Service Unavailable',
      'Come back',
    ],
    [
      'an error',
      () => {
        throw new Error('db-1 is down');
      },
      '500 Internal Server Error',
      'The server failed',
    ],
    [
      'a later error',
      () => Promise.reject(new Error('db-1 is down')),
      '500 Internal Server Error',
      'The server failed',
    ],
  ])('refuse with %s, and leave no socket and no session', async (_case, beforeHandshake, status, body) => {
    const test = await startWith([{ beforeHandshake }]);
    const answer = await rawRequest(test.port, 'GET /stomp?token=s3cret', [
      ...HANDSHAKE,
      'Authorization: Bearer s3cret',
      'Cookie: sid=s3cret',
    ]);
    expect(answer).toMatchObject({ statusLine: `HTTP/1.1 ${status}`, body });
    expect(answer.headers).toMatchObject({ connection: 'close', 'content-type': 'text/plain' });
    if (!answer.socket.destroyed) await once(answer.socket.resume(), 'close');
    expect(countersOf(test)).toEqual(NOBODY);
    const failures = status.startsWith('500')
      ? ['Object.beforeHandshake failed on /stomp. Error: db-1 is down']
      : [];
    expect(test.logger.textsOf('error')).toEqual(failures);
    expect(test.logger.textsOf('warn')).toEqual([]);
    expect(JSON.stringify(test.logger.lines)).not.toContain('s3cret');
  });

  it('may make an anonymous user of one that a middleware has named', async () => {
    const test = await startWith([
      { beforeHandshake: ({ request }) => void Object.assign(request, { user: { name: 'joe' } }) },
      { beforeHandshake: (handshake) => void (handshake.user = undefined) },
    ]);
    const client = await RawClient.open(test.url);
    client.send('CONNECT\naccept-version:1.2\n\n\0');
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
  });
});

describe('a handshake that waits for its interceptors', () => {
  it('loses no octet that the client sends meanwhile', async () => {
    const waiting = new Waiting();
    const { port } = await startWith([waiting]);
    const socket = connect(port, '127.0.0.1');
    // The first frame comes with the request, the second while it waits; both masked with a key of zeros.
    socket.write(`GET /stomp HTTP/1.1\r\nHost: a\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`);
    socket.write(`\x81\x9d\0\0\0\0CONNECT\naccept-version:1.2\n\n\0`, 'latin1');
    const { request } = await waiting.arrived.promise;
    socket.write(`\x81\xa6\0\0\0\0SEND\ndestination:/topic/x\nreceipt:r\n\n\0`, 'latin1');
    await turnUntil(() => request.socket.readableLength > 0);
    waiting.answer.resolve(true);
    expect((await rawResponse(socket)).statusLine).toContain(' 101 ');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).resume();
    await turnUntil(() => text.includes('RECEIPT'));
    socket.destroy();
    expect(text).toBe(
      '\x81\x2fCONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0\x81\x17RECEIPT\nreceipt-id:r\n\n\0',
    );
  });

  it.each(['end', 'resetAndDestroy'] as const)('costs nothing when its client leaves (%s)', async (leave) => {
    const waiting = new Waiting();
    const test = await startWith([{ beforeHandshake: () => true }, waiting]);
    const client = rawRequest(test.port, 'GET /stomp', HANDSHAKE).catch((error: unknown) => error);
    const { request } = await waiting.arrived.promise;
    expect(countersOf(test)).toEqual({ pending: 1, sockets: 0, sessions: 0 });
    destroyRawRequests(leave);
    await client;
    await turnUntil(() => request.socket.destroyed);
    expect(countersOf(test)).toEqual(NOBODY);
    waiting.answer.resolve(true);
    await turnUntil(() => waiting.told.length > 0);
    expect(waiting.told).toEqual(['HandshakeError: The client has left']);
    expect(countersOf(test)).toEqual(NOBODY);
    expect([...test.logger.textsOf('warn'), ...test.logger.textsOf('error')]).toEqual([]);
  });

  it('is one of a thousand; the next is asked to come back [D96]', async () => {
    const waiting = new Waiting();
    const test = await startWith([waiting]);
    const first = rawRequest(test.port, 'GET /stomp', HANDSHAKE);
    const { request } = await waiting.arrived.promise;
    const server = test.app.getHttpServer() as Server;
    for (let count = 1; count < 1000; count++) {
      server.emit('upgrade', request, new SilentSocket(), Buffer.alloc(0));
    }
    expect(countersOf(test)).toMatchObject({ pending: 1000 });
    const refused = await rawRequest(test.port, 'GET /stomp', HANDSHAKE);
    expect(refused).toMatchObject({
      statusLine: 'HTTP/1.1 503 Service Unavailable',
      body: 'Too many handshakes are waiting',
    });
    expect(refused.headers).toMatchObject({ 'retry-after': '1' });
    expect(test.logger.textsOf('warn')).toHaveLength(1);
    waiting.answer.resolve(false);
    expect((await first).statusLine).toBe('HTTP/1.1 403 Forbidden');
    expect(countersOf(test)).toEqual(NOBODY);
  });

  it('is answered 503 when the application closes, which does not wait for it', async () => {
    const waiting = new Waiting();
    const test = await startWith([waiting]);
    const response = rawRequest(test.port, 'GET /stomp', HANDSHAKE);
    await waiting.arrived.promise;
    await test.app.close();
    expect(await response).toMatchObject({
      statusLine: 'HTTP/1.1 503 Service Unavailable',
      body: 'The application is starting or stopping',
    });
    waiting.answer.resolve(true);
    await turnUntil(() => waiting.told.length > 0);
    expect(waiting.told).toEqual(['HandshakeError: The application is starting or stopping']);
    expect(countersOf(test)).toEqual(NOBODY);
  });

  it('keeps no other client waiting', async () => {
    const waiting = new Waiting();
    const test = await startTestApp({
      stomp: { endpoints: [{ path: '/stomp' }, { path: '/slow', handshakeInterceptors: [waiting] }] },
    });
    void rawRequest(test.port, 'GET /slow', HANDSHAKE).catch(() => undefined);
    await waiting.arrived.promise;
    expect(await (await RawClient.connect(test.url)).sync()).toEqual([]);
    expect(test.app.get(SimpleBroker).sessionCount).toBe(1);
  });
});

/** The other end of a client that says nothing. */
class SilentSocket extends Duplex {
  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}
