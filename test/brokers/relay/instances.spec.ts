import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SimpMessagingTemplate, SimpUserRegistry, type BrokerRelayOptions } from 'nestjs-stomp';
import { bodyOf } from '../../support/exchange.js';
import { terminateRawClients, type RawClient } from '../../support/raw-client.js';
import { closeTestApps, type TestApp } from '../../support/test-app.js';
import { ActiveMq } from '../support/activemq.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { connectAs, naming, startRelayApp } from '../support/relay-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../../support/until.js';

describe.each([
  { name: 'RabbitMQ', Server: RabbitMq },
  { name: 'ActiveMQ Classic', Server: ActiveMq },
])('two instances of an application with $name', ({ Server }) => {
  let broker: RabbitMq | ActiveMq;
  const proxies: TcpProxy[] = [];

  beforeAll(async () => {
    broker = await Server.start();
  });

  afterEach(async () => {
    terminateRawClients();
    await closeTestApps();
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });

  afterAll(() => broker.stop());

  const start = (options: BrokerRelayOptions = {}): Promise<TestApp> =>
    startRelayApp(
      {
        port: broker.port,
        userDestinationBroadcast: '/topic/unresolved-users',
        userRegistryBroadcast: '/topic/user-registry',
        ...options,
      },
      naming,
    );

  const registryOf = ({ app }: TestApp): SimpUserRegistry => app.get(SimpUserRegistry);

  /** A user's client that listens to its private queue, once all of these instances know that. */
  async function listening(at: TestApp, user: string, all: readonly TestApp[]): Promise<RawClient> {
    const client = await connectAs(at.url, user);
    client.send('SUBSCRIBE\nid:1\ndestination:/user/queue/answers\nreceipt:s\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    const count = sessionsOf(at, user).filter(([, subscriptions]) => subscriptions.length > 0).length;
    for (const app of all) {
      await until(`${user} is known`, () => {
        const subscribed = sessionsOf(app, user).filter(([, subscriptions]) => subscriptions.length > 0);
        return subscribed.length === count;
      });
    }
    return client;
  }

  const sessionsOf = (at: TestApp, user: string): (readonly [string, readonly string[]])[] =>
    (registryOf(at).getUser(user)?.sessions ?? []).map(({ id, subscriptions }) => [
      id,
      subscriptions.map(({ destination }) => destination),
    ]);

  it.each(['broker', 'local'] as const)(
    'deliver what one sends to a user to the sessions of that user on both, once, with userDestinations %j',
    async (userDestinations) => {
      const [one, two] = [await start({ userDestinations }), await start({ userDestinations })];
      const here = await listening(one, 'joe', [one, two]);
      const there = await listening(two, 'joe', [one, two]);
      const eve = await listening(two, 'eve', [one, two]);
      for (const { app } of [one, two]) {
        const template = app.get(SimpMessagingTemplate);
        for (let i = 0; i < 20; i++) await template.convertAndSendToUser('joe', '/queue/answers', `${i}`);
        for (const client of [here, there]) {
          for (let i = 0; i < 20; i++) expect(bodyOf(await client.next())).toBe(String(i));
        }
      }
      // A client of the other instance, to somebody who is connected there alone, and to nobody.
      here.send(
        'SEND\ndestination:/user/eve/queue/answers\n\nfrom joe\0SEND\ndestination:/user/nobody/queue/answers\n\n?\0',
      );
      const message = await eve.next();
      expect(bodyOf(message)).toBe('from joe');
      expect(message).toContain('\ndestination:/user/queue/answers\n');
      expect(message).not.toMatch(/simp[A-Z]/);
      // What would come twice would come before this.
      await one.app.get(SimpMessagingTemplate).convertAndSendToUser('joe', '/queue/answers', 'last');
      for (const client of [here, there]) expect(bodyOf(await client.next())).toBe('last');
    },
  );

  it('answer a session’s own question to that session alone', async () => {
    const [one, two] = [await start(), await start()];
    const here = await listening(one, 'joe', [one, two]);
    const there = await listening(two, 'joe', [one, two]);
    here.send('SEND\ndestination:/user/joe/queue/answers\n\nto myself\0');
    expect(bodyOf(await here.next())).toBe('to myself');
    await one.app.get(SimpMessagingTemplate).convertAndSendToUser('joe', '/queue/answers', 'to both');
    for (const client of [here, there]) expect(bodyOf(await client.next())).toBe('to both');
  });

  it('know the users, sessions and subscriptions of both', async () => {
    const [one, two] = [await start(), await start()];
    await listening(one, 'joe', [one, two]);
    const there = await listening(two, 'joe', [one, two]);
    await listening(two, 'eve', [one, two]);
    for (const at of [one, two]) {
      const registry = registryOf(at);
      expect([registry.userCount, registry.sessionCount]).toEqual([2, 3]);
      expect(registry.users.map(({ name }) => name).toSorted()).toEqual(['eve', 'joe']);
      expect(
        registry.findSubscriptions(({ destination }) => destination === '/user/queue/answers'),
      ).toHaveLength(3);
    }
    expect(registryOf(one).getUser('eve')?.principal).toBeUndefined();
    expect(registryOf(two).getUser('eve')?.principal).toEqual({ name: 'eve' });
    there.send('DISCONNECT\n\n\0');
    await until('the session is gone', () => registryOf(one).sessionCount === 2);
    expect(sessionsOf(one, 'joe')).toHaveLength(1);
  });

  it('forget one another when one stops', async () => {
    const [one, two] = [await start(), await start()];
    await listening(two, 'eve', [one, two]);
    terminateRawClients();
    await two.app.close();
    // Sooner than after the 20 s of one that says nothing.
    await until('nobody is left', () => registryOf(one).userCount === 0, 10_000);
    expect(registryOf(one).sessionCount).toBe(0);
  });

  it('forget one another when one is heard of no more', async () => {
    const proxy = await TcpProxy.to(broker.port);
    proxies.push(proxy);
    const [one, two] = [await start(), await start({ port: proxy.port, onBrokerLoss: 'resubscribe' })];
    await listening(two, 'eve', [one, two]);
    proxy.stall();
    await until('eve is forgotten', () => registryOf(one).getUser('eve') === undefined);
    proxy.reset();
    proxy.flow();
    await until('eve is known again', () => registryOf(one).getUser('eve') !== undefined);
    expect(sessionsOf(one, 'eve')).toEqual(sessionsOf(two, 'eve'));
  });

  it('let no client near what they tell each other', async () => {
    const one = await start();
    for (const destination of ['/topic/user-registry', '/topic/unresolved-users']) {
      for (const frame of [`SUBSCRIBE\nid:1\n`, 'SEND\n']) {
        const client = await connectAs(one.url, 'mallory');
        client.send(`${frame}destination:${destination}\n\n\0`);
        expect(await client.next()).toContain('for instances of the application only');
      }
    }
  });
});
