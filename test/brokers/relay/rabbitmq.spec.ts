import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import {
  BrokerAvailabilityEvent,
  MessageBrokerError,
  MessageMapping,
  SendToUser,
  SimpMessagingTemplate,
  StompBrokerRelay,
  StompConfigurationError,
  StompEvents,
  type BrokerRelayOptions,
  type StompModuleOptions,
} from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../../support/raw-client.js';
import { closeTestApps, startTestApp, type TestApp } from '../../support/test-app.js';
import { freePorts } from '../support/free-ports.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { until } from '../../support/until.js';

let rabbit: RabbitMq;

beforeAll(async () => {
  rabbit = await RabbitMq.start();
});

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

afterAll(() => rabbit.stop());

@Controller()
class ChatController {
  @MessageMapping('/hello')
  hello(name: string): string {
    return `Hello, ${name}!`;
  }

  @MessageMapping('/me')
  @SendToUser('/queue/answers')
  me(question: string): string {
    return `You asked: ${question}`;
  }
}

function start(
  brokerRelay: BrokerRelayOptions = {},
  stomp: Partial<StompModuleOptions> = {},
): Promise<TestApp> {
  return startTestApp({
    controllers: [ChatController],
    stomp: { simpleBroker: undefined, brokerRelay: { port: rabbit.port, ...brokerRelay }, ...stomp },
  });
}

/** A client that has subscribed, and whose subscription stands. */
async function subscriber(url: string, destination: string, headers = ''): Promise<RawClient> {
  const client = await RawClient.connect(url);
  client.send(`SUBSCRIBE\nid:1\ndestination:${destination}\n${headers}receipt:s\n\n\0`);
  expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
  return client;
}

const ackOf = (message: string): string => /^ack:(.+)$/m.exec(message)?.[1] ?? 'none';

