import { afterEach, describe, expect, it } from '@jest/globals';
import type { BrokerRelayOptions } from '../../../../src/module/broker-relay-options.js';
import { turnUntil } from '../../../support/event-loop.js';
import {
  closeFakeBrokers,
  headerOf,
  type BrokerPeer,
  type FakeBroker,
} from '../../../support/fake-broker.js';
import { RelayFlow, stopRelayFlows, type RelayClient } from '../../../support/relay-flow.js';

afterEach(async () => {
  stopRelayFlows();
  await closeFakeBrokers();
});

const subscribe = (id: string, destination: string, headers = ''): string =>
  `SUBSCRIBE\nid:${id}\ndestination:${destination}\n${headers}receipt:s${id}\n\n\0`;

const sharing = (
  options: BrokerRelayOptions = {},
): Promise<{ flow: RelayFlow; broker: FakeBroker; system: BrokerPeer }> =>
  RelayFlow.available({
    onBrokerLoss: 'resubscribe',
    sharedSubscriptions: { destinationPrefixes: ['/topic/'], connections: 1 },
    ...options,
  });

/** Two clients on one topic, and the broker's end of the connection that they share. */
async function two(options: BrokerRelayOptions = {}): Promise<{
  flow: RelayFlow;
  broker: FakeBroker;
  system: BrokerPeer;
  shared: BrokerPeer;
  ann: RelayClient;
  joe: RelayClient;
}> {
  const { flow, broker, system } = await sharing(options);
  const [ann, joe] = [flow.connect(), flow.connect()];
  ann.say(subscribe('1', '/topic/a'));
  const shared = await broker.accept();
  await shared.confirm();
  expect(await ann.next()).toBe('RECEIPT\nreceipt-id:s1\n\n\0');
  joe.say(subscribe('1', '/topic/a'));
  expect(await joe.next()).toBe('RECEIPT\nreceipt-id:s1\n\n\0');
  return { flow, broker, system, shared, ann, joe };
}

const messageTo = (subscription: string, body: string): string =>
  `MESSAGE\nsubscription:${subscription}\nmessage-id:m\ndestination:/topic/a\n\n${body}\0`;

