import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, DefaultValuePipe } from '@nestjs/common';
import { MessageMapping, SendToUser, SessionAttributes } from 'nestjs-stomp';
import { bodyOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { deactivateStompJsClients, StompJsClient } from '../support/stompjs-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  await deactivateStompJsClients();
  terminateRawClients();
  await closeTestApps();
});

@Controller()
@SendToUser('/queue/answers')
class Cart {
  @MessageMapping('/add')
  add(@SessionAttributes() attributes: Map<string, unknown>, article: string): void {
    const cart = (attributes.get('cart') ?? []) as string[];
    attributes.set('cart', [...cart, article]);
  }

  @MessageMapping('/show')
  show(@SessionAttributes('cart', new DefaultValuePipe(['empty'])) cart: string[]): string[] {
    return cart;
  }

  @MessageMapping('/bare')
  bare(@SessionAttributes('__proto__') value: unknown): string {
    return String(value);
  }
}

describe('@SessionAttributes', () => {
  it('[SCP-1] is the Map that lives as long as the session, and no other session sees it', async () => {
    const { url } = await startTestApp({ controllers: [Cart] });
    const client = await RawClient.connect(url);
    const other = await RawClient.connect(url);
    for (const each of [client, other]) each.send('SUBSCRIBE\nid:q\ndestination:/user/queue/answers\n\n\0');
    client.send('SEND\ndestination:/app/add\n\ntea\0SEND\ndestination:/app/add\n\nmilk\0');
    client.send('SEND\ndestination:/app/show\n\n\0');
    expect((await client.sync()).map(bodyOf)).toEqual(['["tea","milk"]']);
    other.send('SEND\ndestination:/app/show\n\n\0');
    expect((await other.sync()).map(bodyOf)).toEqual(['["empty"]']);
  });

  it('with a key is one value, undefined while nobody has set it', async () => {
    const { url } = await startTestApp({ controllers: [Cart] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:q\ndestination:/user/queue/answers\n\n\0SEND\ndestination:/app/bare\n\n\0');
    expect((await client.sync()).map(bodyOf)).toEqual(['undefined']);
  });

  it('is new for a StompJS client that connects again', async () => {
    const { url } = await startTestApp({ controllers: [Cart] });
    for (const article of ['tea', 'milk']) {
      const stompJs = new StompJsClient(url);
      await stompJs.connect();
      const answers = await stompJs.subscribe('/user/queue/answers');
      stompJs.client.publish({ destination: '/app/add', body: article });
      stompJs.client.publish({ destination: '/app/show' });
      expect((await answers.next()).body).toBe(JSON.stringify([article]));
      await stompJs.client.deactivate();
    }
  });
});
