import { once } from 'node:events';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Controller } from '@nestjs/common';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { MessageMapping, SimpMessagingTemplate } from 'nestjs-stomp';
import { StompFlow } from '../../src/module/stomp-flow.js';
import { STOMP_CLOCK } from '../../src/module/stomp-clock.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { turnUntil } from '../support/event-loop.js';
import { bodyOf } from '../support/exchange.js';
import { destroyRawRequests, HANDSHAKE, rawRequest, rawResponse } from '../support/raw-http.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { Stage } from '../support/stage.js';
import { closeTestApps, startTestApp, type TestAppSetup } from '../support/test-app.js';

// Many connections or frames: on a busy machine that takes more than the usual five seconds.
jest.setTimeout(30_000);

afterEach(async () => {
  jest.useRealTimers();
  terminateRawClients();
  destroyRawRequests();
  await closeTestApps();
});

async function startWithClock(setup: TestAppSetup = {}) {
  const clock = new VirtualClock();
  const test = await startTestApp({
    ...setup,
    override: (builder) => builder.overrideProvider(STOMP_CLOCK).useValue(clock),
  });
  return { ...test, clock, flow: test.app.get(StompFlow, { strict: false }) };
}

describe('a client with a wrong passcode', () => {
  const WRONG = 'CONNECT\naccept-version:1.2\nlogin:ann\npasscode:guess\n\n\0';

  it('has one try for each handshake, and handshakes are limited [D44]', async () => {
    const tried: (string | undefined)[] = [];
    const { url, port, clock } = await startWithClock({
      stomp: {
        transport: { maxHandshakesPerSecond: 2 },
        authenticator: {
          authenticate: ({ passcode }) => {
            tried.push(passcode);
            return null;
          },
        },
      },
    });
    for (let client = 0; client < 2; client++) {
      const robot = await RawClient.open(url);
      robot.send(WRONG + WRONG + WRONG);
      expect(await robot.next()).toContain('\ncode:STOMP_ERR_REJECTED\n');
      expect(await robot.closed).toMatchObject({ code: 1008 });
    }
    expect((await rawRequest(port, 'GET /stomp', HANDSHAKE)).statusLine).toMatch(/^HTTP\/1.1 503 /);
    expect(tried).toEqual(['guess', 'guess']);
    clock.advance(500);
    expect((await rawRequest(port, 'GET /stomp', HANDSHAKE)).statusLine).toMatch(/^HTTP\/1.1 101 /);
  });

  it('keeps nobody waiting but itself while it is being checked [D44]', async () => {
    const { url } = await startTestApp({
      stomp: {
        authenticator: {
          authenticate: ({ login }) => (login === 'ann' ? new Promise(() => undefined) : { name: 'bob' }),
        },
      },
    });
    const robots = await Promise.all(Array.from({ length: 50 }, () => RawClient.open(url)));
    for (const robot of robots) robot.send(WRONG);
    const bob = await RawClient.connect(url, 'accept-version:1.2\nheart-beat:0,0\nlogin:bob\n');
    expect(await bob.sync()).toEqual([]);
  });
});

it('a client that does not read its ERROR is cut off five seconds later [D52]', async () => {
  const { app, url, logger } = await startTestApp();
  const { endpointServer } = app.get(StompFlow, { strict: false });
  const client = await RawClient.connect(url);
  client.send('SUBSCRIBE\nid:0\ndestination:/topic/files\n\n\0');
  await client.sync();
  client.socket.pause();
  // More than the buffers of the system between two sockets take: the ERROR waits behind it.
  await app.get(SimpMessagingTemplate).convertAndSend('/topic/files', Buffer.alloc(16 * 1024 * 1024, 'x'));
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
  client.send('nonsense\n\n\0');
  await turnUntil(() => logger.textsOf('warn').length > 0, 100_000);
  expect(logger.textsOf('warn')).toEqual([expect.stringContaining('STOMP_ERR_')]);
  jest.advanceTimersByTime(4_999);
  await turnUntil(() => endpointServer.socketCount === 0, 10);
  expect(endpointServer.socketCount).toBe(1);
  jest.advanceTimersByTime(1);
  await turnUntil(() => endpointServer.socketCount === 0);
  expect(endpointServer.socketCount).toBe(0);
});

it.each([
  ['at once', {}],
  [
    'later',
    { interceptors: { clientInbound: [{ preSend: (message: object) => Promise.resolve(message) }] } },
  ],
])(
  'the largest transaction takes effect as one, with nothing of others in between, judged %s [D70]',
  async (_when, stomp) => {
    const stage = await Stage.open({ stomp: stomp as TestAppSetup['stomp'] });
    const [client, other] = [await stage.connect(), await stage.connect()];
    const frames = Array.from(
      { length: 1024 },
      (_, i) => `SEND\ndestination:/q\ntransaction:t\n\npart ${i}\0`,
    );
    client.send(`BEGIN\ntransaction:t\n\n\0${frames.join('')}`);
    await client.sync();
    other.send('SEND\ndestination:/q\n\nbefore\0'.repeat(50));
    client.send('COMMIT\ntransaction:t\n\n\0');
    other.send('SEND\ndestination:/q\n\nafter\0'.repeat(50));
    const bodies: string[] = [];
    while (bodies.length < 1124) bodies.push(bodyOf(await stage.effect()));
    const begin = bodies.indexOf('part 0');
    expect(bodies.slice(begin, begin + 1024)).toEqual(frames.map((_, i) => `part ${i}`));
    await stage.expectNoEffect();
  },
);

