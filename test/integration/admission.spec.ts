import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { StompFlow } from '../../src/module/stomp-flow.js';
import { STOMP_CLOCK } from '../../src/module/stomp-clock.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { settled } from '../support/deferred.js';
import { turnUntil } from '../support/event-loop.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { destroyRawRequests, HANDSHAKE, rawRequest } from '../support/raw-http.js';
import { closeTestApps, startTestApp, type TestAppSetup } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  destroyRawRequests();
  await closeTestApps();
});

async function appWith(transport: object, setup: TestAppSetup = {}) {
  const clock = new VirtualClock();
  const app = await startTestApp({
    ...setup,
    stomp: { ...setup.stomp, transport },
    override: (builder) => builder.overrideProvider(STOMP_CLOCK).useValue(clock),
  });
  return { ...app, clock, flow: app.app.get(StompFlow, { strict: false }) };
}

describe('sessions at a time', () => {
  it.each(['maxSessions', 'maxSessionsPerAddress'])(
    'are no more than %s; the next is asked to come back later, and may when one has gone',
    async (option) => {
      const { url, port, flow } = await appWith({ [option]: 2 });
      const first = await RawClient.connect(url);
      await RawClient.connect(url);
      const refused = await rawRequest(port, 'GET /stomp', HANDSHAKE);
      expect(refused.statusLine).toBe('HTTP/1.1 503 Service Unavailable');
      expect(refused.headers['retry-after']).toBe('5');
      first.terminate();
      await turnUntil(() => flow.endpointServer.socketCount === 1);
      expect(await (await RawClient.connect(url)).sync()).toEqual([]);
    },
  );

  it('are counted with the handshakes that wait', async () => {
    const beforeHandshake = () => new Promise<never>(() => undefined);
    const { port, flow } = await appWith(
      { maxSessions: 1 },
      { stomp: { endpoints: [{ path: '/stomp', handshakeInterceptors: [{ beforeHandshake }] }] } },
    );
    rawRequest(port, 'GET /stomp', HANDSHAKE).catch(() => undefined);
    await turnUntil(() => flow.endpointServer.pendingCount === 1);
    const { statusLine } = await rawRequest(port, 'GET /stomp', HANDSHAKE);
    expect(statusLine).toBe('HTTP/1.1 503 Service Unavailable');
  });

  it('of one user are no more than maxSessionsPerUser', async () => {
    const { url, logger } = await appWith(
      { maxSessionsPerUser: 1 },
      { stomp: { authenticator: { authenticate: ({ login }) => ({ name: login ?? '' }) } } },
    );
    const connect = (login: string) => RawClient.connect(url, `accept-version:1.2\nlogin:${login}\n`);
    const first = await connect('joe');
    await connect('ann');
    const second = await RawClient.open(url);
    second.send('CONNECT\naccept-version:1.2\nlogin:joe\n\n\0');
    expect(await second.next()).toContain('\ncode:STOMP_ERR_SESSION_LIMIT\n');
    expect((await second.closed).code).toBe(1008);
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining('STOMP_ERR_SESSION_LIMIT')]);
    first.send('DISCONNECT\nreceipt:bye\n\n\0');
    expect(await first.next()).toBe('RECEIPT\nreceipt-id:bye\n\n\0');
    await first.closed;
    expect(await (await connect('joe')).sync()).toEqual([]);
  });
});

describe('handshakes', () => {
  it('beyond maxHandshakesPerSecond are asked to come back in a second [D96]', async () => {
    const { url, port, clock } = await appWith({ maxHandshakesPerSecond: 2 });
    await RawClient.open(url);
    await RawClient.open(url);
    const { statusLine, headers } = await rawRequest(port, 'GET /stomp', HANDSHAKE);
    expect(statusLine).toBe('HTTP/1.1 503 Service Unavailable');
    expect(headers['retry-after']).toBe('1');
    clock.advance(500);
    expect(await (await RawClient.connect(url)).sync()).toEqual([]);
  });
});

describe('a connection without heart-beats', () => {
  it('is pinged when it is silent, and kept while it answers', async () => {
    const { url, clock, flow } = await appWith({ pingInterval: 1_000 });
    const client = await RawClient.connect(url);
    for (let i = 0; i < 5; i++) {
      const ping = new Promise((resolve) => client.socket.once('ping', resolve));
      clock.advance(2_100);
      await ping;
      expect(await client.sync()).toEqual([]);
    }
    expect(flow.endpointServer.socketCount).toBe(1);
  });

  it('is cut when it does not answer [D50] [A102]', async () => {
    const { url, clock, flow, logger } = await appWith({ pingInterval: 1_000 });
    const client = await RawClient.connect(url);
    Object.assign(client.socket, { pong: () => undefined });
    client.socket.on('error', () => undefined);
    await turnUntil(() => flow.simpleBroker.sessionCount === 1);
    client.socket.pause();
    clock.advance(4_000);
    await turnUntil(() => flow.subProtocolHandler.sessionCount === 0);
    expect(flow.subProtocolHandler.sessionCount).toBe(0);
    expect(flow.wheel.size).toBe(0);
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining('STOMP_ERR_PING_TIMEOUT')]);
  });
});

describe('a WebSocket message that trickles in', () => {
  it('is given up like a frame, although the session has not seen it [D33]', async () => {
    const { url, clock, logger } = await appWith({ pingInterval: 1_000, frameTimeLimit: 3_000 });
    const client = await RawClient.connect(url);
    const { _socket: socket } = client.socket as unknown as { readonly _socket: Socket };
    // A text message of 100 octets, masked with zeros.
    socket.write(Buffer.from([0x81, 0x80 | 100, 0, 0, 0, 0]));
    for (let i = 0; i < 12; i++) {
      socket.write('x');
      for (let turn = 0; turn < 20; turn++) await settled();
      clock.advance(1_000);
    }
    expect(await client.next()).toContain('\ncode:STOMP_ERR_FRAME_TIMEOUT\n');
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining('STOMP_ERR_FRAME_TIMEOUT')]);
  });
});
