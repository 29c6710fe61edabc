import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  ForbiddenException,
  Injectable,
  UseGuards,
  type CanActivate,
  type INestApplication,
} from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import {
  MessageMapping,
  MessageRejectedError,
  Payload,
  Principal,
  SendTo,
  SendToUser,
  SimpMessagingTemplate,
  SimpleBrokerCluster,
  StompModule,
  SubscribeMapping,
  type Message,
  type StompModuleOptions,
  type StompPrincipal,
} from 'nestjs-stomp';
import { MemoryCluster, StompTestKit, type StompTestKitCreateOptions } from 'nestjs-stomp/testing';
import { Deferred } from '../support/deferred.js';

@Injectable()
class RoomGuard implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException('Members only');
  }
}

@Injectable()
class Prices {
  of(ticker: string): number {
    return ticker.length;
  }
}

/** What the handler of `/app/slow` waits for. */
let work = new Deferred();

@Controller()
class TradeController {
  constructor(private readonly prices: Prices) {}

  @MessageMapping('/trade')
  @SendTo('/topic/trades')
  trade(@Payload() { ticker }: { ticker: string }, @Principal() user: StompPrincipal | null): object {
    return { by: user?.name ?? null, ticker, price: this.prices.of(ticker) };
  }

  @MessageMapping('/mine')
  @SendToUser('/queue/mine')
  mine(@Payload() text: string): string {
    return text;
  }

  @MessageMapping('/room')
  @UseGuards(RoomGuard)
  room(@Payload() text: string): string {
    return text;
  }

  @MessageMapping('/slow')
  @SendTo('/topic/slow')
  async slow(): Promise<string> {
    await work.promise;
    return 'done';
  }

  @SubscribeMapping('/prices')
  all(): object {
    return { NEST: this.prices.of('NEST') };
  }
}

const kits: StompTestKit[] = [];

afterEach(async () => {
  work.resolve();
  work = new Deferred();
  await Promise.all(kits.splice(0).map((kit) => kit.close()));
});

function builder(stomp: Partial<StompModuleOptions> = {}): TestingModuleBuilder {
  return Test.createTestingModule({
    imports: [
      StompModule.forRoot({
        endpoints: [{ path: '/stomp' }],
        applicationDestinationPrefixes: ['/app'],
        simpleBroker: { destinationPrefixes: ['/topic', '/queue'] },
        ...stomp,
      }),
    ],
    controllers: [TradeController],
    providers: [Prices],
  });
}

async function start(
  source: TestingModuleBuilder | TestingModule = builder(),
  options: StompTestKitCreateOptions<TestingModule> = {},
): Promise<StompTestKit> {
  const kit = await StompTestKit.create(source, { timeoutMs: 200, ...options });
  kits.push(kit);
  return kit;
}

