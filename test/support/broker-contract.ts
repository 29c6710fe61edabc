import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageMapping, SendToUser, SimpMessagingTemplate, type StompModuleOptions } from 'nestjs-stomp';
import { bodyOf, headerOf } from './exchange.js';
import { RawClient, terminateRawClients } from './raw-client.js';
import { closeTestApps, startTestApp, type TestApp } from './test-app.js';

/** Something that carries topics. */
export interface BackEnd {
  /** How many applications share it. */
  readonly nodes: number;
  /** What the module is told of it. */
  readonly options: Partial<StompModuleOptions>;
  stop(): Promise<void>;
}

@Controller()
class ContractController {
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

/** Everybody is whom he says he is. */
const naming: Partial<StompModuleOptions> = {
  authenticator: { authenticate: (connect) => ({ name: connect.login ?? 'anonymous' }) },
};

const connectAs = ({ url }: TestApp, name: string): Promise<RawClient> =>
  RawClient.connect(url, `accept-version:1.2\nheart-beat:0,0\nlogin:${name}\n`);

/** Whatever else comes first, RECEIPT or MESSAGE, is an error. */
async function confirms(client: RawClient, frame: string, receipt: string): Promise<void> {
  client.send(frame);
  expect(await client.next()).toBe(`RECEIPT\nreceipt-id:${receipt}\n\n\0`);
}

const subscribes = (client: RawClient, id: string, destination: string): Promise<void> =>
  confirms(client, `SUBSCRIBE\nid:${id}\ndestination:${destination}\nreceipt:${id}\n\n\0`, id);

/** What every application may rely on, whatever carries its topics. */
export function describeBrokerContract(name: string, startBackEnd: () => Promise<BackEnd>): void {
  describe(`the contract of back ends: ${name}`, () => {
    let backEnd: BackEnd;
    let one: TestApp;
    /** Another application on the same topics, where there is one. */
    let other: TestApp;
    let number = 0;
    let topic: string;

    beforeAll(async () => {
      backEnd = await startBackEnd();
      const options = { ...backEnd.options, ...naming };
      const start = (): Promise<TestApp> =>
        startTestApp({ controllers: [ContractController], stomp: options });
      one = await start();
      other = backEnd.nodes > 1 ? await start() : one;
    });

    afterEach(() => terminateRawClients());

    afterAll(async () => {
      await closeTestApps();
      await backEnd?.stop();
    });

    /** A topic that no other case has used, and a subscriber of it at the other application. */
    async function audience(): Promise<RawClient> {
      topic = `/topic/contract-${++number}`;
      const client = await connectAs(other, 'ann');
      await subscribes(client, 's', topic);
      return client;
    }

    it('a message of a client reaches who has subscribed, with its headers', async () => {
      const ann = await audience();
      const joe = await connectAs(one, 'joe');
      await confirms(
        joe,
        `SEND\ndestination:${topic}\ncontent-type:text/plain\nx-colour:red\nreceipt:r\n\nsun\0`,
        'r',
      );
      const message = await ann.next();
      expect(message).toMatch(/^MESSAGE\n/);
      expect(headerOf(message, 'destination')).toBe(topic);
      expect(headerOf(message, 'subscription')).toBe('s');
      expect(headerOf(message, 'x-colour')).toBe('red');
      expect(headerOf(message, 'content-type')).toBe('text/plain');
      expect(headerOf(message, 'receipt')).toBeUndefined();
      expect(bodyOf(message)).toBe('sun');
    });

    it('a message reaches nobody who has subscribed to something else', async () => {
      const ann = await audience();
      const joe = await connectAs(one, 'joe');
      await confirms(joe, `SEND\ndestination:${topic}-other\nreceipt:r\n\nx\0`, 'r');
      await confirms(joe, `SEND\ndestination:${topic}\nreceipt:r\n\nlast\0`, 'r');
      expect(bodyOf(await ann.next())).toBe('last');
    });

    it('every subscription gets a message of its own', async () => {
      const ann = await audience();
      await subscribes(ann, 't', topic);
      const joe = await connectAs(one, 'joe');
      await subscribes(joe, 'u', topic);
      ann.send(`SEND\ndestination:${topic}\n\nx\0`);
      const both = [await ann.next(), await ann.next()].map((message) => headerOf(message, 'subscription'));
      expect(both.sort()).toEqual(['s', 't']);
      expect(headerOf(await joe.next(), 'subscription')).toBe('u');
    });

    it('what the application publishes arrives, and what handlers return', async () => {
      const ann = await audience();
      await one.app.get(SimpMessagingTemplate).convertAndSend(topic, { a: 1 });
      const message = await ann.next();
      expect(headerOf(message, 'content-type')).toBe('application/json');
      expect(bodyOf(message)).toBe('{"a":1}');
      await subscribes(ann, 'h', '/topic/hello');
      const joe = await connectAs(one, 'joe');
      joe.send('SEND\ndestination:/app/hello\n\nJoe\0');
      expect(bodyOf(await ann.next())).toBe('Hello, Joe!');
    });

    it('every octet of a body arrives, and every character of a header', async () => {
      const ann = await audience();
      const joe = await connectAs(one, 'joe');
      const body = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
      const head = `SEND\ndestination:${topic}\nk\\cey:a\\nb\\\\c grüß\ncontent-length:${body.length}\n\n`;
      joe.send(Buffer.concat([Buffer.from(head), body, Buffer.from('\0')]));
      const { data } = await ann.nextMessage();
      expect(data.subarray(-body.length - 1, -1).equals(body)).toBe(true);
      expect(data.toString('utf8')).toContain('\nk\\cey:a\\nb\\\\c grüß\n');
    });

    it('the messages of one sender arrive in their order, once each', async () => {
      const ann = await audience();
      const joe = await connectAs(one, 'joe');
      const numbers = Array.from({ length: 500 }, (_, index) => String(index));
      joe.send(numbers.map((n) => `SEND\ndestination:${topic}\n\n${n}\0`).join(''));
      const got: string[] = [];
      while (got.length < numbers.length) got.push(bodyOf(await ann.next()));
      expect(got).toEqual(numbers);
      await confirms(joe, `SEND\ndestination:${topic}\nreceipt:r\n\nlast\0`, 'r');
      expect(bodyOf(await ann.next())).toBe('last');
    });

    it('a subscription that has ended gets nothing more', async () => {
      const ann = await audience();
      await confirms(ann, 'UNSUBSCRIBE\nid:s\nreceipt:u\n\n\0', 'u');
      await subscribes(ann, 's', `${topic}-next`);
      const joe = await connectAs(one, 'joe');
      await confirms(joe, `SEND\ndestination:${topic}\nreceipt:r\n\nold\0`, 'r');
      await confirms(joe, `SEND\ndestination:${topic}-next\nreceipt:r\n\nnew\0`, 'r');
      expect(bodyOf(await ann.next())).toBe('new');
    });

    it('a session that ends takes its subscriptions along, and nobody else’s', async () => {
      const ann = await audience();
      const bob = await connectAs(other, 'bob');
      await subscribes(bob, 's', topic);
      bob.terminate();
      await bob.closed;
      const joe = await connectAs(one, 'joe');
      await confirms(joe, `SEND\ndestination:${topic}\nreceipt:r\n\nstill\0`, 'r');
      expect(bodyOf(await ann.next())).toBe('still');
    });

    it('a committed transaction arrives as a whole, an aborted one not at all', async () => {
      const ann = await audience();
      const joe = await connectAs(one, 'joe');
      const part = (transaction: string, body: string): string =>
        `SEND\ndestination:${topic}\ntransaction:${transaction}\n\n${body}\0`;
      joe.send(`BEGIN\ntransaction:a\n\n\0${part('a', 'aborted')}ABORT\ntransaction:a\n\n\0`);
      joe.send(`BEGIN\ntransaction:c\n\n\0${part('c', '1')}${part('c', '2')}`);
      await confirms(joe, 'COMMIT\ntransaction:c\nreceipt:r\n\n\0', 'r');
      expect([bodyOf(await ann.next()), bodyOf(await ann.next())]).toEqual(['1', '2']);
    });

    it('a user destination reaches the sessions of its user, and nobody else', async () => {
      const clients = [await connectAs(one, 'ann'), await connectAs(one, 'ann'), await connectAs(one, 'joe')];
      for (const client of clients) await subscribes(client, 'u', '/user/queue/answers');
      const [ann, annToo, joe] = clients as [RawClient, RawClient, RawClient];
      ann.send('SEND\ndestination:/app/me\n\nwhy\0');
      for (const client of [ann, annToo]) {
        const message = await client.next();
        expect(headerOf(message, 'destination')).toBe('/user/queue/answers');
        expect(bodyOf(message)).toBe('You asked: why');
      }
      await one.app.get(SimpMessagingTemplate).convertAndSendToUser('joe', '/queue/answers', 'for joe');
      expect(bodyOf(await joe.next())).toBe('for joe');
    });

    it('nobody may subscribe to or send to what another session is called there', async () => {
      const ann = await connectAs(one, 'ann');
      await subscribes(ann, 'u', '/user/queue/answers');
      const spy = await connectAs(other, 'spy');
      spy.send('SUBSCRIBE\nid:x\ndestination:/queue/answers\nreceipt:x\n\n\0');
      await spy.next();
      await one.app.get(SimpMessagingTemplate).convertAndSendToUser('ann', '/queue/answers', 'secret');
      expect(bodyOf(await ann.next())).toBe('secret');
      expect(await spy.sync()).toEqual([]);
    });

    it('a message that nobody wants is no error', async () => {
      const joe = await connectAs(one, 'joe');
      await confirms(joe, 'SEND\ndestination:/topic/nobody\nreceipt:r\n\nx\0', 'r');
      expect(await joe.sync()).toEqual([]);
    });
  });
}
