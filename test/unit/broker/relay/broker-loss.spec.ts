import { afterEach, describe, expect, it } from '@jest/globals';
import { MessageBrokerError } from '../../../../src/broker/relay/broker-error.js';
import { turnUntil } from '../../../support/event-loop.js';
import { closeFakeBrokers, FakeBroker, headerOf } from '../../../support/fake-broker.js';
import { RelayFlow, stopRelayFlows } from '../../../support/relay-flow.js';

afterEach(async () => {
  stopRelayFlows();
  await closeFakeBrokers();
});

describe('a session whose connection to the broker is lost', () => {
  it('ends', async () => {
    const { flow } = await RelayFlow.available();
    const { client, peer } = await flow.subscribed('/topic/a');
    peer.reset();
    expect(await client.next()).toBe(
      'ERROR\nmessage:The connection to the message broker was lost\ncode:STOMP_ERR_BROKER_LOST\ncontent-length:0\n\n\0',
    );
    expect(client.transport.closed?.code).toBe(1013);
    expect(flow.available).toEqual([true]);
  });

  it('is told of the frame whose receipt it waits for', async () => {
    const { flow } = await RelayFlow.available({ onBrokerLoss: 'resubscribe' });
    const { client, peer } = await flow.subscribed('/topic/a');
    client.say('SEND\ndestination:/topic/a\nreceipt:r\n\n\0');
    await peer.next();
    peer.reset();
    const error = await client.next();
    expect(error).toContain('\nreceipt-id:r\ncode:STOMP_ERR_BROKER_LOST\n');
    expect(client.transport.closed?.code).toBe(1013);
  });

  it('lives on if it shall, with its subscriptions made again under other names', async () => {
    const { flow, broker } = await RelayFlow.available({ onBrokerLoss: 'resubscribe' });
    const { client, peer } = await flow.subscribed('/queue/a', 'ack:client\nselector:x = 1\n');
    peer.say('MESSAGE\nsubscription:0\nmessage-id:m1\nack:a1\n\n1\0');
    const old = headerOf(await client.next(), 'ack');
    peer.reset();
    await flow.advanceUntil(() => broker.connects.length === 3);
    const again = await broker.accept();
    expect(await again.confirm()).toBe(
      'SUBSCRIBE\nid:1\ndestination:/queue/a\nack:client\nselector:x = 1\nreceipt:r1\n\n',
    );
    again.say('MESSAGE\nsubscription:1\nmessage-id:m1\nack:b1\nredelivered:true\n\n1\0');
    const message = await client.next();
    expect(message).toContain('\nsubscription:1\n');
    expect(message).toContain('\nredelivered:true\n');
    // The name of a delivery over the lost connection means nothing to the broker any more.
    client.say(`ACK\nid:${old}\nreceipt:o\n\n\0ACK\nid:${headerOf(message, 'ack')}\nreceipt:n\n\n\0`);
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:o\n\n\0');
    expect(await again.confirm()).toBe('ACK\nid:b1\nreceipt:r2\n\n');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:n\n\n\0');
  });

  it('waits with new subscriptions and with nothing else', async () => {
    const { flow, broker, system } = await RelayFlow.available({ onBrokerLoss: 'resubscribe' });
    flow.inbound.subscribe({ handleMessage: ({ headers }) => headers.simpDestination === '/app/x' });
    const client = flow.connect();
    system.reset();
    await turnUntil(() => !flow.relay.isBrokerAvailable);
    client.say(
      'SUBSCRIBE\nid:1\ndestination:/topic/a\nreceipt:s\n\n\0SEND\ndestination:/app/x\nreceipt:x\n\n\0',
    );
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:x\n\n\0');
    expect(flow.relay.sessionCounts.lost).toBe(1);
    await flow.advanceUntil(() => broker.connects.length === 3);
    await broker.accept();
    const peer = await broker.accept();
    await peer.confirm();
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    expect(flow.available).toEqual([true, false, true]);
  });

  it('may leave while it waits', async () => {
    const { flow, system } = await RelayFlow.available({ onBrokerLoss: 'resubscribe' });
    const client = flow.connect();
    system.reset();
    await turnUntil(() => !flow.relay.isBrokerAvailable);
    client.say('SUBSCRIBE\nid:1\ndestination:/topic/a\nreceipt:s\n\n\0DISCONNECT\nreceipt:d\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:d\n\n\0');
    expect(flow.relay.sessionCounts.lost).toBe(0);
    expect(flow.relay.sessionCounts.subscriptions).toBe(0);
  });

  it('is told, and lives on, when it sends meanwhile', async () => {
    const { flow, system } = await RelayFlow.available({ onBrokerLoss: 'resubscribe' });
    const client = flow.connect();
    client.say('SUBSCRIBE\nid:e\ndestination:/user/queue/errors\nreceipt:s\n\n\0');
    await client.next();
    system.reset();
    await turnUntil(() => !flow.relay.isBrokerAvailable);
    client.say('SEND\ndestination:/topic/a\n\n\0');
    expect(await client.next()).toContain('"code":"STOMP_ERR_BROKER_UNAVAILABLE"');
    expect(client.transport.closed).toBeUndefined();
  });

  it('gives up a subscription that ends before it is made again', async () => {
    const { flow, broker } = await RelayFlow.available({ onBrokerLoss: 'resubscribe' });
    const { client, peer } = await flow.subscribed('/topic/a');
    peer.reset();
    await turnUntil(() => flow.relay.sessionCounts.lost === 1);
    client.say('UNSUBSCRIBE\nid:1\n\n\0SUBSCRIBE\nid:2\ndestination:/topic/b\nreceipt:s\n\n\0');
    await flow.advanceUntil(() => broker.connects.length === 3);
    const again = await broker.accept();
    expect(await again.confirm()).toContain('\ndestination:/topic/b\n');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    expect(again.unread).toEqual([]);
  });

  it('ends when the broker will not have it back', async () => {
    const { flow, broker } = await RelayFlow.available({ onBrokerLoss: 'resubscribe' });
    const { client, peer } = await flow.subscribed('/topic/a');
    broker.connected = 'ERROR\nmessage:Bad CONNECT\n\n\0';
    peer.reset();
    await flow.advanceUntil(() => client.transport.closed !== undefined);
    expect(await client.next()).toContain('message:The message broker refused. Bad CONNECT\n');
  });

  it('is told as an error with its remedy when the broker does not let clients in, ten times a minute', async () => {
    const { flow, broker } = await RelayFlow.available();
    broker.connected = 'ERROR\nmessage:Bad CONNECT\n\nAccess refused\0';
    for (let count = 0; count < 11; count++) {
      const client = flow.connect();
      client.say('SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0');
      await flow.advanceUntil(() => client.transport.closed !== undefined);
    }
    const told = flow.log.lines.filter((line) => line.includes("refused a client's connection"));
    expect(told.map((line) => line.split(' ', 1)[0])).toEqual([...Array<string>(10).fill('error'), 'debug']);
    expect(told[0]).toContain(
      '"Bad CONNECT Access refused". Correct brokerRelay.clientLogin and brokerRelay.clientPasscode, or brokerRelay.virtualHost.',
    );
    expect(told[9]).toMatch(/ More of this minute are in the debug log\.$/);
  });
});