describe('A client of the test kit', () => {
  it('subscribes, sends JSON, and gets what the handler returns', async () => {
    const stomp = await start();
    const joe = await stomp.connectAs('joe');
    const trades = await joe.subscribe('/topic/trades');
    await joe.send('/app/trade', { ticker: 'NEST' });
    const message = await trades.expectMessage();
    expect(message.json()).toEqual({ by: 'joe', ticker: 'NEST', price: 4 });
    expect(message.destination).toBe('/topic/trades');
    expect(message.headers).toMatchObject({ 'content-type': 'application/json', subscription: trades.id });
    expect(message.bytes).toEqual(Buffer.from(message.body));
  });

  it('speaks in frames, which can be seen and written', async () => {
    const stomp = await start();
    const joe = await stomp.connectAs('joe');
    expect(joe.frames).toEqual(['CONNECTED\nversion:1.2\nheart-beat:10000,10000\nuser-name:joe\n\n\0']);
    await joe.sendRaw('SUBSCRIBE\nid:0\ndestination:/topic/trades\nreceipt:r\n\n\0SEND\ndest');
    await joe.sendRaw('ination:/topic/trades\n\nhi\0');
    expect(joe.frames.slice(1)).toEqual([
      'RECEIPT\nreceipt-id:r\n\n\0',
      expect.stringMatching(/^MESSAGE\ndestination:\/topic\/trades\n[\s\S]*\n\nhi\0$/),
    ]);
  });

  it('sends text, bytes, nothing, and headers', async () => {
    const stomp = await start();
    const joe = await stomp.connect();
    const all = await joe.subscribe('/topic/**');
    await joe.send('/topic/text', 'grün', { 'x-colon': 'a:b' });
    await joe.send('/topic/bytes', new Uint8Array([0, 1, 255]));
    await joe.send('/topic/nothing');
    const [text, bytes, nothing] = await all.takeAll();
    expect(text.body).toBe('grün');
    expect(text.headers).toMatchObject({ 'content-type': 'text/plain;charset=UTF-8', 'x-colon': 'a:b' });
    expect(bytes.headers).toMatchObject({ 'content-type': 'application/octet-stream' });
    expect(bytes.bytes).toEqual(Buffer.from([0, 1, 255]));
    expect(nothing.body).toBe('');
    expect(nothing.headers['content-type']).toBeUndefined();
  });

  it.each(['1.0', '1.1', '1.2'] as const)('speaks STOMP %s', async (version) => {
    const stomp = await start();
    const joe = await stomp.connectAs('joe', { version });
    const trades = await joe.subscribe('/topic/trades');
    await joe.send('/app/trade', { ticker: 'A' });
    expect((await trades.expectMessage()).json()).toMatchObject({ by: 'joe' });
    await joe.disconnect();
  });

  it('is one of several users, each with private destinations', async () => {
    const stomp = await start();
    const joe = await stomp.connectAs('joe');
    const ann = await stomp.connectAs({ name: 'Ann', destinationUserName: '7' });
    const [joes, anns] = [await joe.subscribe('/user/queue/mine'), await ann.subscribe('/user/queue/mine')];
    await ann.send('/app/mine', 'secret');
    expect(await anns.expectMessage()).toMatchObject({ body: 'secret', destination: '/user/queue/mine' });
    await joes.expectSilence();
    await stomp.get(SimpMessagingTemplate).convertAndSendToUser('7', '/queue/mine', 'to 7');
    expect((await anns.expectMessage()).body).toBe('to 7');
    await joes.expectSilence();
  });

  it('gets the answer to a subscription, and one receipt only if it asks for one', async () => {
    const stomp = await start();
    const joe = await stomp.connect();
    const prices = await joe.subscribe('/app/prices');
    expect((await prices.expectMessage()).json()).toEqual({ NEST: 4 });
    await joe.send('/app/trade', { ticker: 'NEST' }, { receipt: 'mine' });
    expect(joe.frames.filter((frame) => frame.includes('mine'))).toEqual(['RECEIPT\nreceipt-id:mine\n\n\0']);
  });

  it('unsubscribes, disconnects, and is gone', async () => {
    const stomp = await start();
    const joe = await stomp.connect();
    const trades = await joe.subscribe('/topic/trades');
    await trades.unsubscribe();
    await joe.send('/app/trade', { ticker: 'A' });
    await trades.expectSilence();
    await joe.disconnect();
    expect(await joe.closed).toEqual({ code: 1000, reason: '' });
    await joe.disconnect();
    await expect(joe.send('/app/trade', {})).rejects.toThrow(
      'SEND to /app/trade of anonymous comes too late. No message is unread. There was no ERROR frame. ' +
        'The connection has been closed with 1000.',
    );
  });

  it('is dropped without a word', async () => {
    const stomp = await start();
    const inbound = stomp.record('clientInboundChannel');
    const joe = await stomp.connect();
    await joe.drop();
    expect(await joe.closed).toEqual({ code: 1006, reason: '' });
    expect(inbound.messages.map(({ message }) => message.headers.simpMessageType)).toEqual([
      'CONNECT',
      'DISCONNECT',
    ]);
  });

  it('whom the kit has named is not asked for a password, others are', async () => {
    const stomp = await start(
      builder({
        authenticator: {
          authenticate: ({ login, passcode }) => (passcode === 'right' ? { name: login ?? '' } : null),
        },
      }),
    );
    const joe = await stomp.connectAs('joe');
    expect(joe.session.user).toEqual({ name: 'joe' });
    const ann = await stomp.connect({ headers: { login: 'ann', passcode: 'right' } });
    expect(ann.session.user).toEqual({ name: 'ann' });
    await expect(stomp.connect({ headers: { login: 'eve', passcode: 'wrong' } })).rejects.toThrow(
      'Authentication failed',
    );
  });

  it('has attributes and a handshake', async () => {
    const stomp = await start();
    const joe = await stomp.connect({
      attributes: { tenant: 't1' },
      url: '/stomp?token=1',
      requestHeaders: { cookie: 'a=b' },
    });
    expect(joe.session.attributes.get('tenant')).toBe('t1');
    expect(joe.session.handshake).toMatchObject({ url: '/stomp?token=1', headers: { cookie: 'a=b' } });
  });
});

