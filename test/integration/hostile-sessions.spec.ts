import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Injectable } from '@nestjs/common';
import { ConnectedSocket } from '@nestjs/websockets';
import {
  EventListener,
  MessageMapping,
  MessageRejectedError,
  SendToUser,
  SessionConnectedEvent,
  SessionConnectEvent,
  SessionDisconnectEvent,
  SessionEvent,
  SessionSubscribedEvent,
  SimpUserRegistry,
  StompEvents,
  SubscribeMapping,
  withHeaders,
  type ChannelInterceptor,
  type Message,
  type SimpSession,
} from 'nestjs-stomp';
import { StompFlow } from '../../src/module/stomp-flow.js';
import { turnUntil } from '../support/event-loop.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** Chance, with the same numbers each time. */
class Dice {
  constructor(private seed: number) {}

  next(sides: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * sides);
  }

  async turns(atMost: number): Promise<void> {
    for (let left = this.next(atMost + 1); left > 0; left--) await turn();
  }
}

let dice = new Dice(0);

const moody: ChannelInterceptor = {
  async preSend(message: Message) {
    await dice.turns(3);
    const { nativeHeaders, simpMessageType } = message.headers;
    const roll = dice.next(60);
    if (roll === 0) throw new Error('a secret of the server');
    if (roll === 1) throw new MessageRejectedError('No');
    if (roll === 2 && simpMessageType !== 'UNSUBSCRIBE') return null;
    if (simpMessageType !== 'CONNECT') return message;
    const expiresAt = dice.next(4) === 0 ? Date.now() + dice.next(100) : undefined;
    return withHeaders(message, { simpUser: { name: nativeHeaders.get('login')?.[0] ?? 'x', expiresAt } });
  },
};

@Injectable()
class Bouncer {
  constructor(private readonly registry: SimpUserRegistry) {}

  @EventListener(SessionConnectEvent, SessionConnectedEvent, SessionSubscribedEvent)
  throwOut({ session, user }: SessionEvent): void {
    const roll = dice.next(40);
    if (roll === 0) session.close();
    if (roll === 1) this.registry.disconnectUser(user?.name ?? '');
    if (roll === 2) throw new Error('a bad day');
  }

  @EventListener(SessionDisconnectEvent)
  async bye({ session }: SessionDisconnectEvent): Promise<void> {
    await dice.turns(3);
    this.registry.disconnectSession(session.id);
    if (dice.next(20) === 0) throw new Error('a bad day');
  }
}

@Controller()
class Moody {
  constructor(private readonly registry: SimpUserRegistry) {}

  @MessageMapping('/work')
  @SendToUser('/queue/answers')
  async work(@ConnectedSocket() session: SimpSession): Promise<string> {
    await dice.turns(3);
    const roll = dice.next(10);
    if (roll === 0) throw new Error('a secret of the server');
    if (roll === 1) this.registry.disconnectUser(session.user?.name ?? '');
    if (roll === 2) session.close(3000, 'enough');
    await dice.turns(3);
    return 'done';
  }

  @SubscribeMapping('/state')
  async state(): Promise<string> {
    await dice.turns(3);
    if (dice.next(5) === 0) throw new Error('a secret of the server');
    return 'state';
  }
}

const FRAMES: readonly string[] = [
  'SUBSCRIBE\nid:1\ndestination:/user/queue/errors\n\n\0',
  'SUBSCRIBE\nid:2\ndestination:/user/queue/answers\nreceipt:a\n\n\0',
  'SUBSCRIBE\nid:3\ndestination:/app/state\n\n\0',
  'SUBSCRIBE\nid:4\ndestination:/topic/**\nreceipt:b\n\n\0',
  'UNSUBSCRIBE\nid:1\n\n\0',
  'UNSUBSCRIBE\nid:2\nreceipt:c\n\n\0',
  'SEND\ndestination:/app/work\n\nx\0',
  'SEND\ndestination:/app/work\nreceipt:d\n\nx\0',
  'SEND\ndestination:/topic/a\n\nx\0',
  'SEND\ndestination:/user/u1/queue/answers\n\nx\0',
  'SEND\ndestination:/user/u2/queue/errors\n\nx\0',
  'SUBSCRIBE\nid:9\ndestination:/user/{x:[}\n\n\0',
  'DISCONNECT\nreceipt:bye\n\n\0',
];

