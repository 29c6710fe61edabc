import { afterEach, describe, expect, it } from '@jest/globals';
import {
  SimpMessagingTemplate,
  SimpUserRegistry,
  withHeaders,
  type ChannelInterceptor,
  type Message,
  type StompModuleOptions,
  type SubscriptionRegistry,
} from 'nestjs-stomp';
import { Deferred, settled } from '../support/deferred.js';
import { bodyOf, masked } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { VERSIONS } from '../support/stage.js';
import { closeTestApps, startTestApp, type TestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** Anybody is who `login` says. */
const login: ChannelInterceptor = {
  preSend(message: Message) {
    const [name] = message.headers.nativeHeaders.get('login') ?? [];
    if (message.headers.simpMessageType !== 'CONNECT' || name === undefined) return message;
    return withHeaders(message, { simpUser: { name } });
  },
};
const passing: ChannelInterceptor = { preSend: (message) => message };
const slow: ChannelInterceptor = { preSend: (message) => settled().then(() => message) };

/** Thinks that every subscription matches everything. */
class GenerousRegistry implements SubscriptionRegistry {
  readonly #all = new Map<string, { sessionId: string; subscriptionId: string }>();

  get size(): number {
    return this.#all.size;
  }

  add(sessionId: string, subscriptionId: string): void {
    this.#all.set(`${sessionId} ${subscriptionId}`, { sessionId, subscriptionId });
  }

  remove(sessionId: string, subscriptionId: string): void {
    this.#all.delete(`${sessionId} ${subscriptionId}`);
  }

  removeSession(sessionId: string): void {
    for (const [key, one] of this.#all) if (one.sessionId === sessionId) this.#all.delete(key);
  }

  find(): Iterable<{ sessionId: string; subscriptionId: string }> {
    return [...this.#all.values()];
  }
}

function start(stomp: Partial<StompModuleOptions> = {}): Promise<TestApp> {
  const { clientInbound = [], ...others } = stomp.interceptors ?? {};
  return startTestApp({
    stomp: { ...stomp, interceptors: { clientInbound: [login, ...clientInbound], ...others } },
  });
}

async function connectAs(url: string, name: string, version = '1.2'): Promise<RawClient> {
  return RawClient.connect(url, `accept-version:${version}\nheart-beat:0,0\nlogin:${name}\n`);
}

const OPTIONS: readonly (readonly [string, Partial<StompModuleOptions>])[] = [
  ['by default', {}],
  ['when the broker serves everything', { simpleBroker: { destinationPrefixes: [] } }],
  ['with dots', { simpleBroker: { destinationPrefixes: [] }, pathSeparator: '.' }],
  ['with another prefix', { userDestinationPrefix: '/topic/me', simpleBroker: { destinationPrefixes: [] } }],
  [
    'with interceptors',
    { interceptors: { broker: [passing], clientInbound: [passing], clientOutbound: [passing] } },
  ],
  [
    'with slow interceptors',
    { interceptors: { broker: [slow], clientInbound: [slow], clientOutbound: [slow] } },
  ],
  ['with a generous registry', { simpleBroker: { subscriptionRegistry: new GenerousRegistry() } }],
];

describe('the private queue of a user', () => {
  it.each(
    OPTIONS.flatMap(([title, options]) => VERSIONS.map((version) => [title, version, options] as const)),
  )('is nobody else’s %s, STOMP %s [D77]', async (_title, version, options) => {
    const { app, url } = await start({ ...options, rejections: 'report' });
    const prefix = options.userDestinationPrefix ?? '/user';
    const queue = options.pathSeparator === '.' ? '/queue.x' : '/queue/x';
    const joe = await connectAs(url, 'joe', version);
    joe.send(`SUBSCRIBE\nid:mine\ndestination:${prefix}${queue}\nreceipt:r\n\n\0`);
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    const eve = await connectAs(url, 'eve', version);
    const [sessionId] =
      app
        .get(SimpUserRegistry)
        .getUser('joe')
        ?.sessions.map(({ id }) => id) ?? [];
    const wanted = [
      '/**',
      '**',
      '/*/**',
      '/{any}/{user}/{kind}/{name}',
      `${prefix}/**`,
      `${prefix}/*${queue}`,
      `${prefix}/joe${queue}`,
      `${prefix}/{joe}${queue}`,
      `${prefix.replace('e', '?')}/joe${queue}`,
      `/${prefix}/joe${queue}`,
      `${prefix}//joe${queue}/`,
      `${prefix}/${sessionId}${queue}`,
      queue,
      `${queue}-user${sessionId}`,
      '/queue/**',
      '/queue.**',
      `/queue${'*'.repeat(3)}`,
    ];
    for (const [id, destination] of wanted.entries()) {
      eve.send(`SUBSCRIBE\nid:${id}\ndestination:${destination}\n\n\0`);
    }
    await eve.sync();
    await app.get(SimpMessagingTemplate).convertAndSendToUser('joe', queue, 'secret');
    await settled();
    const own = (await joe.sync()).filter((frame) => frame.includes('secret')).map(masked);
    expect(own).toEqual([expect.stringContaining(`destination:${prefix}${queue}\n`)]);
    expect((await eve.sync()).filter((frame) => frame.includes('secret'))).toEqual([]);
  });

  it('is reached by no name that a stranger makes up from the session, however it came to know that [D77]', async () => {
    const { app, url } = await start({ simpleBroker: { destinationPrefixes: [] } });
    const [joe, eve] = [await connectAs(url, 'joe'), await connectAs(url, 'eve')];
    joe.send('SUBSCRIBE\nid:mine\ndestination:/user/queue/x\n\n\0');
    await joe.sync();
    const [session] = app.get(SimpUserRegistry).getUser('joe')?.sessions ?? [];
    const id = session?.id;
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    for (const destination of [`/queue/x-user${id}`, `/user/${id}/queue/x`, `/queue/${id}/x`, '/queue/x']) {
      eve.send(`SEND\ndestination:${destination}\n\nforged\0`);
    }
    expect(await eve.sync()).toEqual([]);
    expect(await joe.sync()).toEqual([]);
  });

  it('cannot be told apart from others by what a client writes into its headers', async () => {
    const { url } = await start();
    const [joe, eve] = [await connectAs(url, 'joe'), await connectAs(url, 'eve')];
    joe.send(
      'SUBSCRIBE\nid:mine\ndestination:/user/queue/x\n\n\0SUBSCRIBE\nid:all\ndestination:/topic/x\n\n\0',
    );
    await joe.sync();
    const forged =
      'simpUserSessionIds:x\nsimpOrigDestination:/user/queue/x\nsimpUser:joe\nsimpSessionId:1\n' +
      'destination:/topic/forged\nmessage-id:1\nsubscription:mine\nack:1\n';
    eve.send(`SEND\ndestination:/topic/x\n${forged}\n\0SEND\ndestination:/user/joe/queue/x\n${forged}\n\0`);
    await eve.sync();
    const rest = 'simpUserSessionIds:x\nsimpUser:joe\nsimpSessionId:1\n';
    expect((await joe.sync()).map(masked)).toEqual([
      `MESSAGE\ndestination:/topic/x\n${rest}subscription:all\nmessage-id:*\ncontent-length:0\n\n\0`,
      `MESSAGE\ndestination:/user/queue/x\n${rest}subscription:mine\nmessage-id:*\ncontent-length:0\n\n\0`,
    ]);
  });

  it('does not wait for that of another user, with whose message an interceptor takes its time', async () => {
    const gate = new Deferred();
    const held: ChannelInterceptor = {
      preSend: async (message) => {
        const { simpUserSessionIds, nativeHeaders } = message.headers;
        if (simpUserSessionIds !== undefined && nativeHeaders.has('held')) await gate.promise;
        return message;
      },
    };
    const { app, url } = await start({ interceptors: { broker: [held] } });
    const [joe, eve] = [await connectAs(url, 'joe'), await connectAs(url, 'eve')];
    for (const client of [joe, eve]) {
      client.send('SUBSCRIBE\nid:mine\ndestination:/user/queue/x\nreceipt:r\n\n\0');
      await client.next();
    }
    const template = app.get(SimpMessagingTemplate);
    const first = template.convertAndSendToUser('joe', '/queue/x', '1', { held: true });
    const second = template.convertAndSendToUser('joe', '/queue/x', '2');
    await template.convertAndSendToUser('eve', '/queue/x', 'quick');
    expect(bodyOf(await eve.next())).toBe('quick');
    // As a client sends, who is answered when its message is on its way.
    eve.send('SEND\ndestination:/user/joe/queue/x\nheld:yes\n\n3\0');
    gate.resolve();
    await Promise.all([first, second]);
    expect([bodyOf(await joe.next()), bodyOf(await joe.next()), bodyOf(await joe.next())]).toEqual([
      '1',
      '2',
      '3',
    ]);
  });
});