describe('an ERROR of the broker', () => {
  it('ends the session, whether or not it may outlive the broker', async () => {
    const { flow } = await RelayFlow.available({ onBrokerLoss: 'resubscribe' });
    const { client, peer } = await flow.subscribed('/topic/a');
    peer.say('ERROR\nmessage:AMQP channel died\n\njava.lang.Secret\0');
    peer.reset();
    expect(await client.next()).toBe(
      'ERROR\nmessage:The message broker refused. AMQP channel died\ncode:STOMP_ERR_BROKER_REFUSED\ncontent-length:0\n\n\0',
    );
  });

  it('is told of the one frame that it answers, by name or because no other waits', async () => {
    for (const name of ['receipt-id:r1\n', '']) {
      const { flow } = await RelayFlow.available({}, { rejections: 'report' });
      const { client, peer } = await flow.subscribed('/topic/a');
      client.say('SUBSCRIBE\nid:e\ndestination:/user/queue/errors\nreceipt:e\n\n\0');
      await client.next();
      client.say('SEND\ndestination:/topic/b\nreceipt:mine\n\n\0');
      await peer.next();
      peer.say(`ERROR\n${name}message:no\n\n\0`);
      expect(await client.next()).toContain('"receipt":"mine"');
      expect(client.transport.closed).toBeUndefined();
      flow.stop();
    }
  });

  it('on the system connection fails what is not confirmed, and nothing else', async () => {
    const { flow, system } = await RelayFlow.available();
    const sent = Promise.resolve(flow.template.convertAndSend('/topic/a', 'x', { receipt: 'y' }));
    await system.next();
    system.say('ERROR\nmessage:no\n\nwhy\0');
    await expect(sent).rejects.toThrow('The message broker refused. no');
    expect(flow.relay.isBrokerAvailable).toBe(true);
    expect(flow.log.lines).toContain('error The broker answered ERROR on the system connection: "no why"');
  });

  it('on the system connection is told once a minute, with how many there were', async () => {
    const { flow, system } = await RelayFlow.available();
    const refuse = async (count: number): Promise<void> => {
      system.say('ERROR\nmessage:no\n\nwhy\0');
      await turnUntil(() => flow.relay.counters.errors === count, 10_000);
    };
    await refuse(1);
    await refuse(2);
    await refuse(3);
    flow.clock.advance(60_000);
    await refuse(4);
    const line =
      'The broker answered ERROR on the system connection: "no why". ' +
      'Something that a client or the application has sent was not delivered.';
    expect(flow.log.lines.filter((told) => told.includes('answered ERROR'))).toEqual([
      `error ${line}`,
      `debug ${line}`,
      `debug ${line}`,
      `error ${line} 2 before it are in the debug log.`,
    ]);
  });
});

