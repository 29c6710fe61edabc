import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  SimpMessagingTemplate,
  StompBrokerRelay,
  type BrokerRelayOptions,
  type StompModuleOptions,
} from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../../support/raw-client.js';
import { closeTestApps, type TestApp } from '../../support/test-app.js';
import { ActiveMq } from '../support/activemq.js';
import { Artemis } from '../support/artemis.js';
import { ackOf, connectAs, naming, startRelayApp, subscriber } from '../support/relay-app.js';
import { until } from '../../support/until.js';

describe.each([
  { name: 'ActiveMQ Classic', profile: 'activemq', many: '>', Server: ActiveMq },
  { name: 'Apache Artemis', profile: 'artemis', many: '#', Server: Artemis },
])('a relay to $name', ({ profile, many, Server }) => {
  let broker: ActiveMq | Artemis;

  beforeAll(async () => {
    broker = await Server.start();
  });

  afterEach(async () => {
    terminateRawClients();
    await closeTestApps();
  });

  afterAll(() => broker.stop());

  const start = (
    options: BrokerRelayOptions = {},
    stomp: Partial<StompModuleOptions> = {},
  ): Promise<TestApp> => startRelayApp({ port: broker.port, ...options }, stomp);

  it('knows the broker by its name', async () => {
    const { app } = await start();
    expect(app.get(StompBrokerRelay)).toMatchObject({ isBrokerAvailable: true, profileName: profile });
  });

  it('takes messages of clients and of the application to whoever has subscribed', async () => {
    const { app, url } = await start();
    const [ann, joe] = [await subscriber(url, '/topic/news'), await subscriber(url, '/topic/news')];
    joe.send('SEND\ndestination:/topic/news\ncontent-type:text/plain\nreceipt:r\nx-colour:red\n\nsun\0');
    const both = [await joe.next(), await joe.next()].sort();
    expect(both[1]).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    const message = await ann.next();
    expect(message).toContain('\nx-colour:red\n');
    expect(message).toContain('\ndestination:/topic/news\n');
    expect(message).toContain('\n\nsun\0');
    await app.get(SimpMessagingTemplate).convertAndSend('/topic/news', 'all', { receipt: 'y' });
    for (const client of [ann, joe]) expect(await client.next()).toContain('\n\nall\0');
    ann.send('SEND\ndestination:/app/hello\n\nAnn\0SUBSCRIBE\nid:2\ndestination:/topic/x/y\nreceipt:2\n\n\0');
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:2\n\n\0');
  });

  it('gives a message in a queue to one consumer, and again if that does not acknowledge it', async () => {
    const { url } = await start();
    const [ann, joe] = [
      await subscriber(url, '/queue/work', 'ack:client-individual\n'),
      await subscriber(url, '/queue/work', 'ack:client-individual\n'),
    ];
    ann.send('SEND\ndestination:/queue/work\n\nonce\0');
    const firsts = [ann.next(), joe.next()];
    let isAnn = false;
    void firsts[0].then(() => (isAnn = true));
    expect(await Promise.race(firsts)).toContain('\n\nonce\0');
    const other = isAnn ? joe : ann;
    (isAnn ? ann : joe).terminate();
    const again = await firsts[isAnn ? 1 : 0];
    expect(again).toContain('\n\nonce\0');
    expect(again).toContain('\nredelivered:true\n');
    other.send(`ACK\nid:${ackOf(again)}\nreceipt:a\n\n\0`);
    expect(await other.next()).toBe('RECEIPT\nreceipt-id:a\n\n\0');
  });

  it('delivers a committed transaction', async () => {
    const { url } = await start();
    const [ann, joe] = [await subscriber(url, '/topic/tx'), await RawClient.connect(url)];
    joe.send('BEGIN\ntransaction:t\n\n\0SEND\ndestination:/topic/tx\ntransaction:t\n\n1\0');
    joe.send('SEND\ndestination:/topic/tx\ntransaction:t\n\n2\0COMMIT\ntransaction:t\nreceipt:c\n\n\0');
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:c\n\n\0');
    expect([await ann.next(), await ann.next()].map((frame) => frame.slice(-2))).toEqual(['1\0', '2\0']);
  });

  it('reaches the sessions of a user and nobody else', async () => {
    const { app, url } = await start({ clientPatterns: 'allow' }, naming);
    const [ann, joe] = [await connectAs(url, 'ann'), await connectAs(url, 'joe')];
    for (const client of [ann, joe]) {
      client.send('SUBSCRIBE\nid:u\ndestination:/user/queue/answers\nreceipt:s\n\n\0');
      expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    }
    ann.send('SEND\ndestination:/app/me\n\nwhy\0');
    const answer = await ann.next();
    expect(answer).toContain('\ndestination:/user/queue/answers\n');
    expect(answer).toContain('\n\nYou asked: why\0');
    const template = app.get(SimpMessagingTemplate);
    expect(await template.convertAndSendToUser('ann', '/queue/answers', 'hi', { receipt: 'y' })).toBe(
      'handled',
    );
    expect(await ann.next()).toContain('\n\nhi\0');
    expect(await joe.sync()).toEqual([]);
    for (const pattern of [`/topic/${many}`, '/topic/*.*.*', `/queue/${many}`, '/topic/stomp-user.*']) {
      const stranger = await connectAs(url, 'eve');
      stranger.send(`SUBSCRIBE\nid:1\ndestination:${pattern}\n\n\0`);
      expect(await stranger.next()).toContain('code:STOMP_ERR_REJECTED');
    }
  });

  it('knows wildcards where clients may use them, and maps slashes to dots if asked', async () => {
    const { url } = await start({ clientPatterns: 'allow', destinationMapping: 'dots' });
    const ann = await subscriber(url, '/topic/price/*');
    ann.send('SEND\ndestination:/topic/price/a.b\n\n1\0');
    expect(await ann.next()).toContain('\n\n1\0');
    const joe = await subscriber(url, '/topic/price/**');
    joe.send('SEND\ndestination:/topic/price/a/b\n\n2\0');
    expect(await joe.next()).toContain('\n\n2\0');
    expect(await ann.sync()).toEqual([]);
  });

  it('shows no client what the broker says beside its message', async () => {
    const { url } = await start();
    const ann = await RawClient.connect(url);
    ann.send('SEND\ndestination:/topic/a,/queue/b\nreceipt:r\n\n\0');
    const answer = await ann.next();
    expect(answer).not.toContain('java');
    expect(answer).not.toContain('\tat ');
  });

  it('waits for the broker and subscribes again', async () => {
    const { app, url } = await start({ onBrokerLoss: 'resubscribe' });
    const ann = await subscriber(url, '/topic/news');
    await broker.kill();
    await until('its loss is known', () => !app.get(StompBrokerRelay).isBrokerAvailable);
    ann.send('SUBSCRIBE\nid:2\ndestination:/topic/more\nreceipt:late\n\n\0');
    await broker.up();
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:late\n\n\0');
    await app.get(SimpMessagingTemplate).convertAndSend('/topic/news', '1', { receipt: 'y' });
    expect(await ann.next()).toContain('\nsubscription:1\n');
  });
});
