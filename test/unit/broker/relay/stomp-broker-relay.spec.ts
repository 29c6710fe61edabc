import { afterEach, describe, expect, it } from '@jest/globals';
import { MessageBrokerError } from '../../../../src/broker/relay/broker-error.js';
import { closeFakeBrokers, FakeBroker, headerOf } from '../../../support/fake-broker.js';
import { RelayFlow, stopRelayFlows } from '../../../support/relay-flow.js';

afterEach(async () => {
  stopRelayFlows();
  await closeFakeBrokers();
});

describe('the frames of a relay', () => {
  it('are, on the system connection, CONNECT with the credentials and the virtual host', async () => {
    const { broker } = await RelayFlow.available({
      systemLogin: 'sys',
      systemPasscode: 'secret',
      virtualHost: '/v',
      systemHeartbeatSendInterval: 4000,
    });
    expect(broker.connects).toEqual([
      'CONNECT\naccept-version:1.1,1.2\nlogin:sys\npasscode:secret\nhost:/v\nheart-beat:4000,10000\n\n',
    ]);
  });

  it('are, on a client’s connection, CONNECT with the credentials of the options and nothing of the client', async () => {
    const { flow, broker } = await RelayFlow.available({ clientLogin: 'cli', clientPasscode: 'word' });
    const client = flow.connect('accept-version:1.2\nlogin:me\npasscode:mine\nhost:there\nx:y\n');
    client.say('SEND\ndestination:/topic/a\n\n\0');
    await broker.accept();
    expect(broker.connects[1]).toBe(
      'CONNECT\naccept-version:1.1,1.2\nlogin:cli\npasscode:word\nheart-beat:10000,10000\n\n',
    );
  });

  it('are none for a client that has nothing to do with the broker', async () => {
    const { flow, broker } = await RelayFlow.available();
    const client = flow.connect();
    client.say(
      'SEND\ndestination:/app/x\n\n\0SUBSCRIBE\nid:1\ndestination:/user/queue/errors\nreceipt:s\n\n\0',
    );
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    client.say('DISCONNECT\nreceipt:d\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:d\n\n\0');
    expect(broker.connects).toHaveLength(1);
    expect(flow.relay.sessionCounts.open).toBe(0);
  });

  it('are a SEND with what the client wrote, but for what could harm', async () => {
    const { flow, broker } = await RelayFlow.available();
    const client = flow.connect();
    client.say(
      'SEND\ndestination:/topic/a\ncontent-type:text/plain\ncolour:red\ncolour:blue\nmessage-id:m\nx-expires:1\nsimpUser:x\n' +
        'priority:4\nreceipt:r\n\nbody\0',
    );
    const peer = await broker.accept();
    expect(await peer.confirm()).toBe(
      'SEND\ndestination:/topic/a\ncontent-type:text/plain\ncolour:red\ncolour:blue\npriority:4\nreceipt:r0\ncontent-length:4\n\nbody',
    );
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
  });

  it('are SUBSCRIBE, UNSUBSCRIBE with names of the relay’s own', async () => {
    const { flow } = await RelayFlow.available();
    const { client, peer } = await flow.subscribed('/topic/a', 'selector:x = 1\ndurable:true\n');
    client.say('UNSUBSCRIBE\nid:1\nreceipt:u\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:u\n\n\0');
    expect(await peer.next()).toBe('UNSUBSCRIBE\nid:0\n\n');
    client.say('SUBSCRIBE\nid:1\ndestination:/topic/a\nselector:x = 1\ndurable:true\n\n\0');
    expect(await peer.next()).toBe(
      'SUBSCRIBE\nid:1\ndestination:/topic/a\nack:auto\nselector:x = 1\nreceipt:r1\n\n',
    );
  });

  it('are BEGIN, all parts and COMMIT for a transaction', async () => {
    const { flow, broker } = await RelayFlow.available();
    const client = flow.connect();
    client.say('BEGIN\ntransaction:t\n\n\0SEND\ndestination:/topic/a\ntransaction:t\n\n1\0');
    client.say('SEND\ndestination:/topic/b\ntransaction:t\n\n2\0COMMIT\ntransaction:t\nreceipt:c\n\n\0');
    const peer = await broker.accept();
    expect(await peer.next()).toBe('BEGIN\ntransaction:t0\n\n');
    expect(await peer.next()).toBe('SEND\ndestination:/topic/a\ntransaction:t0\ncontent-length:1\n\n1');
    expect(await peer.next()).toBe('SEND\ndestination:/topic/b\ntransaction:t0\ncontent-length:1\n\n2');
    expect(client.transport.take()).toEqual([]);
    expect(await peer.confirm()).toBe('COMMIT\ntransaction:t0\nreceipt:r0\n\n');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:c\n\n\0');
  });

  it('are DISCONNECT at the end, confirmed if the client wants to know', async () => {
    const { flow } = await RelayFlow.available();
    const { client, peer } = await flow.subscribed('/topic/a');
    client.say('DISCONNECT\nreceipt:d\n\n\0');
    expect(await peer.next()).toBe('DISCONNECT\nreceipt:r1\n\n');
    expect(client.transport.take()).toEqual([]);
    peer.say('RECEIPT\nreceipt-id:r1\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:d\n\n\0');
    await peer.closed;

    const other = await flow.subscribed('/topic/a');
    other.client.say('DISCONNECT\n\n\0');
    expect(await other.peer.next()).toBe('DISCONNECT\n\n');
    await other.peer.closed;
    expect(flow.relay.sessionCounts.subscriptions).toBe(0);
  });
});