describe('subscriptions that share a connection', () => {
  it('are one at the broker for each destination, with the login of clients', async () => {
    const { flow, broker, shared, ann, joe } = await two({ clientLogin: 'web' });
    expect(headerOf(broker.connects[1] ?? '', 'login')).toBe('web');
    shared.say(messageTo('0', 'hello'));
    for (const client of [ann, joe]) {
      expect(await client.next()).toMatch(/^MESSAGE\ndestination:\/topic\/a\n[^]*\n\nhello\0$/);
    }
    expect(shared.unread).toEqual([]);
    expect(broker.connects).toHaveLength(2);
    expect(flow.relay.sessionCounts.subscriptions).toBe(2);
  });

  it('are confirmed to all who wait when the broker has confirmed the one', async () => {
    const { flow, broker } = await sharing();
    const [ann, joe] = [flow.connect(), flow.connect()];
    for (const client of [ann, joe]) client.say(subscribe('1', '/topic/a'));
    const shared = await broker.accept();
    const frame = await shared.next();
    expect(frame).toBe('SUBSCRIBE\nid:0\nack:auto\ndestination:/topic/a\nreceipt:r0\n\n');
    expect([ann, joe].flatMap(({ transport }) => transport.take())).toEqual([]);
    shared.say('RECEIPT\nreceipt-id:r0\n\n\0');
    for (const client of [ann, joe]) expect(await client.next()).toBe('RECEIPT\nreceipt-id:s1\n\n\0');
  });

  it('end at the broker when the last has left, by UNSUBSCRIBE or for good', async () => {
    const { flow, shared, ann, joe } = await two();
    ann.say('UNSUBSCRIBE\nid:1\nreceipt:u\n\n\0');
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:u\n\n\0');
    shared.say(messageTo('0', 'for joe'));
    expect(await joe.next()).toContain('\n\nfor joe\0');
    expect(shared.unread).toEqual([]);
    joe.say('DISCONNECT\n\n\0');
    expect(await shared.next()).toBe('UNSUBSCRIBE\nid:0\n\n');
    expect(ann.transport.take()).toEqual([]);
    expect(flow.relay.sessionCounts.subscriptions).toBe(0);
    ann.say(subscribe('2', '/topic/a'));
    expect(await shared.confirm()).toContain('SUBSCRIBE\nid:1\n');
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:s2\n\n\0');
  });

  it.each([
    ['acknowledge', '/topic/a', 'ack:client\n'],
    ['select', '/topic/a', 'selector:x = 1\n'],
    ['are of queues', '/queue/a', ''],
    ['are private', '/user/queue/a', ''],
  ])('are not those that %s', async (_title, destination, headers) => {
    const { flow, broker } = await two();
    const client = flow.connect();
    client.say(subscribe('1', destination, headers));
    const own = await broker.accept();
    await own.confirm();
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s1\n\n\0');
    expect(broker.connects).toHaveLength(3);
  });

  it('spread over several connections, each destination on one', async () => {
    const { flow, broker } = await sharing({
      sharedSubscriptions: { destinationPrefixes: ['/topic/'], connections: 2 },
    });
    const client = flow.connect();
    for (let i = 0; i < 8; i++) client.say(`SUBSCRIBE\nid:${i}\ndestination:/topic/${i}\n\n\0`);
    const peers = [await broker.accept(), await broker.accept()];
    const confirmed: string[] = [];
    await Promise.race(
      peers.map(async (peer) => {
        while (confirmed.length < 8) confirmed.push(headerOf(await peer.confirm(), 'destination'));
      }),
    );
    expect(confirmed.toSorted()).toEqual(Array.from({ length: 8 }, (_, i) => `/topic/${i}`));
    expect(broker.connects).toHaveLength(3);
  });

  it('are made again after a loss, and a later one waits for that', async () => {
    const { flow, broker, shared, ann, joe } = await two();
    shared.reset();
    await flow.advanceUntil(() => broker.connects.length === 3);
    const again = await broker.accept();
    const eve = flow.connect();
    eve.say(subscribe('1', '/topic/a'));
    const frame = await again.next();
    expect(headerOf(frame, 'destination')).toBe('/topic/a');
    expect(eve.transport.take()).toEqual([]);
    again.say(`RECEIPT\nreceipt-id:${headerOf(frame, 'receipt')}\n\n\0`);
    expect(await eve.next()).toBe('RECEIPT\nreceipt-id:s1\n\n\0');
    again.say(messageTo(headerOf(frame, 'id'), 'hello'));
    for (const client of [ann, joe, eve]) expect(await client.next()).toContain('\n\nhello\0');
  });

  it('end their sessions after a loss where that is wanted', async () => {
    const { flow, shared, ann, joe } = await two({ onBrokerLoss: 'close' });
    const other = flow.connect();
    shared.reset();
    for (const client of [ann, joe]) {
      expect(await client.next()).toContain('\ncode:STOMP_ERR_BROKER_LOST\n');
      expect(client.transport.closed?.code).toBe(1013);
    }
    expect(other.transport.closed).toBeUndefined();
    expect(flow.relay.sessionCounts.subscriptions).toBe(0);
  });

  it.each(['close', 'resubscribe'] as const)(
    'outlive one that the broker refuses together with the connection, with onBrokerLoss %j',
    async (onBrokerLoss) => {
      const { flow, broker, shared, ann, joe } = await two({ onBrokerLoss });
      const eve = flow.connect();
      eve.say(subscribe('1', '/topic/bad'));
      await shared.next();
      // Without a receipt-id, and followed by a receipt for what was not done, as RabbitMQ does.
      shared.say('ERROR\nmessage:access_refused\n\n\0RECEIPT\nreceipt-id:r1\n\n\0');
      expect(await eve.next()).toContain('\ncode:STOMP_ERR_BROKER_REFUSED\n');
      shared.reset();
      await flow.advanceUntil(() => broker.connects.length === 3);
      const again = await broker.accept();
      const frame = await again.confirm();
      expect(headerOf(frame, 'destination')).toBe('/topic/a');
      again.say(messageTo(headerOf(frame, 'id'), 'hello'));
      for (const client of [ann, joe]) expect(await client.next()).toContain('\n\nhello\0');
      expect(again.unread).toEqual([]);
    },
  );

  it('end their sessions when the broker ends the connection for a reason of its own', async () => {
    const { flow, shared, ann, joe } = await two({ onBrokerLoss: 'close' });
    shared.say('ERROR\nmessage:going down\n\n\0');
    await turnUntil(() => flow.relay.counters.errors === 1, 100_000);
    shared.reset();
    for (const client of [ann, joe]) {
      expect(await client.next()).toContain('\ncode:STOMP_ERR_BROKER_LOST\n');
    }
  });

  it('are counted with the connections of clients: opened, lost, and not made', async () => {
    const { flow, broker, shared } = await two();
    broker.connected = 'ERROR\nmessage:not now\n\n\0';
    shared.reset();
    await flow.advanceUntil(() => flow.relay.counters.connectionsFailed > 0);
    expect(flow.relay.counters).toMatchObject({
      connectionsOpened: 1,
      connectionsLost: 1,
      connectionsFailed: 1,
    });
  });

  it('ask for nothing more until it is clear whether an ERROR ends the connection', async () => {
    const { flow, shared } = await two({ onBrokerLoss: 'resubscribe' });
    const [eve, bob] = [flow.connect(), flow.connect()];
    eve.say(subscribe('1', '/topic/bad'));
    await shared.next();
    shared.say('ERROR\nmessage:bad\n\n\0');
    expect(await eve.next()).toContain('\ncode:STOMP_ERR_BROKER_REFUSED\n');
    bob.say(subscribe('1', '/topic/good'));
    await turnUntil(() => shared.unread.length > 0, 50);
    expect(shared.unread).toEqual([]);
    flow.clock.advance(500);
    expect(headerOf(await shared.confirm(), 'destination')).toBe('/topic/good');
    expect(await bob.next()).toBe('RECEIPT\nreceipt-id:s1\n\n\0');
  });

  it('are given up, at the broker too, when it does not confirm in time', async () => {
    const { flow, shared, ann, joe } = await two();
    const eve = flow.connect();
    eve.say(subscribe('1', '/topic/slow'));
    await shared.next();
    flow.clock.advance(11_000);
    expect(await eve.next()).toContain('\ncode:STOMP_ERR_BROKER_TIMEOUT\n');
    expect(await shared.next()).toBe('UNSUBSCRIBE\nid:1\n\n');
    shared.say(messageTo('1', 'late') + messageTo('0', 'hello'));
    for (const client of [ann, joe]) expect(await client.next()).toContain('\n\nhello\0');
  });

  it('are asked for once more when the broker cancels one', async () => {
    const { flow, shared, ann, joe } = await two();
    shared.say('ERROR\nsubscription:0\nmessage:cancelled\n\n\0');
    await turnUntil(() => flow.relay.counters.errors === 1, 100_000);
    flow.clock.advance(500);
    const frame = await shared.confirm();
    expect(headerOf(frame, 'destination')).toBe('/topic/a');
    shared.say(messageTo(headerOf(frame, 'id'), 'hello'));
    for (const client of [ann, joe]) expect(await client.next()).toContain('\n\nhello\0');
  });

  it('end the sessions of those who believe in one that the broker refuses later', async () => {
    const { flow, broker, shared, ann } = await two();
    shared.reset();
    await flow.advanceUntil(() => broker.connects.length === 3);
    const again = await broker.accept();
    const frame = await again.next();
    again.say(`ERROR\nreceipt-id:${headerOf(frame, 'receipt')}\nmessage:not any more\n\n\0`);
    expect(await ann.next()).toContain('\ncode:STOMP_ERR_BROKER_REFUSED\n');
  });

  it('are replaced by another of the same id that is not shared, and the other way round', async () => {
    const { flow, broker } = await sharing({ clientSend: 'allow' });
    const client = flow.connect();
    client.say(subscribe('1', '/topic/a'));
    const shared = await broker.accept();
    await shared.confirm();
    await client.next();
    client.say('UNSUBSCRIBE\nid:1\n\n\0' + subscribe('1', '/queue/a'));
    expect(await shared.next()).toBe('UNSUBSCRIBE\nid:0\n\n');
    const own = await broker.accept();
    await own.confirm();
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s1\n\n\0');
  });
});