describe('a relay to RabbitMQ', () => {
  it('takes a SEND of one client to a subscription of another', async () => {
    const { url } = await start();
    const ann = await subscriber(url, '/topic/news');
    const joe = await RawClient.connect(url);

    joe.send('SEND\ndestination:/topic/news\ncontent-type:text/plain\nreceipt:r\nx-colour:red\n\nsun\0');

    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(await ann.next()).toMatch(
      /^MESSAGE\nx-colour:red\ndestination:\/topic\/news\ncontent-type:text\/plain\nsubscription:1\nmessage-id:[\w-]+\ncontent-length:3\n\nsun\0$/,
    );
  });

  it('takes what the application publishes, and what handlers return', async () => {
    const { app, url } = await start();
    const ann = await subscriber(url, '/topic/hello');

    ann.send('SEND\ndestination:/app/hello\n\nAnn\0');
    expect(await ann.next()).toContain('\n\nHello, Ann!\0');
    const sent = app.get(SimpMessagingTemplate).convertAndSend('/topic/hello', { a: 1 }, { receipt: 'yes' });
    expect(await sent).toBe('handled');
    expect(await ann.next()).toContain('content-length:7\n\n{"a":1}\0');
  });

  it('sends nothing any more to a subscription that has ended', async () => {
    const { url } = await start();
    const ann = await subscriber(url, '/topic/news');
    ann.send('UNSUBSCRIBE\nid:1\nreceipt:u\n\n\0SUBSCRIBE\nid:1\ndestination:/topic/other\nreceipt:s\n\n\0');
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:u\n\n\0');
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');

    ann.send('SEND\ndestination:/topic/news\nreceipt:1\n\nold\0SEND\ndestination:/topic/other\n\nnew\0');

    const both = [await ann.next(), await ann.next()].sort();
    expect(both[0]).toMatch(/^MESSAGE\ndestination:\/topic\/other\n[^]*\n\nnew\0$/);
    expect(both[1]).toBe('RECEIPT\nreceipt-id:1\n\n\0');
    expect(await ann.sync()).toEqual([]);
  });

  it('gives slashes, spaces, percent signs and letters of any language through as they are', async () => {
    const { url } = await start();
    for (const name of ['a/b', 'a.b', 'ä ö', '50%', 'x%2Fy', 'a#b', 'emoji 🎉']) {
      const ann = await subscriber(url, `/topic/${name}`);
      ann.send(`SEND\ndestination:/topic/${name}\n\n${name}\0`);
      const message = await ann.next();
      expect(message).toContain(`destination:/topic/${name}\n`);
      expect(message).toContain(`\n\n${name}\0`);
    }
  });

  it('keeps every octet of a body and every header', async () => {
    const { url } = await start();
    const ann = await subscriber(url, '/topic/octets');
    const body = Buffer.alloc(70_000);
    for (let i = 0; i < body.length; i++) body[i] = i % 256;
    ann.send(
      Buffer.concat([
        Buffer.from(`SEND\ndestination:/topic/octets\nk\\cey:a\\nb\\\\c\ncontent-length:${body.length}\n\n`),
        body,
        Buffer.from('\0'),
      ]),
    );
    const { data } = await ann.nextMessage();
    expect(data.subarray(-body.length - 1, -1).equals(body)).toBe(true);
    expect(data.toString('latin1')).toContain('\nk\\cey:a\\nb\\\\c\n');
  });

  it('delivers again what was not acknowledged, and not what was', async () => {
    const { url } = await start();
    const ann = await subscriber(url, '/queue/work', 'ack:client-individual\n');
    for (const body of ['a', 'b', 'c']) ann.send(`SEND\ndestination:/queue/work\n\n${body}\0`);
    const [a, b, c] = [await ann.next(), await ann.next(), await ann.next()];
    ann.send(`ACK\nid:${ackOf(a)}\nreceipt:1\n\n\0NACK\nid:${ackOf(b)}\nreceipt:2\n\n\0`);
    const answers = [await ann.next(), await ann.next(), await ann.next()];
    expect(answers.filter((frame) => frame.startsWith('RECEIPT'))).toHaveLength(2);
    const again = answers.find((frame) => frame.startsWith('MESSAGE')) ?? '';
    expect(again).toContain('\nredelivered:true\n');
    expect(again).toContain('\n\nb\0');
    expect(ackOf(c)).not.toBe('none');
    ann.terminate();

    const joe = await RawClient.connect(url);
    joe.send('SUBSCRIBE\nid:1\ndestination:/queue/work\nack:client\nreceipt:s\n\n\0');
    // RabbitMQ may send what waits in a queue before it confirms the subscription.
    const all = [await joe.next(), await joe.next(), await joe.next()];
    const rest = all.filter((frame) => frame.startsWith('MESSAGE'));
    expect(rest.map((frame) => frame.slice(-2)).sort()).toEqual(['b\0', 'c\0']);
    joe.send(`ACK\nid:${ackOf(rest[1])}\nreceipt:all\n\n\0`);
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:all\n\n\0');
    // Settled already: it has no effect, and does not cost the session its connection to the broker.
    joe.send(`ACK\nid:${ackOf(rest[0])}\nreceipt:twice\n\n\0`);
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:twice\n\n\0');
    expect(await joe.sync()).toEqual([]);
    expect(await rabbit.ctl('list_queues', 'name', 'messages')).toContain('work\t0');
  });

  it('delivers a committed transaction as a whole, and nothing of an aborted one', async () => {
    const { url } = await start();
    const ann = await subscriber(url, '/topic/tx');
    const joe = await RawClient.connect(url);
    joe.send('BEGIN\ntransaction:t\n\n\0SEND\ndestination:/topic/tx\ntransaction:t\n\n1\0');
    joe.send('BEGIN\ntransaction:u\n\n\0SEND\ndestination:/topic/tx\ntransaction:u\n\nnever\0');
    joe.send('ABORT\ntransaction:u\n\n\0SEND\ndestination:/topic/tx\ntransaction:t\n\n2\0');
    joe.send('COMMIT\ntransaction:t\nreceipt:c\n\n\0');
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:c\n\n\0');
    const messages = [await ann.next(), await ann.next()];
    expect(messages.map((frame) => frame.slice(-2))).toEqual(['1\0', '2\0']);
    expect(messages.join('')).not.toContain('transaction');
    expect(await ann.sync()).toEqual([]);
  });

  it('answers DISCONNECT when the broker has had everything', async () => {
    const { url } = await start();
    const ann = await subscriber(url, '/topic/last');
    const joe = await RawClient.connect(url);
    joe.send('SEND\ndestination:/topic/last\n\nbye\0DISCONNECT\nreceipt:d\n\n\0');
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:d\n\n\0');
    expect((await joe.closed).code).toBe(1000);
    expect(await ann.next()).toContain('\n\nbye\0');
  });

  it('tells the client what the broker refuses, and closes', async () => {
    const { url } = await start({ destinationPrefixes: ['/topic', '/nowhere'] });
    const ann = await RawClient.connect(url);
    ann.send('SEND\ndestination:/nowhere/x\nreceipt:r\n\n\0');
    expect(await ann.next()).toBe(
      'ERROR\nmessage:The message broker refused. Unknown destination\nreceipt-id:r\ncode:STOMP_ERR_BROKER_REFUSED\ncontent-length:0\n\n\0',
    );
    expect((await ann.closed).code).toBe(1008);
  });

  it('gives no client a way to the connections and queues of others', async () => {
    const { url } = await start();
    for (const [frame, text] of [
      ['SUBSCRIBE\nid:1\ndestination:/topic/#\n', 'Subscriptions with wildcards are not accepted'],
      ['SUBSCRIBE\nid:1\ndestination:/topic/a.*\n', 'Subscriptions with wildcards are not accepted'],
      [
        'SEND\ndestination:/topic/a\npriority:high\n',
        'The header priority has to be a whole number of at most 255',
      ],
      [
        'SEND\ndestination:/topic/a\nexpiration:4294967296\n',
        'The header expiration has to be a whole number of at most 4294967295',
      ],
      ['SEND\ndestination:/topic/\n', 'The destination has no name behind its prefix'],
      ['SUBSCRIBE\nid:1\ndestination:/queue/\n', 'The destination has no name behind its prefix'],
      [
        'SEND\ndestination:/topic/a\nreply-to:/temp-queue/x\n',
        'reply-to may not name a temporary destination',
      ],
    ]) {
      const client = await RawClient.connect(url);
      client.send(`${frame}\n\0`);
      expect(await client.next()).toContain(`message:${text}\n`);
    }
    const ann = await subscriber(
      url,
      '/queue/plain',
      'x-queue-name:elsewhere\ndurable:false\nauto-delete:true\n',
    );
    ann.send(
      'SEND\ndestination:/queue/plain\nuser-id:somebody\nmessage-id:m\nx-expires:1\nexpiration:1000\n\nfine\0',
    );
    expect(await ann.next()).toContain('\n\nfine\0');
    ann.send('SEND\ndestination:/queue/plain\nexpiration:4294967295\npriority:255\n\nas large as may be\0');
    expect(await ann.next()).toContain('\n\nas large as may be\0');
  });

  it('knows wildcards of the broker where clients may use them', async () => {
    const { url } = await start({ clientPatterns: 'allow' });
    const ann = await subscriber(url, '/topic/price.*');
    ann.send('SEND\ndestination:/topic/price.ä b\n\n1\0');
    expect(await ann.next()).toContain('destination:/topic/price.ä b\n');
    const joe = await subscriber(url, '/topic/#');
    joe.send('SEND\ndestination:/topic/x/y\n\n2\0');
    expect(await joe.next()).toContain('destination:/topic/x/y\n');
  });

  it('maps slashes to dots where that is asked for, and back', async () => {
    const { url } = await start({ clientPatterns: 'allow', destinationMapping: 'dots' });
    const ann = await subscriber(url, '/topic/a/*');
    ann.send('SEND\ndestination:/topic/a/b.c\n\n1\0SEND\ndestination:/topic/a/b/c\n\n2\0');
    expect(await ann.next()).toContain('destination:/topic/a/b.c\n');
    const joe = await subscriber(url, '/topic/a/**');
    joe.send('SEND\ndestination:/topic/a/b/c%\n\n3\0');
    expect(await joe.next()).toContain('destination:/topic/a/b/c%\n');
    expect(await ann.sync()).toEqual([]);
  });
});