describe('Overrides of the testing module', () => {
  it('replace a guard', async () => {
    const open = builder()
      .overrideGuard(RoomGuard)
      .useValue({ canActivate: () => true });
    const stomp = await start(await open.compile());
    const joe = await stomp.connect();
    const room = await joe.subscribe('/topic/room');
    await joe.send('/app/room', 'hi');
    expect((await room.expectMessage()).body).toBe('hi');
  });

  it('replace a provider', async () => {
    const stomp = await start(
      builder()
        .overrideProvider(Prices)
        .useValue({ of: () => 99 }),
    );
    const joe = await stomp.connect();
    const trades = await joe.subscribe('/topic/trades');
    await joe.send('/app/trade', { ticker: 'NEST' });
    expect((await trades.expectMessage()).json()).toMatchObject({ price: 99 });
  });
});

describe('expectMessage', () => {
  it('takes messages in their order, or the first that matches, and leaves the others', async () => {
    const stomp = await start();
    const joe = await stomp.connect();
    const all = await joe.subscribe('/topic/*');
    for (const text of ['a', 'b', 'c', 'd']) await joe.send(`/topic/${text}`, text);
    expect((await all.expectMessage()).body).toBe('a');
    expect((await all.expectMessage(({ body }) => body > 'b')).body).toBe('c');
    expect((await all.takeAll()).map(({ body }) => body)).toEqual(['b', 'd']);
  });

  it('waits for what comes later', async () => {
    const stomp = await start();
    const joe = await stomp.connect();
    const news = await joe.subscribe('/topic/news');
    const coming = news.expectMessage();
    void stomp.get(SimpMessagingTemplate).convertAndSend('/topic/news', 'late');
    expect((await coming).body).toBe('late');
  });

  it('fails with what has come instead', async () => {
    const stomp = await start(builder(), { timeoutMs: 20 });
    const joe = await stomp.connectAs('joe');
    const trades = await joe.subscribe('/topic/trades');
    await joe.subscribe('/app/prices');
    await joe.subscribe('/topic/elsewhere');
    await joe.send('/topic/elsewhere', 'x');
    await expect(trades.expectMessage()).rejects.toThrow(
      'No message on /topic/trades for joe. Unread messages: 1 on /app/prices, 1 on /topic/elsewhere. ' +
        'There was no ERROR frame.',
    );
    await joe.send('/topic/trades', 'x');
    await expect(trades.expectMessage(({ body }) => body === 'y')).rejects.toThrow(
      'None of 1 messages matches on /topic/trades for joe. Unread messages: 1 on /topic/trades, ',
    );
  });

  it('fails at once, with the ERROR frame, when the session has ended', async () => {
    const stomp = await start(builder(), { timeoutMs: 1e6 });
    const joe = await stomp.connectAs('joe');
    const trades = await joe.subscribe('/topic/trades');
    await joe.sendRaw('SEND\n\n\0');
    await expect(trades.expectMessage()).rejects.toThrow(
      'No message on /topic/trades for joe. No message is unread. ' +
        'ERROR frame: STOMP_ERR_INVALID_FRAME, SEND needs a destination header. ' +
        'The connection has been closed with 1002 (SEND needs a destination header).',
    );
  });

  it('fails when the body is not the JSON that was asked for', async () => {
    const stomp = await start();
    const joe = await stomp.connect();
    const news = await joe.subscribe('/topic/news');
    await joe.send('/topic/news', 'plain');
    const message = await news.expectMessage();
    expect(() => message.json()).toThrow('The message on /topic/news is not JSON: "plain"');
  });
});