describe('SENDs to destinations that are shared', () => {
  it('go over the system connection, with a receipt of our own', async () => {
    const { broker, system, ann } = await two();
    ann.say('SEND\ndestination:/topic/a\nx:y\nsimpNode:evil\nreceipt:mine\n\nhello\0');
    expect(await system.next()).toBe(
      'SEND\ndestination:/topic/a\nx:y\nreceipt:r0\ncontent-length:5\n\nhello',
    );
    expect(ann.transport.take()).toEqual([]);
    system.say('RECEIPT\nreceipt-id:r0\n\n\0');
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:mine\n\n\0');
    expect(broker.connects).toHaveLength(2);
  });

  it('are all confirmed before the RECEIPT of a DISCONNECT', async () => {
    const { system, ann } = await two();
    ann.say(
      'SEND\ndestination:/topic/a\n\n1\0SEND\ndestination:/topic/a\n\n2\0DISCONNECT\nreceipt:bye\n\n\0',
    );
    await system.next();
    await system.next();
    system.say('RECEIPT\nreceipt-id:r1\n\n\0');
    await turnUntil(() => false, 50);
    expect(ann.transport.take()).toEqual([]);
    system.say('RECEIPT\nreceipt-id:r0\n\n\0');
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:bye\n\n\0');
  });

  it('go over a connection of the session’s own within a transaction', async () => {
    const { broker, ann } = await two();
    ann.say(
      'BEGIN\ntransaction:t\n\n\0SEND\ndestination:/topic/a\ntransaction:t\n\n1\0COMMIT\ntransaction:t\n\n\0',
    );
    const own = await broker.accept();
    expect(await own.next()).toMatch(/^BEGIN\n/);
  });

  it('are refused while the broker is away, and cost the session nothing where it outlives that', async () => {
    const { flow, broker, system, ann } = await two();
    await broker.close();
    await system.closed;
    await flow.advanceUntil(() => !flow.relay.isBrokerAvailable);
    ann.say('SEND\ndestination:/topic/a\nreceipt:r\n\n1\0');
    expect(await ann.next()).toContain('STOMP_ERR_BROKER_UNAVAILABLE');
  });

  it.each([
    ['priority:high', 'The header priority has to be a whole number of at most 255'],
    ['priority:256', 'The header priority has to be a whole number of at most 255'],
    ['expiration:4294967296', 'The header expiration has to be a whole number of at most 4294967295'],
    [
      'timestamp:1000000000000000',
      'The header timestamp has to be a whole number of at most 999999999999999',
    ],
  ])('that could end the connection of all are refused here: %s', async (header, reason) => {
    const { system, ann } = await two();
    ann.say(`SEND\ndestination:/topic/a\n${header}\n\n1\0`);
    expect(await ann.next()).toContain(reason);
    expect(system.unread).toEqual([]);
  });
});