describe('user destinations over RabbitMQ', () => {
  const naming = {
    authenticator: {
      authenticate: (connect: { header(name: string): string | undefined }) => ({
        name: connect.header('login') ?? '',
      }),
    },
  };
  const as = (url: string, name: string): Promise<RawClient> =>
    RawClient.connect(url, `accept-version:1.2\nheart-beat:0,0\nlogin:${name}\n`);

  it('reach all sessions of the user and nobody else', async () => {
    const { app, url } = await start({ clientPatterns: 'allow' }, naming);
    const clients = [await as(url, 'ann'), await as(url, 'ann'), await as(url, 'joe')];
    for (const client of clients) {
      client.send('SUBSCRIBE\nid:u\ndestination:/user/queue/answers\nreceipt:s\n\n\0');
      await client.next();
      client.send('SUBSCRIBE\nid:q\ndestination:/topic/#\nreceipt:s\n\n\0');
      await client.next();
    }
    const template = app.get(SimpMessagingTemplate);
    expect(await template.convertAndSendToUser('ann', '/queue/answers', 'for ann', { receipt: 'yes' })).toBe(
      'handled',
    );
    for (const ann of clients.slice(0, 2)) {
      const message = await ann.next();
      expect(message).toContain('\ndestination:/user/queue/answers\n');
      expect(message).toContain('\nsubscription:u\n');
    }
    for (const client of clients) expect(await client.sync()).toEqual([]);
    expect(await template.convertAndSendToUser('ann', '/queue/other', 'x')).toBe('unhandled');
  });

  it('answer the session that asked', async () => {
    const { url } = await start({}, naming);
    const ann = await as(url, 'ann');
    ann.send('SUBSCRIBE\nid:u\ndestination:/user/queue/answers\nreceipt:s\n\n\0');
    await ann.next();
    ann.send('SEND\ndestination:/app/me\n\nwhy\0');
    expect(await ann.next()).toContain('\n\nYou asked: why\0');
  });

  it('leave no queue behind', async () => {
    const { url, app } = await start({}, naming);
    const before = (await rabbit.queues()).length;
    for (let i = 0; i < 20; i++) {
      const client = await as(url, `user${i}`);
      client.send('SUBSCRIBE\nid:u\ndestination:/user/queue/answers\nreceipt:s\n\n\0');
      await client.next();
      await app
        .get(SimpMessagingTemplate)
        .convertAndSendToUser(`user${i}`, '/queue/answers', 'x', { receipt: 'y' });
      if (i % 2 === 0) client.terminate();
      else client.send('DISCONNECT\n\n\0');
      await client.closed;
    }
    await until('the queues are gone', async () => (await rabbit.queues()).length <= before);
    expect((await rabbit.queues()).filter((name) => name.includes('answers'))).toEqual([]);
  });

  it.each(['broker', 'local'] as const)(
    'tell of failures while the broker is away (%s)',
    async (userDestinations) => {
      const { url } = await startTestApp({
        controllers: [ChatController],
        stomp: {
          ...naming,
          rejections: 'report',
          simpleBroker: undefined,
          brokerRelay: { port: 1, userDestinations },
        },
      });
      const ann = await as(url, 'ann');
      ann.send('SUBSCRIBE\nid:e\ndestination:/user/queue/errors\nreceipt:s\n\n\0');
      expect(await ann.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
      ann.send('SEND\ndestination:/topic/x\n\n\0');
      expect(await ann.next()).toContain('"code":"STOMP_ERR_BROKER_UNAVAILABLE"');
    },
  );
});

describe('bad configuration of a relay', () => {
  it('fails the boot if it shall, and says what to put right', async () => {
    const [free] = await freePorts(1);
    for (const [options, text] of [
      [
        { port: free },
        `No broker answers at 127.0.0.1:${free} (ECONNREFUSED). Start it, or correct brokerRelay.host`,
      ],
      [{ systemPasscode: 'wrong' }, 'Correct brokerRelay.systemLogin and brokerRelay.systemPasscode, or'],
      [{ virtualHost: 'none' }, "Virtual host 'none' access denied"],
      [{ tls: true }, 'TLS'],
    ] as [BrokerRelayOptions, string][]) {
      const error = await start({ failFast: true, ...options }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StompConfigurationError);
      expect((error as Error).message).toContain(text);
    }
  });

  it('is logged if the application starts without its broker', async () => {
    const { logger, app } = await start({ systemPasscode: 'wrong' });
    expect(logger.textsOf('error')).toEqual([
      expect.stringMatching(/refused the system connection: "Bad CONNECT .*Correct brokerRelay.systemLogin/),
    ]);
    expect(app.get(StompBrokerRelay).isBrokerAvailable).toBe(false);
    const sent = async (): Promise<unknown> => app.get(SimpMessagingTemplate).convertAndSend('/topic/x', 'x');
    await expect(sent()).rejects.toBeInstanceOf(MessageBrokerError);
  });

  it('tells a client whose login the broker does not know', async () => {
    const { url } = await start({ clientPasscode: 'wrong' });
    const ann = await RawClient.connect(url);
    ann.send('SUBSCRIBE\nid:1\ndestination:/topic/x\n\n\0');
    expect(await ann.next()).toContain('message:The message broker refused. Bad CONNECT\n');
  });

  it('is made good by the second address', async () => {
    const [free] = await freePorts(1);
    const { app } = await start({
      port: undefined,
      hosts: [`127.0.0.1:${free}`, `localhost:${rabbit.port}`],
    });
    await until('the second is found', () => app.get(StompBrokerRelay).isBrokerAvailable);
    const sent = app.get(SimpMessagingTemplate).convertAndSend('/topic/x', 'x', { receipt: 'y' });
    expect(await sent).toBe('handled');
  });
});

describe('a broker that goes and comes back', () => {
  it('ends the sessions that it served, as Spring does, and no others', async () => {
    const { app, url } = await start();
    const told: boolean[] = [];
    app
      .get(StompEvents)
      .of(BrokerAvailabilityEvent)
      .subscribe(({ isBrokerAvailable }) => told.push(isBrokerAvailable));
    const [ann, joe] = [await subscriber(url, '/topic/news'), await RawClient.connect(url)];
    await rabbit.kill();
    expect(await ann.next()).toContain('\ncode:STOMP_ERR_BROKER_LOST\n');
    expect((await ann.closed).code).toBe(1013);
    joe.send('SUBSCRIBE\nid:e\ndestination:/user/queue/errors\nreceipt:s\n\n\0');
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    await rabbit.up();
    await until('it is available', () => app.get(StompBrokerRelay).isBrokerAvailable);
    expect(told).toEqual([false, true]);
    joe.send(
      'SUBSCRIBE\nid:1\ndestination:/topic/news\nreceipt:s\n\n\0SEND\ndestination:/topic/news\n\nback\0',
    );
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    expect(await joe.next()).toContain('\n\nback\0');
  });

  it('is waited for by sessions that shall outlive it, whose subscriptions are made again', async () => {
    const { app, url } = await start({ onBrokerLoss: 'resubscribe' });
    const ann = await subscriber(url, '/topic/news');
    ann.send('SUBSCRIBE\nid:e\ndestination:/user/queue/errors\nreceipt:s\n\n\0');
    await ann.next();
    await rabbit.kill();
    await until('its loss is known', () => !app.get(StompBrokerRelay).isBrokerAvailable);

    ann.send('SEND\ndestination:/topic/news\n\nlost\0');
    expect(await ann.next()).toContain('"code":"STOMP_ERR_BROKER_UNAVAILABLE"');
    // Its RECEIPT comes when the broker is back; other frames do not wait for that.
    ann.send('SUBSCRIBE\nid:2\ndestination:/topic/more\nreceipt:late\n\n\0');
    ann.send('SUBSCRIBE\nid:e2\ndestination:/user/queue/errors\nreceipt:soon\n\n\0');
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:soon\n\n\0');

    await rabbit.up();
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:late\n\n\0');
    await until('it is available', () => app.get(StompBrokerRelay).isBrokerAvailable);
    const template = app.get(SimpMessagingTemplate);
    await template.convertAndSend('/topic/more', '2', { receipt: 'y' });
    expect(await ann.next()).toContain('\nsubscription:2\n');
    await template.convertAndSend('/topic/news', '1', { receipt: 'y' });
    expect(await ann.next()).toContain('\nsubscription:1\n');
  });
});