describe('a broker that does not confirm', () => {
  it('costs the client its session, which is told of what is in doubt', async () => {
    const { flow } = await RelayFlow.available({ receiptTimeoutMs: 500 });
    const { client, peer } = await flow.subscribed('/topic/a');
    client.say('SEND\ndestination:/topic/a\nreceipt:r\n\n\0');
    await peer.next();
    flow.clock.advance(600);
    expect(await client.next()).toBe(
      'ERROR\nmessage:The message broker did not confirm within 500 ms\nreceipt-id:r\ncode:STOMP_ERR_BROKER_TIMEOUT\ncontent-length:0\n\n\0',
    );
  });

  it('does not keep other frames of the client waiting', async () => {
    const { flow } = await RelayFlow.available();
    flow.inbound.subscribe({ handleMessage: ({ headers }) => headers.simpDestination === '/app/x' });
    const { client, peer } = await flow.subscribed('/topic/a');
    client.say('SEND\ndestination:/topic/a\nreceipt:1\n\n\0SEND\ndestination:/topic/a\nreceipt:2\n\n\0');
    client.say('SEND\ndestination:/app/x\nreceipt:x\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:x\n\n\0');
    await peer.next();
    const second = await peer.confirm();
    expect(headerOf(second, 'receipt')).toBe('r2');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:2\n\n\0');
    peer.say('RECEIPT\nreceipt-id:r1\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
  });
});

describe('the system connection', () => {
  it('is made again when it is lost, at the next address', async () => {
    const [first, second] = [await FakeBroker.listen(), await FakeBroker.listen()];
    const hosts = [`127.0.0.1:${first.port}`, `127.0.0.1:${second.port}`];
    const flow = new RelayFlow(first, { port: undefined, hosts });
    flow.start();
    const system = await first.accept();
    await flow.relay.firstAttempt();
    const sent = Promise.resolve(flow.template.convertAndSend('/topic/a', 'x', { receipt: 'y' }));
    await system.next();
    await first.close();
    await expect(sent).rejects.toThrow(MessageBrokerError);
    await flow.advanceUntil(() => flow.available.length === 3);
    expect(flow.available).toEqual([true, false, true]);
    await second.accept();
    const { peer } = await RelayFlow.prototype.subscribed.call(
      Object.assign(flow, { broker: second }),
      '/topic/a',
    );
    expect(peer.unread).toEqual([]);
  });

  it('beats its heart, and counts as lost when the broker’s stands still', async () => {
    const broker = await FakeBroker.listen();
    broker.connected = 'CONNECTED\nversion:1.2\nheart-beat:2000,1000\n\n\0';
    const flow = new RelayFlow(broker, {
      systemHeartbeatSendInterval: 1000,
      systemHeartbeatReceiveInterval: 2000,
    });
    flow.start();
    const system = await broker.accept();
    await flow.relay.firstAttempt();
    flow.clock.advance(1000);
    await turnUntil(() => system.heartBeats > 0);
    expect(system.heartBeats).toBe(1);
    flow.clock.advance(3200);
    expect(flow.available).toEqual([true, false]);
    expect(flow.log.lines.find((line) => line.startsWith('warn'))).toContain(
      'Nothing was heard of the broker at',
    );
  });

  it('ends with the application', async () => {
    const { flow, system } = await RelayFlow.available();
    const { peer } = await flow.subscribed('/topic/a');
    flow.stop();
    expect(await peer.next()).toBe('DISCONNECT\n\n');
    expect(await system.next()).toBe('DISCONNECT\n\n');
    await Promise.all([peer.closed, system.closed]);
    expect(flow.available).toEqual([true, false]);
  });
});

describe('many sessions that all want their connections', () => {
  it('get them a few at a time', async () => {
    const { flow, broker } = await RelayFlow.available({ maxConnecting: 2 });
    broker.connected = '';
    const clients = [1, 2, 3, 4, 5].map(() => flow.connect());
    for (const client of clients) client.say('SUBSCRIBE\nid:1\ndestination:/topic/a\nreceipt:s\n\n\0');
    const peers = [await broker.accept(), await broker.accept()];
    await turnUntil(() => broker.connects.length > 3, 50);
    expect(broker.connects).toHaveLength(3);
    // One of those who wait gives up: the others move on.
    clients[2].say('DISCONNECT\n\n\0');
    broker.connected = 'CONNECTED\nversion:1.2\n\n\0';
    for (const peer of peers) peer.say(broker.connected);
    peers.push(await broker.accept(), await broker.accept());
    for (const peer of peers) await peer.confirm();
    for (const index of [0, 1, 3, 4]) expect(await clients[index].next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    expect(broker.connects).toHaveLength(5);
    expect(flow.relay.sessionCounts.open).toBe(4);
  });
});
