import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageMapping, SimpMessagingTemplate, type BrokerRelayOptions } from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../../support/raw-client.js';
import { closeTestApps, startTestApp, type TestApp } from '../../support/test-app.js';
import { RabbitMq } from '../support/rabbitmq.js';

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
}

function start(brokerRelay: BrokerRelayOptions = {}): Promise<TestApp> {
  return startTestApp({
    controllers: [ChatController],
    stomp: { simpleBroker: undefined, brokerRelay: { port: rabbit.port, ...brokerRelay } },
  });
}

describe('a relay to RabbitMQ', () => {
  it('takes a SEND of one client to a subscription of another', async () => {
    const { url } = await start();
    const [ann, joe] = [await RawClient.connect(url), await RawClient.connect(url)];
    ann.send('SUBSCRIBE\nid:1\ndestination:/topic/news\nreceipt:s\n\n\0');
    expect(await ann.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');

    joe.send('SEND\ndestination:/topic/news\ncontent-type:text/plain\nreceipt:r\nx-colour:red\n\nsun\0');

    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(await ann.next()).toMatch(
      /^MESSAGE\nx-colour:red\ndestination:\/topic\/news\ncontent-type:text\/plain\nsubscription:1\nmessage-id:[\w-]+\ncontent-length:3\n\nsun\0$/,
    );
  });

  it('takes what the application publishes, and what handlers return', async () => {
    const { app, url } = await start();
    const ann = await RawClient.connect(url);
    ann.send('SUBSCRIBE\nid:1\ndestination:/topic/hello\nreceipt:s\n\n\0');
    await ann.next();

    ann.send('SEND\ndestination:/app/hello\n\nAnn\0');
    expect(await ann.next()).toContain('\n\nHello, Ann!\0');
    await app.get(SimpMessagingTemplate).convertAndSend('/topic/hello', { a: 1 });
    expect(await ann.next()).toContain('content-length:7\n\n{"a":1}\0');
  });
});
