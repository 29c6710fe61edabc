import { Controller } from '@nestjs/common';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  MessageMapping,
  SimpUserRegistry,
  snapshotThenLive,
  StompStats,
  SubscribeMapping,
} from 'nestjs-stomp';
import { Subject, type Observable } from 'rxjs';
import { StompFlow } from '../../src/module/stomp-flow.js';
import { turnUntil } from '../support/event-loop.js';
import { namingUsers } from '../support/naming-users.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp, type TestApp } from '../support/test-app.js';

const WARM_UP = 1000;
const SESSIONS = 10_000;
/** At a time: each is two sockets of this process. */
const ROUND = 250;

/**
 * What the heap may have grown by after ten times as many sessions as the warm-up had: 210 bytes a session. One that stays
 * holds several KiB, so the leak of a single ending would be some MiB; without any, the heap moved by at most 0.2 MiB in our runs.
 */
const MARGIN_BYTES = 2 * 1024 * 1024;

const ticks = new Subject<number>();
let answerSnapshots: (() => void)[] = [];

@Controller()
class SoakController {
  @SubscribeMapping('/once')
  once(): string {
    return 'once';
  }

  @SubscribeMapping('/ticks')
  ticks(): Observable<number> {
    return ticks;
  }

  /** Its snapshot is not there before the session has gone. */
  @SubscribeMapping('/held')
  held(): unknown {
    return snapshotThenLive(
      '/topic/held',
      () => new Promise<string>((resolve) => answerSnapshots.push(() => resolve('late'))),
    );
  }

  @MessageMapping('/echo')
  echo(text: string): string {
    return text;
  }
}

interface Ending {
  readonly begin: (client: RawClient, user: string, app: TestApp) => void;
  /** Whether it is a frame, which waits for those before it. */
  readonly isFrame: boolean;
}

const ENDINGS: readonly Ending[] = [
  { isFrame: true, begin: (client) => client.send('DISCONNECT\nreceipt:bye\n\n\0') },
  { isFrame: false, begin: (client) => client.socket.close() },
  { isFrame: false, begin: (client) => client.terminate() },
  { isFrame: true, begin: (client) => client.send('HELLO\n\n\0') },
  {
    isFrame: false,
    begin: (_client, user, { app }) => app.get(SimpUserRegistry, { strict: false }).disconnectUser(user),
  },
];

/** By twelves, so that each ending meets each of the things that are held. */
function endingOf(number: number): Ending {
  return ENDINGS[Math.floor(number / 12) % ENDINGS.length];
}

/** A session that holds some of everything there is when this returns. */
async function settledClient({ url }: TestApp, number: number): Promise<RawClient> {
  const client = await RawClient.open(url);
  const topic = `/topic/${number}`;
  client.send(
    `CONNECT\naccept-version:1.2\nheart-beat:10000,10000\nlogin:user-${number}\n\n\0` +
      `SUBSCRIBE\nid:topic\ndestination:${topic}\n\n\0` +
      'SUBSCRIBE\nid:pattern\ndestination:/topic/{number:[0-9]+}/x\n\n\0' +
      'SUBSCRIBE\nid:mine\ndestination:/user/queue/mine\n\n\0' +
      'SUBSCRIBE\nid:once\ndestination:/app/once\n\n\0' +
      'SUBSCRIBE\nid:ticks\ndestination:/app/ticks\n\n\0',
  );
  // What is kept for an end that may not come: pending and held back messages, frames in a transaction.
  if (number % 2 === 0) {
    client.send(
      `SUBSCRIBE\nid:acks\ndestination:${topic}\nack:client\nprefetch:1\n\n\0` +
        `SEND\ndestination:${topic}\n\nfirst\0SEND\ndestination:${topic}\n\nsecond\0`,
    );
  }
  if (number % 3 === 0) {
    client.send(`BEGIN\ntransaction:t\n\n\0SEND\ndestination:${topic}\ntransaction:t\n\nnever\0`);
  }
  client.send(
    `SEND\ndestination:/app/echo\n\n${number}\0SEND\ndestination:${topic}\nreceipt:settled\n\nlast\0`,
  );
  for (;;) {
    const frame = await client.next();
    if (frame === 'RECEIPT\nreceipt-id:settled\n\n\0') break;
    if (frame === '' || frame.startsWith('ERROR')) throw new Error(`Not settled: ${frame}`);
  }
  // Last, because frames behind it wait for its snapshot.
  if (number % 4 === 0) client.send('SUBSCRIBE\nid:held\ndestination:/app/held\n\n\0');
  return client;
}

