import { afterEach, describe, expect, it } from '@jest/globals';
import { TerminusModule } from '@nestjs/terminus';
import {
  ClusterAvailabilityEvent,
  ClusterNodeEvent,
  SimpMessagingTemplate,
  SimpleBrokerCluster,
  SimpUserRegistry,
  StompEvents,
  StompStats,
  type ClusterOptions,
  type StompModuleOptions,
} from 'nestjs-stomp';
import { StompHealthIndicator } from 'nestjs-stomp/health';
import { MemoryCluster } from 'nestjs-stomp/testing';
import { subscribes } from '../support/cluster-contract.js';
import { connectAs, startNode, untilTogether } from '../support/cluster-node.js';
import { bodyOf, headerOf } from '../support/exchange.js';
import type { RawClient } from '../support/raw-client.js';
import { terminateRawClients } from '../support/raw-client.js';
import { SeverableBus } from '../support/severable-bus.js';
import { closeTestApps, startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

/** Quick, so that an outage is noticed soon. */
const QUICK = {
  heartbeatIntervalMs: 100,
  nodeTimeoutMs: 1000,
  reconnectDelayMs: 20,
  reconnectMaxDelayMs: 100,
};

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

interface Pair {
  readonly engine: MemoryCluster;
  readonly one: TestApp;
  readonly two: TestApp;
  /** What node one has been told of its engine. */
  readonly heard: ClusterAvailabilityEvent[];
}

async function startPair(
  options: Partial<ClusterOptions> = {},
  stomp: Partial<StompModuleOptions> = {},
): Promise<Pair> {
  const engine = new MemoryCluster();
  const [one, two] = (await Promise.all(
    ['one', 'two'].map((nodeName) => startNode({ bus: engine.bus(), nodeName, ...QUICK, ...options }, stomp)),
  )) as [TestApp, TestApp];
  await untilTogether([one, two]);
  const heard: ClusterAvailabilityEvent[] = [];
  one.app
    .get(StompEvents)
    .of(ClusterAvailabilityEvent)
    .subscribe((event) => heard.push(event));
  return { engine, one, two, heard };
}

const clusterOf = ({ app }: TestApp): SimpleBrokerCluster => app.get(SimpleBrokerCluster);

const send = (client: RawClient, body: string, headers = ''): void =>
  client.send(`SEND\ndestination:/topic/a\n${headers}\n${body}\0`);

async function untilAvailable({ one, two }: Pair, isAvailable = true): Promise<void> {
  await until(`the cluster is ${isAvailable ? 'back' : 'away'}`, () =>
    [one, two].every((node) => clusterOf(node).isAvailable === isAvailable),
  );
}

/** Publishes on node one and waits until it has arrived, which nothing that was published before can do later. */
async function bodiesUntil(client: RawClient, last: string): Promise<string[]> {
  const bodies: string[] = [];
  while (bodies.at(-1) !== last) bodies.push(bodyOf(await client.next()));
  return bodies;
}

describe('a cluster whose engine fails', () => {
  it('delivers everything here, and there everything but what is counted, once and in order', async () => {
    const pair = await startPair({ outageBufferMs: 100 });
    const { engine, one, two } = pair;
    const [here, there, joe] = [
      await connectAs(one, 'here'),
      await connectAs(two, 'there'),
      await connectAs(one, 'joe'),
    ];
    for (const client of [here, there]) await subscribes(client, 's', '/topic/a');
    let number = 0;
    const traffic = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) send(joe, String(number++));
      await joe.sync();
    };
    for (let round = 0; round < 3; round++) {
      await traffic(50);
      engine.kill();
      await traffic(50);
      const { dropped } = clusterOf(one).counters;
      await until('some of it is too old', () => clusterOf(one).counters.dropped > dropped);
      await traffic(50);
      engine.revive();
      await traffic(50);
      await untilAvailable(pair);
    }
    send(joe, 'last');
    const gotHere = await bodiesUntil(here, 'last');
    const gotThere = await bodiesUntil(there, 'last');
    const all = [...Array.from({ length: number }, (_, index) => String(index)), 'last'];
    expect(gotHere).toEqual(all);
    expect(gotThere).toEqual(all.filter((each) => gotThere.includes(each)));
    expect(new Set(gotThere).size).toBe(gotThere.length);
    const { published, dropped, losses } = clusterOf(one).counters;
    expect(published + dropped).toBe(all.length);
    expect(losses).toBe(3);
    // What was given to the engine and died with it is all that may be missing beside what was dropped.
    expect(gotThere.length).toBe(clusterOf(two).counters.received);
    expect(gotThere.length).toBeLessThanOrEqual(published);
    expect(gotThere.length).toBeGreaterThan(150);
  });

  it('keeps what is sent in a short outage, confirms it when it has left, and says how long that was', async () => {
    const pair = await startPair({ outageBufferMs: 10_000 });
    const { engine, one, two, heard } = pair;
    const there = await connectAs(two, 'there');
    await subscribes(there, 's', '/topic/a');
    const joe = await connectAs(one, 'joe');
    engine.kill();
    send(joe, '1', 'receipt:1\n');
    send(joe, '2');
    expect(await joe.sync()).toEqual([]);
    await untilAvailable(pair, false);
    engine.revive();
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
    expect(await bodiesUntil(there, '2')).toEqual(['1', '2']);
    expect(heard.map(({ isClusterAvailable, dropped }) => [isClusterAvailable, dropped])).toEqual([
      [false, 0],
      [true, 0],
    ]);
    expect(heard[0]?.reason).toBe('The memory of the test was killed');
    expect(heard[1]?.awayMs).toBeGreaterThan(0);
  });

  it('tells who asked for a receipt that it reached this node only, and his session lives on', async () => {
    const pair = await startPair({ outageBufferMs: 100 });
    const { engine, one, heard } = pair;
    const joe = await connectAs(one, 'joe');
    await subscribes(joe, 'errors', '/user/queue/errors');
    await subscribes(joe, 's', '/topic/a');
    engine.kill();
    send(joe, '1', 'receipt:1\n');
    expect(bodyOf(await joe.next())).toBe('1');
    const told = await joe.next();
    expect(headerOf(told, 'subscription')).toBe('errors');
    expect(JSON.parse(bodyOf(told))).toMatchObject({ code: 'STOMP_ERR_CLUSTER_UNAVAILABLE' });
    expect(await joe.sync()).toEqual([]);
    await expect(clusterOf(one).flush()).rejects.toThrow('The message reached one server only');
    engine.revive();
    await untilAvailable(pair);
    send(joe, '2', 'receipt:2\n');
    expect(bodyOf(await joe.next())).toBe('2');
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:2\n\n\0');
    await clusterOf(one).flush();
    expect(heard.at(-1)).toMatchObject({ isClusterAvailable: true, dropped: 1 });
  });

  it('notices an engine that stands still, and is back when it goes on', async () => {
    const pair = await startPair();
    const { engine, one, two, heard } = pair;
    engine.stall();
    await untilAvailable(pair, false);
    expect(heard[0]?.reason).toBe('the memory of the test has not answered for 300 ms');
    const joe = await connectAs(one, 'joe');
    await subscribes(joe, 's', '/topic/a');
    engine.resume();
    await untilAvailable(pair);
    await two.app.get(SimpMessagingTemplate).convertAndSend('/topic/a', 'hello');
    expect(bodyOf(await joe.next())).toBe('hello');
    expect(clusterOf(one).nodes.length).toBe(1);
  });

  it('hears what was subscribed to meanwhile, and not what was given up', async () => {
    const pair = await startPair({ lingerMs: 0 });
    const { engine, one, two } = pair;
    const joe = await connectAs(one, 'joe');
    await subscribes(joe, 'old', '/topic/old');
    engine.kill();
    await untilAvailable(pair, false);
    joe.send('UNSUBSCRIBE\nid:old\n\n\0');
    await subscribes(joe, 'new', '/topic/new');
    engine.revive();
    await untilAvailable(pair);
    await two.app.get(SimpMessagingTemplate).convertAndSend('/topic/new', 'hello');
    expect(bodyOf(await joe.next())).toBe('hello');
    await until('nobody listens to the old one', () => !engine.addresses.includes('stomp.d.topic.old.=e'));
  });

  it('says so in health and statistics, and stays up', async () => {
    const engine = new MemoryCluster();
    const cluster = { bus: engine.bus(), ...QUICK, outageBufferMs: 50 };
    const { app } = await startTestApp({
      imports: [TerminusModule],
      providers: [StompHealthIndicator],
      stomp: { simpleBroker: { destinationPrefixes: ['/topic'], cluster } },
    });
    const indicator = app.get(StompHealthIndicator);
    const stats = app.get(StompStats);
    const template = app.get(SimpMessagingTemplate);
    await template.convertAndSend('/topic/a', '1');
    await app.get(SimpleBrokerCluster).flush();
    expect(indicator.isHealthy()).toMatchObject({ stomp: { status: 'up', cluster: 'available', nodes: 0 } });
    expect(indicator.isClusterHealthy()).toMatchObject({
      stompCluster: { status: 'up', losses: 0, dropped: 0 },
    });
    engine.kill();
    await template.convertAndSend('/topic/a', '2');
    await until('it is too old', () => stats.snapshot().cluster?.messages.dropped === 1);
    expect(indicator.isHealthy()).toMatchObject({ stomp: { status: 'up', cluster: 'away' } });
    expect(indicator.isClusterHealthy()).toMatchObject({
      stompCluster: { status: 'down', losses: 1, dropped: 1 },
    });
    expect(stats.snapshot().cluster).toMatchObject({
      isAvailable: false,
      messages: { out: 1, in: 0, dropped: 1 },
      pendingBytes: 0,
      losses: 1,
      unreadable: 0,
    });
    expect(app.get(SimpleBrokerCluster).unavailableReason).toBe(
      'The memory of the test is down. Call revive()',
    );
  });
});

