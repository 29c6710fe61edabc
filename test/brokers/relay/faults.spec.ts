import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SimpMessagingTemplate, StompBrokerRelay, StompStats } from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../../support/raw-client.js';
import { closeTestApps } from '../../support/test-app.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { startRelayApp, subscriber } from '../support/relay-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../../support/until.js';

let rabbit: RabbitMq;
const proxies: TcpProxy[] = [];

beforeAll(async () => {
  rabbit = await RabbitMq.start();
});

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

afterAll(() => rabbit.stop());

async function proxied(): Promise<TcpProxy> {
  const proxy = await TcpProxy.to(rabbit.port);
  proxies.push(proxy);
  return proxy;
}

/**
 * A client that sends numbers to a queue, each with a receipt, and comes back when its session ends. What is not persistent
 * RabbitMQ confirms as well, and loses when it is killed.
 */
class Sender {
  readonly confirmed = new Set<number>();
  readonly inDoubt = new Set<number>();
  readonly refused = new Set<number>();
  sent = 0;
  #isRunning = true;

  constructor(
    private readonly url: string,
    private readonly destination: string,
  ) {}

  async run(): Promise<void> {
    let client = await RawClient.connect(this.url);
    while (this.#isRunning) {
      const number = this.sent++;
      client.send(`SEND\ndestination:${this.destination}\npersistent:true\nreceipt:${number}\n\n${number}\0`);
      const answer = await client.next();
      if (answer === `RECEIPT\nreceipt-id:${number}\n\n\0`) this.confirmed.add(number);
      else {
        if (answer.includes('STOMP_ERR_BROKER_UNAVAILABLE')) this.refused.add(number);
        else this.inDoubt.add(number);
        await client.closed;
        await new Promise((resolve) => setTimeout(resolve, 100));
        client = await RawClient.connect(this.url);
      }
    }
  }

  stop(): void {
    this.#isRunning = false;
  }
}

/** What a client has got, each number as often as it came. */
class Consumer {
  readonly got = new Map<number, number>();

  async run(client: RawClient): Promise<void> {
    for (;;) {
      const frame = await client.next();
      if (frame === '') return;
      if (!frame.startsWith('MESSAGE')) continue;
      const number = Number(frame.slice(frame.indexOf('\n\n') + 2, -1));
      this.got.set(number, (this.got.get(number) ?? 0) + 1);
      client.send(`ACK\nid:${/^ack:(.+)$/m.exec(frame)?.[1]}\n\n\0`);
    }
  }
}

describe('a broker that dies in the middle of traffic', () => {
  it.each([
    { fault: 'killed and started again', break: () => rabbit.kill(), mend: () => rabbit.up() },
    { fault: 'cut off', break: (proxy: TcpProxy) => proxy.reset(), mend: () => undefined },
  ])('loses nothing that was confirmed ($fault)', async ({ fault, break: breakOff, mend }) => {
    const proxy = await proxied();
    const { app, url, logger } = await startRelayApp({ port: proxy.port, onBrokerLoss: 'resubscribe' });
    const destination = `/queue/${fault.replaceAll(' ', '-')}`;
    const consumerClient = await subscriber(url, destination, 'ack:client-individual\n');
    const consumer = new Consumer();
    const consuming = consumer.run(consumerClient);
    const senders = [1, 2, 3].map(() => new Sender(url, destination));
    // Different numbers for each, so that all can be counted together.
    for (const [index, sender] of senders.entries()) sender.sent = index * 1_000_000;
    const sending = senders.map((sender) => sender.run());
    const confirmed = (): number[] => senders.flatMap((sender) => [...sender.confirmed]);
    for (let round = 0; round < 2; round++) {
      const before = confirmed().length;
      await until('messages flow', () => confirmed().length > before + 200);
      await breakOff(proxy);
      await mend();
      await until('the broker is there again', () => app.get(StompBrokerRelay).isBrokerAvailable);
    }
    const before = confirmed().length;
    await until('messages flow again', () => confirmed().length > before + 200);
    for (const sender of senders) sender.stop();
    await Promise.all(sending);
    await until('all that was confirmed has arrived', () => confirmed().every((n) => consumer.got.has(n)));

    const sent = new Set(senders.flatMap((s) => [...s.confirmed, ...s.inDoubt, ...s.refused]));
    const doubled = [...consumer.got.values()].filter((count) => count > 1).length;
    const inDoubt = senders.reduce((sum, s) => sum + s.inDoubt.size, 0);
    const refused = senders.flatMap((s) => [...s.refused]);
    console.log(
      `${fault}: ${sent.size} sent, ${confirmed().length} confirmed, ${consumer.got.size} delivered, ` +
        `${doubled} doubled, ${inDoubt} in doubt, ${refused.length} refused`,
    );
    expect([...consumer.got.keys()].filter((number) => !sent.has(number))).toEqual([]);
    expect(refused.filter((number) => consumer.got.has(number))).toEqual([]);
    // The consumer's session has outlived all of it.
    expect(app.get(StompStats).snapshot().brokerRelay?.connections.restored).toBeGreaterThan(0);
    expect(logger.textsOf('error')).toEqual([]);
    consumerClient.terminate();
    await consuming;
  });
});

describe('a broker that stands still', () => {
  it('is found out by its heart-beats, and used again when it moves', async () => {
    const proxy = await proxied();
    const { app, url } = await startRelayApp({
      port: proxy.port,
      onBrokerLoss: 'resubscribe',
      systemHeartbeatReceiveInterval: 1000,
      connectTimeoutMs: 1000,
      reconnectMaxDelayMs: 500,
    });
    const ann = await subscriber(url, '/topic/still');
    proxy.stall();
    await until('its silence is noticed', () => !app.get(StompBrokerRelay).isBrokerAvailable);
    ann.send('SEND\ndestination:/app/hello\nreceipt:app\n\nAnn\0');
    // The handler runs; its result finds no broker, and that is told like any failure of a handler.
    expect(await ann.next()).toContain('receipt-id:app');
    const joe = await RawClient.connect(url);
    joe.send('SUBSCRIBE\nid:1\ndestination:/topic/still\nreceipt:late\n\n\0');
    proxy.flow();
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:late\n\n\0');
    await app.get(SimpMessagingTemplate).convertAndSend('/topic/still', 'moves', { receipt: 'y' });
    expect(await joe.next()).toContain('\n\nmoves\0');
  });
});

describe('a broker with a resource alarm', () => {
  it('takes no SEND, which is told in time, and consumers go on', async () => {
    const { app, url } = await startRelayApp({ port: rabbit.port, receiptTimeoutMs: 1000 });
    const ann = await subscriber(url, '/topic/alarm');
    await rabbit.ctl('set_vm_memory_high_watermark', 'absolute', '1000');
    const joe = await RawClient.connect(url);
    joe.send('SEND\ndestination:/topic/alarm\n\n1\0');
    let answer = '';
    for (let i = 0; i < 5 && !answer.startsWith('ERROR'); i++) {
      joe.send(`SEND\ndestination:/topic/alarm\nreceipt:${i}\n\nx\0`);
      answer = await joe.next();
    }
    expect(answer).toContain('code:STOMP_ERR_BROKER_TIMEOUT');
    expect(ann.socket.readyState).toBe(ann.socket.OPEN);
    await rabbit.ctl('set_vm_memory_high_watermark', '0.6');
    await app.get(SimpMessagingTemplate).convertAndSend('/topic/alarm', 'after');
    await until('messages arrive again', async () => (await ann.next()).includes('after'));
  });
});