describe('a MESSAGE of the broker', () => {
  it('reaches the client under the client’s names, without what is only the broker’s', async () => {
    const { flow } = await RelayFlow.available();
    const { client, peer } = await flow.subscribed('/topic/a');
    peer.say(
      'MESSAGE\nsubscription:0\nmessage-id:m\ndestination:/topic/%61\nreceipt:x\ntransaction:y\nsimpX:z\ncolour:red\n' +
        'content-type:text/plain\ncontent-length:2\n\nhi\0\n',
    );
    expect(await client.next()).toMatch(
      /^MESSAGE\ncolour:red\ndestination:\/topic\/a\ncontent-type:text\/plain\nsubscription:1\nmessage-id:[\w-]+\ncontent-length:2\n\nhi\0$/,
    );
  });

  it('of a subscription that has ended reaches nobody', async () => {
    const { flow } = await RelayFlow.available();
    const { client, peer } = await flow.subscribed('/topic/a');
    client.say('UNSUBSCRIBE\nid:1\n\n\0SUBSCRIBE\nid:1\ndestination:/topic/b\nreceipt:again\n\n\0');
    expect(await peer.next()).toContain('UNSUBSCRIBE');
    peer.say('MESSAGE\nsubscription:0\nmessage-id:m\ndestination:/topic/a\n\nlate\0');
    await peer.confirm();
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:again\n\n\0');
  });

  it('comes behind the RECEIPT of its subscription, if the broker has sent it so', async () => {
    const { flow, broker } = await RelayFlow.available();
    const client = flow.connect();
    client.say('SUBSCRIBE\nid:1\ndestination:/topic/a\nreceipt:s\n\n\0');
    const peer = await broker.accept();
    await peer.next();
    peer.say('RECEIPT\nreceipt-id:r0\n\n\0MESSAGE\nsubscription:0\nmessage-id:m\n\n1\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    expect(await client.next()).toContain('\n\n1\0');
  });

  it.each([
    ['1.2', 'ack:A\\c1\n', 'ACK\nid:A\\c1\n'],
    ['1.1', '', 'ACK\nmessage-id:m\nsubscription:0\n'],
  ])('is acknowledged by the broker’s name for it (%s)', async (version, ack, frame) => {
    const { flow, broker } = await RelayFlow.available();
    broker.connected = `CONNECTED\nversion:${version}\n\n\0`;
    const { client, peer } = await flow.subscribed('/queue/a', 'ack:client-individual\n');
    peer.say(`MESSAGE\nsubscription:0\nmessage-id:m\n${ack}\n1\0`);
    const id = headerOf(await client.next(), 'ack');
    client.say(`ACK\nid:${id}\nreceipt:a\n\n\0`);
    expect(await peer.confirm()).toBe(`${frame}receipt:r1\n\n`);
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:a\n\n\0');
    client.say(`NACK\nid:${id}\nreceipt:b\n\n\0`);
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:b\n\n\0');
    expect(peer.unread).toEqual([]);
  });

  it('cannot be acknowledged by another session', async () => {
    const { flow } = await RelayFlow.available();
    const { client, peer } = await flow.subscribed('/queue/a', 'ack:client\n');
    const other = await flow.subscribed('/queue/b', 'ack:client\n');
    peer.say('MESSAGE\nsubscription:0\nmessage-id:m\nack:1\n\n1\0');
    const id = headerOf(await client.next(), 'ack');
    other.client.say(`ACK\nid:${id}\n\n\0`);
    expect(await other.client.next()).toContain('code:STOMP_ERR_UNKNOWN_DELIVERY');
    expect(peer.unread).toEqual([]);
  });

  it('too many that nobody acknowledges ends the session', async () => {
    const { flow } = await RelayFlow.available({ unacknowledgedLimit: 2 });
    const { client, peer } = await flow.subscribed('/queue/a', 'ack:client\n');
    for (const id of [1, 2, 3]) peer.say(`MESSAGE\nsubscription:0\nmessage-id:m${id}\nack:${id}\n\n${id}\0`);
    for (const id of [1, 2]) expect(await client.next()).toContain(`\n\n${id}\0`);
    expect(await client.next()).toBe('');
    expect(client.transport.closed).toEqual({ code: 4500, reason: 'Too much is not acknowledged' });
    expect(flow.log.lines.filter((line) => line.includes('STOMP_ERR_UNACKNOWLEDGED_LIMIT'))).toHaveLength(1);
  });
});

describe('user destinations over a broker', () => {
  it('have names of their own there, for each session', async () => {
    const { flow, system } = await RelayFlow.available();
    const { client, peer } = await flow.subscribed('/user/queue/a');
    const [sessionId = ''] = [...flow.sessionIds()];
    await flow.template.send({
      payload: Buffer.from('x'),
      headers: {
        simpMessageType: 'MESSAGE',
        simpDestination: `/user/${sessionId}/queue/a`,
        simpSessionId: sessionId,
        nativeHeaders: new Map(),
      },
    });
    const sent = await system.next();
    expect(sent).toBe(`SEND\ndestination:/queue/a-user${sessionId}\ncontent-length:1\n\nx`);
    peer.say('MESSAGE\nsubscription:0\nmessage-id:m\ndestination:/whatever\n\nx\0');
    expect(await client.next()).toContain('\ndestination:/user/queue/a\n');
  });

  it('of another session can neither be subscribed to nor sent to', async () => {
    const { flow } = await RelayFlow.available({ clientPatterns: 'allow' });
    await flow.subscribed('/user/queue/a');
    const [sessionId = ''] = [...flow.sessionIds()];
    for (const frame of [
      `SUBSCRIBE\nid:1\ndestination:/queue/a-user${sessionId}\n`,
      `SEND\ndestination:/queue/a-user${sessionId}\n`,
      'SUBSCRIBE\nid:1\ndestination:/queue/*\n',
      'SUBSCRIBE\nid:1\ndestination:/queue/>\n',
    ]) {
      const stranger = flow.connect();
      stranger.say(`${frame}\n\0`);
      expect(await stranger.next()).toContain('code:STOMP_ERR_REJECTED');
    }
  });
});

describe('a relay without its broker', () => {
  it('serves the application’s own destinations all the same', async () => {
    const broker = await FakeBroker.listen();
    await broker.close();
    const flow = new RelayFlow(broker);
    flow.start();
    expect(await flow.relay.firstAttempt()).toMatchObject({ failure: 'unreachable' });
    flow.inbound.subscribe({ handleMessage: ({ headers }) => headers.simpDestination === '/app/x' });
    const client = flow.connect();
    client.say('SEND\ndestination:/app/x\nreceipt:r\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    client.say('SEND\ndestination:/topic/x\nreceipt:r2\n\n\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:The message broker is not available. Try again later\nreceipt-id:r2\n' +
        'code:STOMP_ERR_BROKER_UNAVAILABLE\ncontent-length:0\n\n\0',
    );
    expect(client.transport.closed?.code).toBe(1013);
    expect(() => flow.template.convertAndSend('/topic/x', 'x')).toThrow(MessageBrokerError);
    expect(flow.available).toEqual([]);
  });

  it('tries again and again, later and later, and says so once a minute', async () => {
    const broker = await FakeBroker.listen();
    await broker.close();
    const flow = new RelayFlow(broker);
    flow.start();
    await flow.relay.firstAttempt();
    await flow.advanceUntil(() => flow.relay.attempts >= 6);
    expect(flow.relay.attempts).toBe(6);
    expect(flow.log.lines.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringContaining(`No broker answers at 127.0.0.1:${broker.port} (ECONNREFUSED).`),
    ]);
    const again = await FakeBroker.listen(broker.port);
    await flow.advanceUntil(() => flow.relay.isBrokerAvailable);
    expect(again.connects).toHaveLength(1);
    expect(flow.available).toEqual([true]);
  });

  it('gives up one that takes the connection and says nothing', async () => {
    const broker = await FakeBroker.listen();
    broker.connected = '';
    const flow = new RelayFlow(broker, { connectTimeoutMs: 700 });
    flow.start();
    await broker.accept();
    flow.clock.advance(800);
    const error = await flow.relay.firstAttempt();
    expect(error?.message).toContain(
      'has not answered CONNECT within 700 ms. Look whether brokerRelay.port is its STOMP',
    );
  });

  it.each([
    [
      'ERROR\nmessage:Bad CONNECT\n\nAccess refused\nat Stack.java:1\0',
      'refused',
      '"Bad CONNECT Access refused". Correct brokerRelay.systemLogin',
    ],
    ['HTTP/1.1 400 Bad Request\r\n\r\n', 'not-stomp', 'cannot be read as STOMP'],
    ['CONNECTED\n\n\0', 'not-stomp', 'version 1.0 in answer to CONNECT'],
    ['RECEIPT\nreceipt-id:x\n\n\0', 'not-stomp', 'RECEIPT in answer to CONNECT'],
  ])('says what to look at when the broker answers %j', async (answer, failure, text) => {
    const broker = await FakeBroker.listen();
    broker.connected = answer;
    const flow = new RelayFlow(broker);
    flow.start();
    const error = await flow.relay.firstAttempt();
    expect(error?.failure).toBe(failure);
    expect(error?.message).toContain(text);
    expect(flow.log.lines.some((line) => line.startsWith('error'))).toBe(true);
  });
});

describe('a relay that is asked for a first message', () => {
  it('says that it has none, and who has', async () => {
    const { flow } = await RelayFlow.available();
    const subscribe = (): unknown =>
      flow.relay.handleMessage({
        payload: undefined,
        headers: {
          simpMessageType: 'SUBSCRIBE',
          simpDestination: '/topic/prices',
          simpFirstMessage: { take: () => undefined, includes: () => false, waitFor: () => undefined },
          nativeHeaders: new Map(),
        },
      });
    expect(subscribe).toThrow(
      'snapshotThenLive cannot begin /topic/prices, which brokerRelay serves. Give the destination to simpleBroker.',
    );
  });
});