describe('a cluster whose clients are hostile', () => {
  it('refuses a message for a user that is too large for it before anybody gets it', async () => {
    const { one } = await startPair();
    const bob = await connectAs(one, 'bob');
    await subscribes(bob, 'u', '/user/queue/a');
    const template = one.app.get(SimpMessagingTemplate);
    const sent = (async () => template.convertAndSendToUser('bob', '/queue/a', 'x'.repeat(2_000_000)))();
    await expect(sent).rejects.toThrow(/^The message has 2000\d+ bytes, and at most/);
    expect(await bob.sync()).toEqual([]);
  });

  it('carries on when one has hundreds of long subscriptions, and forgets them with him', async () => {
    const { engine, one, two } = await startPair({ lingerMs: 100 });
    const before = engine.addresses.length;
    const eve = await connectAs(one, 'eve');
    for (let id = 0; id < 900; id++)
      eve.send(`SUBSCRIBE\nid:${id}\ndestination:/topic/${id}/${'x'.repeat(900)}\n\n\0`);
    await eve.sync();
    const registry = two.app.get(SimpUserRegistry);
    await until('node two has heard of some', () => registry.findSubscriptions(() => true).length > 0);
    expect(registry.findSubscriptions(() => true).length).toBeLessThan(100);
    expect(clusterOf(one).isAvailable && clusterOf(two).isAvailable).toBe(true);
    // They have names too long for an address, so all of them are one.
    const heard = engine.addresses.filter((address) => address.startsWith('stomp.d.'));
    expect(heard.filter((address) => !address.includes('.sync.'))).toEqual(['stomp.d.=l.=e']);
    eve.terminate();
    await until(
      'nothing is left of her',
      () => engine.addresses.length === before && registry.sessionCount === 0,
    );
  });

  it('remembers a bounded part of what one subscribes to and gives up again', async () => {
    const { engine, one } = await startPair({ lingerMs: 60_000 });
    const before = clusterOf(one).interestCount;
    const eve = await connectAs(one, 'eve');
    for (let round = 0; round < 3000; round++)
      eve.send(`SUBSCRIBE\nid:s\ndestination:/topic/${round}/**\n\n\0UNSUBSCRIBE\nid:s\n\n\0`);
    await eve.sync();
    expect(clusterOf(one).interestCount - before).toBeLessThanOrEqual(1000);
    await until('the engine has been told', () => engine.addresses.length < 1100);
  });
});

