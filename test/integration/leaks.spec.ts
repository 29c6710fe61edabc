import { Controller } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MessageMapping, SubscribeMapping } from 'nestjs-stomp';
import { Subject, type Observable } from 'rxjs';
import { DefaultSubscriptionRegistry } from '../../src/broker/default-subscription-registry.js';
import { StompFlow } from '../../src/module/stomp-flow.js';
import { turnUntil } from '../support/event-loop.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { destroyRawRequests, HANDSHAKE, rawRequest } from '../support/raw-http.js';
import { closeTestApps, startTestApp, type TestApp } from '../support/test-app.js';

const ticks = new Subject<number>();

@Controller()
class TickController {
  @MessageMapping('/ticks')
  send(): Observable<number> {
    return ticks;
  }

  @SubscribeMapping('/ticks')
  subscribe(): Observable<number> {
    return ticks;
  }
}

/** What clients leave behind if nobody tidies up. */
interface Holdings {
  readonly sockets: number;
  readonly sessions: number;
  readonly brokerSessions: number;
  readonly subscriptions: number;
  readonly unacknowledged: number;
  readonly streams: number;
  readonly timers: number;
  readonly pendingMessages: number;
}

const NOTHING: Holdings = {
  sockets: 0,
  sessions: 0,
  brokerSessions: 0,
  subscriptions: 0,
  unacknowledged: 0,
  streams: 0,
  timers: 0,
  pendingMessages: 0,
};

function holdingsOf({ app }: TestApp): Holdings {
  const flow = app.get(StompFlow, { strict: false });
  const channels = [flow.clientInboundChannel, flow.brokerChannel, flow.clientOutboundChannel];
  return {
    sockets: flow.endpointServer.socketCount,
    sessions: flow.subProtocolHandler.sessionCount,
    brokerSessions: flow.simpleBroker.sessionCount,
    subscriptions: flow.simpleBroker.subscriptionCount,
    unacknowledged: flow.simpleBroker.unacknowledgedCount + flow.simpleBroker.heldBackCount,
    streams: flow.annotationHandler.streamingSessionCount,
    timers: flow.wheel.size,
    pendingMessages: channels.reduce((sum, { pendingKeys }) => sum + pendingKeys, 0),
  };
}

async function expectNothingHeld(app: TestApp): Promise<void> {
  await turnUntil(() => Object.values(holdingsOf(app)).every((count) => count === 0));
  expect(holdingsOf(app)).toEqual(NOTHING);
}

/** The ways in which a client may go, once it is subscribed and its streams run. */
const ENDINGS: Readonly<Record<string, (client: RawClient) => void>> = {
  'DISCONNECT with a receipt': (client) => client.send('DISCONNECT\nreceipt:bye\n\n\0'),
  'DISCONNECT and a close at once': (client) => {
    client.send('DISCONNECT\n\n\0');
    client.socket.close();
  },
  'a close frame': (client) => client.socket.close(),
  'a cut connection': (client) => client.terminate(),
  'a cut connection in the middle of a frame': (client) => {
    client.send('SEND\ndestination:/topic/a\ncontent-length:100\n\nhalf');
    client.terminate();
  },
  'a frame that is none': (client) => client.send('HELLO\n\n\0'),
  'a text that is not UTF-8': (client) => client.socket.send(Buffer.from([0xff]), { binary: false }),
  'the same subscription twice': (client) => client.send('SUBSCRIBE\nid:literal\ndestination:/topic/x\n\n\0'),
};

const SETTLED = 'CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0RECEIPT\nreceipt-id:settled\n\n\0';