async function misbehave(url: string): Promise<string> {
  let seen = '';
  const client = await RawClient.open(url);
  client.socket.on('message', (data: Buffer) => (seen += data.toString()));
  let said = `CONNECT\naccept-version:1.${dice.next(3)}\nheart-beat:0,0\nlogin:u${dice.next(4)}\n\n\0`;
  for (let frame = dice.next(20); frame > 0; frame--) {
    said += FRAMES[dice.next(FRAMES.length)].replace(/^id:/m, `id:${dice.next(4)}`);
  }
  while (said.length > 0) {
    const cut = 1 + dice.next(200);
    client.send(said.slice(0, cut));
    said = said.slice(cut);
    await dice.turns(2);
  }
  await dice.turns(300);
  if (dice.next(2) === 0) client.terminate();
  else client.socket.close(1000);
  await client.closed;
  return seen;
}

/** An application among them, and what has become of its sessions. */
async function startAmongThem(seed: number, preserveReceiveOrder: boolean) {
  dice = new Dice(seed);
  const { app, url } = await startTestApp({
    controllers: [Moody],
    providers: [Bouncer],
    stomp: {
      rejections: seed % 2 === 0 ? 'report' : 'disconnect',
      preserveReceiveOrder,
      interceptors: { clientInbound: [moody], broker: [moody], clientOutbound: [moody] },
    },
  });
  const events = new Map<SimpSession, string[]>();
  app.get(StompEvents).subscribe((event) => {
    if (!(event instanceof SessionEvent)) return;
    const names = events.get(event.session) ?? [];
    events.set(event.session, [...names, event.constructor.name]);
  });
  const flow = app.get(StompFlow, { strict: false });
  const channels = [flow.clientInboundChannel, flow.brokerChannel, flow.clientOutboundChannel];
  const held = (): number[] => [
    flow.subProtocolHandler.sessionCount,
    flow.endpointServer.socketCount,
    flow.simpleBroker.sessionCount,
    flow.simpleBroker.subscriptionCount,
    flow.annotationHandler.streamingSessionCount,
    flow.wheel.size,
    flow.userRegistry.sessionCount,
    flow.userRegistry.userCount,
    flow.userRegistry.anonymousSessionCount,
    ...channels.map(({ pendingKeys }) => pendingKeys),
  ];
  const expectNothingLeft = async (): Promise<void> => {
    await turnUntil(() => held().every((count) => count === 0), 20_000);
    expect(held()).toEqual(held().map(() => 0));
    for (const names of events.values()) {
      expect(names.filter((name) => name === 'SessionDisconnectEvent')).toHaveLength(1);
      expect(names.at(-1)).toBe('SessionDisconnectEvent');
      const connect = names.filter((name) => name.startsWith('SessionConnect'));
      expect([[], ['SessionConnectEvent'], ['SessionConnectEvent', 'SessionConnectedEvent']]).toContainEqual(
        connect,
      );
      expect(names.slice(0, connect.length)).toEqual(connect);
    }
  };
  return { app, url, events, expectNothingLeft };
}

// An unhandled rejection fails the test by itself.
describe('a crowd of sessions that nobody can rely on', () => {
  it.each([1, 2, 3].flatMap((seed) => [true, false].map((inOrder) => [seed, inOrder] as const)))(
    'leaves nothing behind and has each event once: seed %d, in order %s',
    async (seed, inOrder) => {
      const { url, events, expectNothingLeft } = await startAmongThem(seed, inOrder);
      const seen: string[] = [];
      for (let round = 0; round < 5; round++) {
        seen.push(...(await Promise.all(Array.from({ length: 12 }, () => misbehave(url)))));
      }
      await expectNothingLeft();
      expect(events.size).toBe(60);
      expect(seen.join('')).not.toContain('secret');
    },
  );

  it.each([4, 5, 6])('leaves nothing behind when the application closes meanwhile: seed %d', async (seed) => {
    const { app, url, expectNothingLeft } = await startAmongThem(seed, seed === 5);
    const crowd = Array.from({ length: 40 }, () => misbehave(url).catch(() => 'not let in'));
    await dice.turns(40);
    await app.close();
    await Promise.all(crowd);
    await expectNothingLeft();
  });
});
