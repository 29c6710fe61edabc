import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SimpMessagingTemplate, StompBrokerRelay, type BrokerRelayOptions } from 'nestjs-stomp';
import { bodyOf } from '../../support/exchange.js';
import { RawClient, terminateRawClients } from '../../support/raw-client.js';
import { closeTestApps, type TestApp } from '../../support/test-app.js';
import { ActiveMq } from '../support/activemq.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { startRelayApp, subscriber } from '../support/relay-app.js';
import { until } from '../../support/until.js';

const CLIENTS = 200;
const MESSAGES = 50;

describe.each([
  { name: 'RabbitMQ', Server: RabbitMq },
  { name: 'ActiveMQ Classic', Server: ActiveMq },
])('clients that share connections to $name', ({ Server }) => {
  let broker: RabbitMq | ActiveMq;

  beforeAll(async () => {
    broker = await Server.start();
  });

  afterEach(async () => {
    terminateRawClients();
    await closeTestApps();
  });

  afterAll(() => broker.stop());

  const start = (options: BrokerRelayOptions = {}): Promise<TestApp> =>
    startRelayApp({
      port: broker.port,
      onBrokerLoss: 'resubscribe',
      sharedSubscriptions: { destinationPrefixes: ['/topic/'] },
      ...options,
    });

  /** Bodies of the next messages. */
  async function bodies(client: RawClient, count: number): Promise<readonly string[]> {
    const read: string[] = [];
    while (read.length < count) read.push(bodyOf(await client.next()));
    return read;
  }

  it('cost the broker a few, however many they are, and get every message once and in order', async () => {
    const [one, two] = [await start(), await start()];
    const topicOf = (client: number): string => `/topic/prices.${Math.floor(client / 2) % 10}`;
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, (_, i) => subscriber((i % 2 === 0 ? one : two).url, topicOf(i))),
    );
    if (broker instanceof RabbitMq) {
      // Of each application two that consume and one that publishes.
      const [, ...connections] = await broker.ctl('list_stomp_connections', 'conn_name');
      expect(connections).toHaveLength(6);
      expect(await broker.queues()).toHaveLength(20);
    }
    const sender = await RawClient.connect(one.url);
    for (let i = 0; i < MESSAGES; i++) {
      for (let topic = 0; topic < 10; topic++)
        sender.send(`SEND\ndestination:/topic/prices.${topic}\nreceipt:r\n\n${topic}:${i}\0`);
    }
    for (let i = 0; i < 10 * MESSAGES; i++) expect(await sender.next()).toContain('receipt-id:r\n');
    const template = two.app.get(SimpMessagingTemplate);
    for (let topic = 0; topic < 10; topic++) await template.convertAndSend(`/topic/prices.${topic}`, 'end');
    await Promise.all(
      clients.map(async (client, i) => {
        const expected = Array.from({ length: MESSAGES }, (_, n) => `${topicOf(i).slice(-1)}:${n}`);
        expect(await bodies(client, MESSAGES + 1)).toEqual([...expected, 'end']);
      }),
    );
    // A client that only shares has no connection of its own.
    expect(one.app.get(StompBrokerRelay).sessionCounts).toMatchObject({
      open: 0,
      subscriptions: CLIENTS / 2,
    });
  });

  it('leave nothing behind at the broker when they leave', async () => {
    const { url } = await start();
    const client = await subscriber(url, '/topic/alone');
    const other = await subscriber(url, '/topic/alone');
    client.send('UNSUBSCRIBE\nid:1\nreceipt:u\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:u\n\n\0');
    client.send('SEND\ndestination:/topic/alone\n\nstill there\0');
    expect(bodyOf(await other.next())).toBe('still there');
    other.send('DISCONNECT\n\n\0');
    await other.closed;
    if (broker instanceof RabbitMq) {
      const rabbit = broker;
      await until('the queue is gone', async () => (await rabbit.queues()).length === 0);
    }
  });

  it('share nothing that acknowledges, selects, or is a queue', async () => {
    const { app, url } = await start();
    await subscriber(url, '/topic/a', 'ack:client\n');
    await subscriber(url, '/queue/a', 'ack:client\n');
    await subscriber(url, '/topic/a');
    expect(app.get(StompBrokerRelay).sessionCounts).toMatchObject({ open: 2, subscriptions: 3 });
  });

  it('get messages again when the broker has been killed and started again', async () => {
    const { app, url } = await start();
    const clients = await Promise.all(
      Array.from({ length: 20 }, (_, i) => subscriber(url, `/topic/again.${i % 4}`)),
    );
    await broker.kill();
    const relay = app.get(StompBrokerRelay);
    await until('the loss is seen', () => !relay.isBrokerAvailable);
    const late = await RawClient.connect(url);
    late.send('SUBSCRIBE\nid:1\ndestination:/topic/again.0\nreceipt:s\n\n\0');
    await broker.up();
    expect(await late.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    for (let topic = 1; topic < 4; topic++) {
      // The RECEIPT of one more says that the one subscription at the broker stands.
      await subscriber(url, `/topic/again.${topic}`);
    }
    const template = app.get(SimpMessagingTemplate);
    for (let topic = 0; topic < 4; topic++)
      await template.convertAndSend(`/topic/again.${topic}`, `new ${topic}`);
    for (const [i, client] of clients.entries()) expect(bodyOf(await client.next())).toBe(`new ${i % 4}`);
    expect(bodyOf(await late.next())).toBe('new 0');
  });
});

describe('a destination that RabbitMQ refuses together with the connection', () => {
  let rabbit: RabbitMq;

  beforeAll(async () => {
    rabbit = await RabbitMq.start();
  });

  afterAll(async () => {
    terminateRawClients();
    await closeTestApps();
    await rabbit.stop();
  });

  it('ends the subscription that asked for it, and the others are made again', async () => {
    const { app, url } = await startRelayApp({
      port: rabbit.port,
      destinationPrefixes: ['/topic', '/exchange'],
      sharedSubscriptions: { destinationPrefixes: ['/topic/', '/exchange/'], connections: 1 },
    });
    const ann = await subscriber(url, '/topic/a');
    const mallory = await RawClient.connect(url);
    mallory.send('SUBSCRIBE\nid:1\ndestination:/exchange/no-such-exchange/x\n\n\0');
    expect(await mallory.next()).toContain('\ncode:STOMP_ERR_BROKER_REFUSED\n');
    const relay = app.get(StompBrokerRelay);
    await until('the connection has ended', () => relay.counters.connectionsLost === 1);
    const joe = await subscriber(url, '/topic/a');
    await app.get(SimpMessagingTemplate).convertAndSend('/topic/a', 'still there');
    for (const client of [ann, joe]) expect(bodyOf(await client.next())).toBe('still there');
  });
});