/** Subscribes in every way there is and starts two streams; all is in place when this returns. */
async function settledClient({ url }: TestApp, number: number): Promise<RawClient> {
  const client = await RawClient.open(url);
  client.send(
    'CONNECT\naccept-version:1.2\nheart-beat:10000,10000\n\n\0' +
      `SUBSCRIBE\nid:literal\ndestination:/topic/literal/${number}\n\n\0` +
      `SUBSCRIBE\nid:pattern\ndestination:/topic/*/${number}\n\n\0` +
      'SUBSCRIBE\nid:shared\ndestination:/topic/**\n\n\0' +
      `SUBSCRIBE\nid:acks\ndestination:/topic/literal/${number}\nack:client\nprefetch:1\n\n\0` +
      'SUBSCRIBE\nid:stream\ndestination:/app/ticks\n\n\0' +
      'SEND\ndestination:/app/ticks\nreceipt:settled\n\n\0',
  );
  const answers = [await client.next(), await client.next()].join('');
  if (answers !== SETTLED) throw new Error(`Not settled: ${answers}`);
  // One is pending, one is held back.
  const send = `SEND\ndestination:/topic/literal/${number}\n`;
  client.send(`${send}\n\0${send}receipt:pending\n\n\0`);
  while ((await client.next()) !== 'RECEIPT\nreceipt-id:pending\n\n\0');
  return client;
}

afterEach(async () => {
  terminateRawClients();
  destroyRawRequests();
  await closeTestApps();
});

describe('clients that have gone leave nothing behind', () => {
  it.each(Object.keys(ENDINGS))('after %s', async (ending) => {
    const app = await startTestApp({ controllers: [TickController] });
    const client = await settledClient(app, 0);
    expect(holdingsOf(app)).toMatchObject({ sockets: 1, sessions: 1, brokerSessions: 1, streams: 1 });
    expect(holdingsOf(app)).toMatchObject({ subscriptions: 4, unacknowledged: 2 });
    expect(ticks.observed).toBe(true);
    ENDINGS[ending]?.(client);
    await client.closed;
    await expectNothingHeld(app);
    expect(ticks.observed).toBe(false);
  });

  it('before they have said anything', async () => {
    const app = await startTestApp({ controllers: [TickController] });
    const [closing, cut, refused] = await Promise.all([1, 2, 3].map(() => RawClient.open(app.url)));
    expect(holdingsOf(app)).toEqual({ ...NOTHING, sockets: 3, sessions: 3, timers: 6 });
    closing?.socket.close();
    cut?.terminate();
    refused?.send('CONNECT\naccept-version:3.0\n\n\0');
    await Promise.all([closing?.closed, cut?.closed, refused?.closed]);
    await expectNothingHeld(app);
  });

  it('when they were never let in', async () => {
    const app = await startTestApp();
    await rawRequest(app.port, 'GET /stomp', HANDSHAKE.slice(0, 3));
    await rawRequest(app.port, 'GET /stomp', [...HANDSHAKE, 'Sec-WebSocket-Protocol: a, a']);
    await rawRequest(app.port, 'GET /stomp', [...HANDSHAKE, 'Origin: https://evil.example']);
    await expectNothingHeld(app);
  });

  it('after two thousand of them, gone in all ways', async () => {
    const subscriptionRegistry = new DefaultSubscriptionRegistry();
    const app = await startTestApp({
      controllers: [TickController],
      stomp: { simpleBroker: { destinationPrefixes: ['/topic'], subscriptionRegistry } },
    });
    const endings = Object.values(ENDINGS);
    for (let batch = 0; batch < 40; batch++) {
      const numbers = Array.from({ length: 50 }, (_, index) => batch * 50 + index);
      const clients = await Promise.all(numbers.map((number) => settledClient(app, number)));
      if (batch === 0)
        expect(holdingsOf(app)).toMatchObject({
          sessions: 50,
          subscriptions: 200,
          streams: 50,
          unacknowledged: 100,
        });
      clients.forEach((client, index) => endings[index % endings.length]?.(client));
      await Promise.all(clients.map(({ closed }) => closed));
    }
    await expectNothingHeld(app);
    expect(ticks.observed).toBe(false);
    expect(subscriptionRegistry.size).toBe(0);
    for (const destination of ['/topic/literal/0', '/topic/literal/1999', '/topic/x/7', '/topic/sync']) {
      expect([...subscriptionRegistry.find(destination)]).toEqual([]);
    }
  }, 60_000);
});