describe('a cluster of which one node is cut off', () => {
  it('takes it for dead, and its users for gone, until it is back', async () => {
    const engine = new MemoryCluster();
    const bus = new SeverableBus(engine.bus());
    const one = await startNode({ bus: engine.bus(), nodeName: 'one', ...QUICK });
    const two = await startNode({ bus, nodeName: 'two', ...QUICK });
    await untilTogether([one, two]);
    const changes: string[] = [];
    one.app
      .get(StompEvents)
      .of(ClusterNodeEvent)
      .subscribe(({ nodeName, change }) => changes.push(`${nodeName} ${change}`));
    const bob = await connectAs(two, 'bob');
    await subscribes(bob, 'u', '/user/queue/a');
    const registry = one.app.get(SimpUserRegistry);
    await until('node one has heard of bob', () => registry.getUser('bob') !== undefined);
    bus.sever();
    await until('his node is lost', () => changes.length === 1);
    expect(changes).toEqual(['two lost']);
    expect(registry.getUser('bob')).toBeUndefined();
    expect(await one.app.get(SimpMessagingTemplate).convertAndSendToUser('bob', '/queue/a', '1')).toBe(
      'unhandled',
    );
    await subscribes(bob, 'more', '/topic/more');
    bus.mend();
    await until('bob is back', () => registry.getUser('bob')?.sessions.length === 1);
    expect(changes).toEqual(['two lost', 'two joined']);
    const all = registry.findSubscriptions(() => true).map(({ destination }) => destination);
    expect(all.toSorted()).toEqual(['/topic/more', '/user/queue/a']);
    await until('the node hears again', () => clusterOf(two).isAvailable);
    await one.app.get(SimpMessagingTemplate).convertAndSendToUser('bob', '/queue/a', '2');
    expect(bodyOf(await bob.next())).toBe('2');
  });

  it('does not let strangers on the engine do harm', async () => {
    const { engine, one, two } = await startPair();
    const there = await connectAs(two, 'there');
    await subscribes(there, 's', '/topic/a');
    const garbage = ['', 'SC', 'hello', '\u0001'.repeat(100)].map((text) => Buffer.from(text));
    for (const bytes of [...garbage, Buffer.from('53430100000000000000000000000000ffffffff', 'hex')]) {
      engine.inject('stomp.c', bytes);
      engine.inject('stomp.d.topic.a.=e', bytes);
    }
    await one.app.get(SimpMessagingTemplate).convertAndSend('/topic/a', 'still here');
    expect(bodyOf(await there.next())).toBe('still here');
    expect(clusterOf(two).counters.unreadable).toBe(10);
    // Nest has one log for both: a line of each.
    expect(two.logger.textsOf('warn').filter((line) => line.includes('could not be read')).length).toBe(2);
  });
});