async function runRound(app: TestApp, first: number): Promise<void> {
  const clients = await Promise.all(
    Array.from({ length: ROUND }, async (_, index) => {
      const number = first + index;
      return { number, ending: endingOf(number), client: await settledClient(app, number) };
    }),
  );
  const held = clients.filter(({ number }) => number % 4 === 0).length;
  await turnUntil(() => answerSnapshots.length === held, 100_000);
  expect(answerSnapshots.length).toBe(held);
  expect(holdingsOf(app)).toMatchObject({
    sockets: ROUND,
    connected: ROUND,
    brokerSessions: ROUND,
    subscriptions: 3 * ROUND + ROUND / 2 + held,
    unacknowledged: (3 * ROUND) / 2,
    streams: ROUND,
    timers: 3 * ROUND,
  });
  for (const { client, number, ending } of clients) ending.begin(client, `user-${number}`, app);
  const atOnce = clients.filter(({ ending }) => !ending.isFrame);
  await Promise.all(atOnce.map(({ client }) => client.closed));
  answerSnapshots.splice(0).forEach((answer) => answer());
  await Promise.all(clients.map(({ client }) => client.closed));
  app.logger.lines.length = 0;
}

async function runSessions(app: TestApp, first: number, count: number): Promise<void> {
  for (let done = 0; done < count; done += ROUND) await runRound(app, first + done);
}

/** Everything that grows with clients. */
function holdingsOf({ app }: TestApp) {
  const flow = app.get(StompFlow, { strict: false });
  const stats = app.get(StompStats, { strict: false }).snapshot();
  const channels = [flow.clientInboundChannel, flow.brokerChannel, flow.clientOutboundChannel];
  const { byVersion } = stats.sessions;
  return {
    sockets: stats.sessions.sockets,
    sessions: stats.sessions.current,
    connected: byVersion['1.0'] + byVersion['1.1'] + byVersion['1.2'],
    handshakes: stats.handshakes.pending,
    bufferedBytes: stats.bytes.buffered,
    users: stats.users.current + stats.users.anonymousSessions + flow.userRegistry.sessionCount,
    brokerSessions: flow.simpleBroker.sessionCount,
    subscriptions: flow.simpleBroker.subscriptionCount,
    unacknowledged: flow.simpleBroker.unacknowledgedCount + flow.simpleBroker.heldBackCount,
    streams: stats.handlers.streamingSessions,
    timers: flow.wheel.size,
    pendingMessages: channels.reduce((sum, { pendingKeys }) => sum + pendingKeys, 0),
  };
}

async function expectNothingHeld(app: TestApp): Promise<void> {
  const isEmpty = (): boolean => Object.values(holdingsOf(app)).every((count) => count === 0);
  await turnUntil(isEmpty, 100_000);
  const holdings = holdingsOf(app);
  expect(holdings).toEqual(Object.fromEntries(Object.keys(holdings).map((name) => [name, 0])));
  expect(ticks.observed).toBe(false);
}

/** Once more after a while: some of what is garbage is found out by callbacks of the first collection. */
async function heapUsed(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Run this with node --expose-gc, as `npm run test:soak` does');
  for (let pass = 0; pass < 3; pass++) {
    gc();
    await turnUntil(() => false, 10);
  }
  return process.memoryUsage().heapUsed;
}

afterAll(async () => {
  terminateRawClients();
  await closeTestApps();
});

describe(`${SESSIONS} sessions that have come and gone in five ways`, () => {
  it('leave every map empty and the heap as it was', async () => {
    const app = await startTestApp({
      controllers: [SoakController],
      stomp: { interceptors: { clientInbound: [namingUsers] } },
    });
    await runSessions(app, 0, WARM_UP);
    await expectNothingHeld(app);
    const before = await heapUsed();
    await runSessions(app, WARM_UP, SESSIONS);
    await expectNothingHeld(app);
    const grown = (await heapUsed()) - before;
    const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
    process.stdout.write(
      `Heap after ${WARM_UP} sessions ${mib(before)}, after ${SESSIONS} more ${mib(before + grown)}\n`,
    );
    const { sessions, closes } = app.app.get(StompStats, { strict: false }).snapshot();
    expect(sessions.total).toBe(WARM_UP + SESSIONS);
    expect(closes).toEqual({
      STOMP_CLOSE_NORMAL: 2208,
      STOMP_CLOSE_BY_CLIENT: 2204,
      STOMP_CLOSE_GONE: 2196,
      STOMP_ERR_UNKNOWN_COMMAND: 2196,
      STOMP_CLOSE_BY_SERVER: 2196,
    });
    expect(grown).toBeLessThan(MARGIN_BYTES);
  });
});