it('destinations without number leave nothing behind in the server [D75]', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const heapUsed = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  @Controller()
  class AnyController {
    @MessageMapping('/any/{name}')
    handle(): void {
      // Only its mapping matters.
    }
  }
  const { url, logger } = await startTestApp({ controllers: [AnyController] });
  const client = await RawClient.connect(url);
  client.send(
    'SUBSCRIBE\nid:0\ndestination:/topic/**/end\n\n\0SUBSCRIBE\nid:1\ndestination:/topic/none\n\n\0',
  );
  const padding = 'x'.repeat(480);
  const flood = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      for (const prefix of ['/topic/', '/app/any/', '/user/']) {
        client.send(`SEND\ndestination:${prefix}${padding}${i}\n\n\0`);
      }
      client.send(`SUBSCRIBE\nid:x\ndestination:/topic/${padding}${i}/*\n\n\0UNSUBSCRIBE\nid:x\n\n\0`);
      if (i % 100 === 0) expect(await client.sync()).toEqual([]);
    }
    expect(await client.sync()).toEqual([]);
    logger.lines.length = 0;
  };
  await flood(0, 500);
  const before = heapUsed();
  await flood(500, 10_500);
  // 10,000 times four destinations of 480 characters are 19 MB.
  expect(heapUsed() - before).toBeLessThan(3_000_000);
});

it('a hundred sessions with equal heart-beats wait for one timer, and each gets its own beats [D86]', async () => {
  const { url, clock, flow } = await startWithClock();
  const idle = clock.intervals;
  const clients = await Promise.all(
    Array.from({ length: 100 }, () => RawClient.connect(url, 'accept-version:1.2\nheart-beat:0,10000\n')),
  );
  expect(clock.intervals).toBe(idle + 1);
  clock.advance(10_000);
  for (const client of clients) expect(await client.next()).toBe('\n');
  for (const client of clients) client.terminate();
  await turnUntil(() => flow.subProtocolHandler.sessionCount === 0);
  expect(flow.wheel.size).toBe(0);
});

describe('a thousand sub-protocols', () => {
  const thousand = Array.from({ length: 1000 }, (_, i) => `p${i}.x`);

  it.each<[string, string[], string, string | undefined]>([
    ['that nobody knows are ignored', thousand, '101 Switching Protocols', undefined],
    [
      'and one that is known give this one',
      [...thousand, 'v12.stomp'],
      '101 Switching Protocols',
      'v12.stomp',
    ],
    ['with one of them twice are refused', [...thousand, 'p7.x'], '400 Bad Request', undefined],
    ['with one that is no token are refused', [...thousand, 'a b'], '400 Bad Request', undefined],
    ['with one that is nothing are refused', [...thousand, ''], '400 Bad Request', undefined],
  ])('%s [D94]', async (_what, offer, status, selected) => {
    const { port } = await startTestApp();
    const offered = `Sec-WebSocket-Protocol: ${offer.join(',')}`;
    const { statusLine, headers } = await rawRequest(port, 'GET /stomp', [...HANDSHAKE, offered]);
    expect(statusLine).toBe(`HTTP/1.1 ${status}`);
    expect(headers['sec-websocket-protocol']).toBe(selected);
  });
});

it('HTTP/2 on the port is refused with 400 [D95]', async () => {
  const { port, url } = await startTestApp();
  const socket = connect(port, '127.0.0.1');
  const closed = once(socket, 'close');
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  expect((await rawResponse(socket)).statusLine).toBe('HTTP/1.1 400 Bad Request');
  socket.resume();
  await closed;
  expect(await (await RawClient.connect(url)).sync()).toEqual([]);
});

it('handshakes that are begun and not completed keep nobody out [D96]', async () => {
  const { app, port, url } = await startTestApp();
  const { endpointServer } = app.get(StompFlow, { strict: false });
  const half = Array.from({ length: 200 }, () => connect(port, '127.0.0.1'));
  for (const socket of half) {
    socket.on('error', () => undefined);
    socket.write(`GET /stomp HTTP/1.1\r\nHost: a\r\n${HANDSHAKE.join('\r\n')}\r\n`);
  }
  const client = await RawClient.connect(url);
  expect(await client.sync()).toEqual([]);
  expect(endpointServer.socketCount).toBe(1);
  for (const socket of half) socket.destroy();
});

it('a token in the query of the handshake is neither logged nor told [D98]', async () => {
  const { port, url, logger } = await startTestApp({
    stomp: { authenticator: { authenticate: () => null } },
  });
  const told: string[] = [];
  const path = '/stomp?access_token=s3cret';
  for (const [requestLine, headers] of [
    [`GET ${path}`, [...HANDSHAKE, 'Origin: https://evil.example']],
    [`GET ${path}`, HANDSHAKE.slice(0, 3)],
    [`POST ${path}`, ['Content-Length: 0']],
    [`GET ${path}`, []],
  ] as const) {
    const { statusLine, headers: answered, body } = await rawRequest(port, requestLine, headers);
    told.push(statusLine, JSON.stringify(answered), body);
  }
  for (const frame of ['CONNECT\naccept-version:1.2\n\n\0', 'nonsense\n\n\0']) {
    const client = await RawClient.open(`${url}?access_token=s3cret`);
    client.send(frame);
    told.push(await client.next(), (await client.closed).reason);
  }
  expect(logger.textsOf('warn').length).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify([told, logger.lines])).not.toContain('s3cret');
});