/** With clients that may be behind by all of it. */
const PATIENT = { transport: { sendBufferSizeLimit: 64 * 1024 * 1024 } };

describe('a cluster with much to say', () => {
  it('loses nothing of what one turn publishes on two destinations, however much that is', async () => {
    const { one, two } = await startPair({}, PATIENT);
    const there = await connectAs(two, 'there');
    await subscribes(there, 'p', '/topic/price/*');
    await subscribes(there, 'a', '/topic/all');
    const template = one.app.get(SimpMessagingTemplate);
    for (let number = 0; number < 5000; number++) {
      void template.convertAndSend(`/topic/price/${number}`, 'price');
      void template.convertAndSend('/topic/all', 'all');
    }
    const counts = { price: 0, all: 0 };
    for (let count = 0; count < 10_000; count++) counts[bodyOf(await there.next()) as 'price' | 'all']++;
    expect(counts).toEqual({ price: 5000, all: 5000 });
  });

  it('keeps ten thousand messages through a short outage', async () => {
    const pair = await startPair({ outageBufferMs: 20_000 }, PATIENT);
    const { engine, one, two } = pair;
    const there = await connectAs(two, 'there');
    await subscribes(there, 's', '/topic/a');
    engine.kill();
    const template = one.app.get(SimpMessagingTemplate);
    for (let number = 0; number < 10_000; number++) void template.convertAndSend('/topic/a', String(number));
    engine.revive();
    await untilAvailable(pair);
    const got: string[] = [];
    for (let count = 0; count < 10_000; count++) got.push(bodyOf(await there.next()));
    expect(got).toEqual(Array.from({ length: 10_000 }, (_, number) => String(number)));
  });
});

describe('a cluster whose engine is away', () => {
  it('ends sessions of other nodes when it is back', async () => {
    const pair = await startPair();
    const { engine, one, two } = pair;
    const alice = await connectAs(two, 'alice');
    const registry = one.app.get(SimpUserRegistry);
    await until('node one has heard of alice', () => registry.getUser('alice') !== undefined);
    engine.kill();
    await untilAvailable(pair, false);
    expect(registry.disconnectUser('alice', { code: 4001 })).toBe(1);
    expect(await alice.sync()).toEqual([]);
    engine.revive();
    expect((await alice.closed).code).toBe(4001);
  });

  it('tells who waits for all that was published, or for a message to a user, that it did not get there', async () => {
    const pair = await startPair({ outageBufferSizeLimit: 0 });
    const { engine, one } = pair;
    const joe = await connectAs(one, 'joe');
    await subscribes(joe, 'e', '/user/queue/errors');
    engine.kill();
    await untilAvailable(pair, false);
    joe.send('SEND\ndestination:/user/bob/queue/x\nreceipt:r\n\nhello\0');
    const told = await joe.next();
    expect(headerOf(told, 'subscription')).toBe('e');
    expect(bodyOf(told)).toContain('STOMP_ERR_CLUSTER_UNAVAILABLE');
    const cluster = clusterOf(one);
    await expect(cluster.flush()).rejects.toThrow('The message reached one server only');
    engine.revive();
    await untilAvailable(pair);
    await cluster.flush();
    await one.app.close();
    await expect(cluster.flush()).rejects.toThrow('The message reached one server only');
  });

  it('does not keep an application from stopping when it stands still', async () => {
    const { engine, one } = await startPair();
    engine.stall();
    await one.app.get(SimpMessagingTemplate).convertAndSend('/topic/a', 'x');
    await one.app.close();
    expect(clusterOf(one).isAvailable).toBe(false);
  });
});