describe('expectSilence', () => {
  it('fails when a message is there, and tells which', async () => {
    const stomp = await start();
    const [joe, ann] = [await stomp.connectAs('joe'), await stomp.connectAs('ann')];
    const trades = await joe.subscribe('/topic/trades');
    await ann.send('/app/trade', { ticker: 'A' });
    await ann.send('/app/trade', { ticker: 'B' });
    await expect(trades.expectSilence()).rejects.toThrow(
      '/topic/trades is not silent for joe: /topic/trades "{\\"by\\":\\"ann\\",\\"ticker\\":\\"A\\",\\"price\\":1}" and 1 more',
    );
  });

  it('waits for what another client has sent and nobody has awaited', async () => {
    const stomp = await start();
    const [joe, ann] = [await stomp.connectAs('joe'), await stomp.connectAs('ann')];
    const slow = await joe.subscribe('/topic/slow');
    void ann.send('/app/slow');
    const silence = slow.expectSilence();
    work.resolve();
    await expect(silence).rejects.toThrow('/topic/slow is not silent for joe: /topic/slow "done"');
  });

  it('waits for interceptors that still look at a message', async () => {
    const pass = new Deferred();
    const stomp = await start(
      builder({ interceptors: { broker: [{ preSend: (message) => pass.promise.then(() => message) }] } }),
    );
    const joe = await stomp.connect();
    const news = await joe.subscribe('/topic/news');
    void stomp.get(SimpMessagingTemplate).convertAndSend('/topic/news', 'x');
    const silence = news.expectSilence();
    pass.resolve();
    await expect(silence).rejects.toThrow('/topic/news is not silent for anonymous');
  });

  it('fails when a handler never finishes, which does not keep the kit from closing', async () => {
    const stomp = await start(builder(), { timeoutMs: 20 });
    const joe = await stomp.connectAs('joe');
    const slow = await joe.subscribe('/topic/slow');
    await expect(joe.send('/app/slow')).rejects.toThrow(
      'SEND to /app/slow of joe is still being handled after 20 ms.',
    );
    await expect(slow.expectSilence()).rejects.toThrow('The application is still busy after 20 ms.');
    await stomp.close();
    expect(await joe.closed).toEqual({ code: 1006, reason: '' });
  });
});

describe('A failure', () => {
  it('of a handler is told as it is told to any client', async () => {
    const stomp = await start();
    const joe = await stomp.connectAs('joe');
    const errors = await joe.subscribe('/user/queue/errors');
    await joe.send('/app/room', 'hi');
    expect((await errors.expectMessage()).json()).toMatchObject({
      message: 'Members only',
      destination: '/app/room',
    });
  });

  it('is an ERROR frame and a close', async () => {
    const stomp = await start();
    const joe = await stomp.connectAs('joe');
    await joe.sendRaw('ABORT\ntransaction:1\nreceipt:r\n\n\0');
    expect(await joe.expectError()).toMatchObject({
      code: 'STOMP_ERR_UNKNOWN_TRANSACTION',
      message: 'The transaction is not open. BEGIN it',
      receiptId: 'r',
      body: '',
      close: { code: 1002 },
    });
  });

  it('is missed where none is', async () => {
    const stomp = await start(builder(), { timeoutMs: 20 });
    const joe = await stomp.connectAs('joe');
    await expect(joe.expectError()).rejects.toThrow(
      'No ERROR for joe. No message is unread. There was no ERROR frame.',
    );
    await joe.disconnect();
    await expect(joe.expectError()).rejects.toThrow('The connection has been closed with 1000');
  });

  it('rejects what has waited for a receipt', async () => {
    const stomp = await start();
    const joe = await stomp.connectAs('joe');
    await expect(joe.send('/nowhere', 'x', { receipt: 'r' })).rejects.toThrow(
      /^SEND to \/nowhere of joe was refused\. .*ERROR frame: STOMP_ERR_NOT_ROUTABLE/,
    );
    expect(await joe.expectError()).toMatchObject({ receiptId: 'r' });
    const ann = await stomp.connectAs('ann');
    await expect(ann.subscribe('/nowhere')).rejects.toThrow(
      /^SUBSCRIBE to \/nowhere of ann was refused\. .*ERROR frame: STOMP_ERR_NOT_ROUTABLE/,
    );
  });

  it('rejects a subscription whose refusal the session outlives', async () => {
    const stomp = await start(builder({ rejections: 'report' }));
    const joe = await stomp.connectAs('joe');
    const errors = await joe.subscribe('/user/queue/errors');
    await expect(joe.subscribe('/nowhere')).rejects.toThrow(
      'SUBSCRIBE to /nowhere of joe was refused. Unread messages: 1 on /user/queue/errors. There was no ERROR frame.',
    );
    expect((await errors.expectMessage()).json()).toMatchObject({ command: 'SUBSCRIBE' });
  });

  it('rejects a client that may not connect', async () => {
    const refuse = {
      preSend: (message: Message): Message => {
        if (message.headers.simpMessageType !== 'CONNECT') return message;
        throw new MessageRejectedError('Bad credentials');
      },
    };
    const stomp = await start(builder({ interceptors: { clientInbound: [refuse] } }));
    await expect(stomp.connect({ headers: { login: 'joe', passcode: 'wrong' } })).rejects.toThrow(
      /^CONNECT of anonymous was refused\..* ERROR frame: STOMP_ERR_REJECTED, Bad credentials/,
    );
  });
});

