import { expect } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageMapping, SendToUser, type BrokerRelayOptions, type StompModuleOptions } from 'nestjs-stomp';
import { RawClient } from '../../support/raw-client.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

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

/** An application whose broker is elsewhere. */
export function startRelayApp(
  brokerRelay: BrokerRelayOptions,
  stomp: Partial<StompModuleOptions> = {},
): Promise<TestApp> {
  return startTestApp({
    controllers: [ChatController],
    stomp: { simpleBroker: undefined, brokerRelay, ...stomp },
  });
}

/** Everybody is whom he says he is. */
export const naming: Partial<StompModuleOptions> = {
  authenticator: { authenticate: (connect) => ({ name: connect.header('login') ?? '' }) },
};

/** A client that says who it is. */
export function connectAs(url: string, name: string): Promise<RawClient> {
  return RawClient.connect(url, `accept-version:1.2\nheart-beat:0,0\nlogin:${name}\n`);
}

/** A client that has subscribed, and whose subscription stands. */
export async function subscriber(url: string, destination: string, headers = ''): Promise<RawClient> {
  const client = await RawClient.connect(url);
  client.send(`SUBSCRIBE\nid:1\ndestination:${destination}\n${headers}receipt:s\n\n\0`);
  expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
  return client;
}

/** The `ack` header of a MESSAGE as it is written. */
export function ackOf(message: string): string {
  return /^ack:(.+)$/m.exec(message)?.[1] ?? 'none';
}