describe('Virtual time', () => {
  const virtual = { virtualTime: true };

  it('sends heart-beats when they are due', async () => {
    const stomp = await start(builder(), virtual);
    const joe = await stomp.connect({ heartBeat: [0, 10_000] });
    stomp.clock.advance(7_000);
    expect(joe.heartBeats).toBe(0);
    stomp.clock.advance(3_000);
    expect(joe.heartBeats).toBe(1);
  });

  it('lets a node of a cluster start, and stands still from then on', async () => {
    const cluster = new MemoryCluster();
    const simpleBroker = { destinationPrefixes: ['/topic', '/queue'], cluster: { bus: cluster.bus() } };
    const stomp = await start(builder({ simpleBroker }), virtual);
    expect(stomp.get(SimpleBrokerCluster).isAvailable).toBe(true);
    const startedAt = stomp.clock.now();
    await stomp.connectAs('joe');
    expect(stomp.clock.now()).toBe(startedAt);
  });

  it('ends a session whose heart-beats are missing, not one that beats', async () => {
    const stomp = await start(builder(), virtual);
    const [joe, ann] = [
      await stomp.connectAs('joe', { heartBeat: [10_000, 0] }),
      await stomp.connectAs('ann', { heartBeat: [10_000, 0] }),
    ];
    stomp.clock.advance(15_000);
    await ann.sendRaw('\n');
    stomp.clock.advance(6_000);
    expect(await joe.expectError()).toMatchObject({ code: 'STOMP_ERR_HEART_BEAT_LOST' });
    await ann.send('/app/trade', { ticker: 'A' });
  });

  it('ends a connection on which nobody says CONNECT', async () => {
    const stomp = await start(builder(), virtual);
    const client = stomp.open();
    stomp.clock.advance(60_100);
    expect(await client.expectError()).toMatchObject({
      code: 'STOMP_ERR_CONNECT_TIMEOUT',
      close: { code: 1008 },
    });
  });

  it('ends a session with the credentials of its user', async () => {
    const stomp = await start(builder(), virtual);
    const joe = await stomp.connectAs({ name: 'joe', expiresAt: Date.now() + 60_000 });
    stomp.clock.advance(60_100);
    expect(await joe.expectError()).toMatchObject({
      code: 'STOMP_ERR_PRINCIPAL_EXPIRED',
      close: { code: 4401 },
    });
  });

  it('has to be asked for, before the module is compiled', async () => {
    const real = await start();
    expect(() => real.clock).toThrow('This kit lives in real time.');
    await expect(start(await builder().compile(), virtual)).rejects.toThrow(
      'Virtual time has to be there before the module is compiled.',
    );
  });
});

describe('A recording', () => {
  it('of clientInboundChannel and brokerChannel shows what passes', async () => {
    const stomp = await start();
    const joe = await stomp.connectAs('joe');
    const [inbound, broker] = [stomp.record('clientInboundChannel'), stomp.record('brokerChannel')];
    await joe.send('/app/trade', { ticker: 'A' }, { 'x-id': '1' });
    const sent = await inbound.next();
    expect(sent).toMatchObject({ destination: '/app/trade', body: '{"ticker":"A"}' });
    expect(sent.headers).toEqual({
      destination: '/app/trade',
      'content-type': 'application/json',
      'x-id': '1',
      'content-length': '14',
    });
    expect(sent.message.headers.simpUser).toEqual({ name: 'joe' });
    expect((await broker.next()).json()).toEqual({ by: 'joe', ticker: 'A', price: 1 });
    broker.stop();
    await joe.send('/app/trade', { ticker: 'A' });
    expect(broker.messages).toHaveLength(1);
    inbound.clear();
    expect(inbound.messages).toEqual([]);
  });

  it.each([
    ['passes whole', {}],
    ['is split for interceptors', { clientOutbound: [{ preSend: (message: Message) => message }] }],
  ])('of clientOutboundChannel has every receiver of a broadcast that %s', async (_how, interceptors) => {
    const stomp = await start(builder({ interceptors }));
    const [joe, ann] = [await stomp.connectAs('joe'), await stomp.connectAs('ann')];
    await joe.subscribe('/topic/news');
    await ann.subscribe('/topic/news');
    const outbound = stomp.record('clientOutboundChannel');
    await joe.send('/topic/news', 'x');
    await stomp.settled();
    expect(outbound.messages.map(({ message }) => message.headers.simpSessionId)).toEqual([
      joe.session.id,
      ann.session.id,
    ]);
    outbound.stop();
    await joe.send('/topic/news', 'x');
    expect(outbound.messages).toHaveLength(2);
  });
});

describe('An application for the kit', () => {
  it('may be one of Fastify', async () => {
    const stomp = await start(builder(), {
      application: (moduleRef) => moduleRef.createNestApplication(new FastifyAdapter()),
    });
    const joe = await stomp.connect();
    const trades = await joe.subscribe('/topic/trades');
    await joe.send('/app/trade', { ticker: 'A' });
    expect((await trades.expectMessage()).json()).toMatchObject({ ticker: 'A' });
  });

  it('listens nowhere', async () => {
    const stomp = await start();
    expect((stomp.app as INestApplication).getHttpServer().address()).toBeNull();
  });

  it('keeps a WebSocket adapter that its maker has given it', async () => {
    const application = (moduleRef: TestingModule): INestApplication => {
      const app = moduleRef.createNestApplication();
      return app.useWebSocketAdapter(new IoAdapter(app));
    };
    await expect(start(builder(), { application })).rejects.toThrow('StompModule has no StompAdapter');
  });

  it('may do without HTTP, and be closed by whoever has made it', async () => {
    const moduleRef = await builder().compile();
    await moduleRef.init();
    const stomp = StompTestKit.of(moduleRef);
    const joe = await stomp.connect();
    const trades = await joe.subscribe('/topic/trades');
    await joe.send('/app/trade', { ticker: 'A' });
    expect((await trades.expectMessage()).json()).toMatchObject({ ticker: 'A' });
    await stomp.close();
    await StompTestKit.of(moduleRef).connect();
    await moduleRef.close();
  });

  it('takes no clients before it has bootstrapped and after it has closed', async () => {
    const moduleRef = await builder().compile();
    const stomp = StompTestKit.of(moduleRef);
    const refusal = 'The application is starting or stopping: it takes no clients.';
    await expect(stomp.connect()).rejects.toThrow(refusal);
    await moduleRef.init();
    const joe = await stomp.connect();
    await moduleRef.close();
    expect(await joe.closed).toEqual({ code: 1012, reason: 'The server is going away' });
    await expect(stomp.connect()).rejects.toThrow(refusal);
  });

  it('is closed again when it does not start', async () => {
    const steps: string[] = [];
    const opened = {
      onModuleInit: () => steps.push('opened'),
      onApplicationBootstrap: () => {
        throw new Error('No database');
      },
      onApplicationShutdown: () => steps.push('closed'),
    };
    const module = Test.createTestingModule({
      imports: [StompModule.forRoot({ endpoints: [{ path: '/stomp' }] })],
      providers: [{ provide: 'database', useValue: opened }],
    });
    await expect(start(module)).rejects.toThrow('No database');
    expect(steps).toEqual(['opened', 'closed']);
  });

  it('needs StompModule', async () => {
    await expect(start(Test.createTestingModule({}))).rejects.toThrow('StompTestKit finds no StompModule.');
  });
});
