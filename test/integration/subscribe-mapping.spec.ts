import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { DestinationVariable, Header, SendTo, SubscribeMapping } from 'nestjs-stomp';
import { bodyOf, exchange, headerOf, masked } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

@Controller()
class Init {
  @SubscribeMapping('/init')
  init(): { ready: boolean } {
    return { ready: true };
  }

  @SubscribeMapping('/rooms/{room}')
  room(@DestinationVariable('room') room: string, @Header('since') since: string): Promise<string> {
    return Promise.resolve(`${room} since ${since}`);
  }

  @SubscribeMapping('/nothing')
  nothing(): null {
    return null;
  }

  @SubscribeMapping('/published')
  @SendTo('/topic/published', '/topic/too')
  published(): string {
    return 'published';
  }

  @SubscribeMapping('/bare')
  @SendTo()
  bare(): string {
    return 'bare';
  }
}

describe('@SubscribeMapping', () => {
  it('[ANN-36] answers the subscriber directly, in one MESSAGE of exactly this form', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:i1\ndestination:/app/init\n\n\0');
    expect((await client.sync()).map(masked)).toEqual([
      'MESSAGE\ndestination:/app/init\ncontent-type:application/json\nsubscription:i1\nmessage-id:*\n' +
        'content-length:14\n\n{"ready":true}\0',
    ]);
  });

  it('[ANN-36] answers before the receipt of the SUBSCRIBE', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:i1\ndestination:/app/init\nreceipt:r\n\n\0');
    expect(headerOf(await client.next(), 'subscription')).toBe('i1');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
  });

  it('[ANN-6] answers once: neither a SEND there nor what others do comes after it', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:i1\ndestination:/app/init\n\n\0');
    expect(await client.sync()).toHaveLength(1);
    const other = await RawClient.connect(url);
    other.send('SUBSCRIBE\nid:i2\ndestination:/app/init\n\n\0SEND\ndestination:/app/init\n\nforged\0');
    expect((await other.sync()).map((frame) => headerOf(frame, 'subscription'))).toEqual(['i2']);
    expect(await client.sync()).toEqual([]);
  });

  it('answers each subscription of a session under its own id', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const frames = await exchange(
      url,
      'SUBSCRIBE\nid:a\ndestination:/app/rooms/1\nsince:9\n\n\0',
      'SUBSCRIBE\nid:b\\c1\ndestination:/app/rooms/2\nsince:8\n\n\0',
    );
    expect(frames.map((frame) => [headerOf(frame, 'subscription'), bodyOf(frame)])).toEqual([
      ['a', '1 since 9'],
      ['b\\c1', '2 since 8'],
    ]);
  });

  it('[ANN-23] answers nothing with null', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:a\ndestination:/app/nothing\nreceipt:r\n\n\0');
    expect(await client.sync()).toEqual(['RECEIPT\nreceipt-id:r\n\n\0']);
  });

  it('[ANN-37] with @SendTo publishes instead of answering', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const frames = await exchange(url, 'SUBSCRIBE\nid:p\ndestination:/app/published\n\n\0');
    expect(frames.map((frame) => [headerOf(frame, 'subscription'), headerOf(frame, 'destination')])).toEqual([
      ['all', '/topic/published'],
      ['all', '/topic/too'],
    ]);
  });

  it('[ANN-37] with a bare @SendTo publishes on the default destination', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const frames = await exchange(url, 'SUBSCRIBE\nid:p\ndestination:/app/bare\n\n\0');
    expect(frames.map((frame) => [headerOf(frame, 'subscription'), headerOf(frame, 'destination')])).toEqual([
      ['all', '/topic/bare'],
    ]);
  });

  it('[ANN-38] is not asked for a SUBSCRIBE without id: that is an ERROR', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\ndestination:/app/init\n\n\0');
    const error = await client.next();
    expect(headerOf(error, 'code')).toBe('STOMP_ERR_INVALID_FRAME');
    expect(await client.next()).toBe('');
  });

  it('[ANN-38] answers a 1.0 client, which may have no id, without a subscription header', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const client = await RawClient.connect(url, '');
    client.send('SUBSCRIBE\ndestination:/app/init\n\n\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/app/init\ncontent-type:application/json\nmessage-id:*\n' +
        'content-length:14\n\n{"ready":true}\0',
    );
  });

  it('answers with its own message-id every time', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const client = await RawClient.connect(url);
    for (const id of ['a', 'b', 'c']) client.send(`SUBSCRIBE\nid:${id}\ndestination:/app/init\n\n\0`);
    const ids = (await client.sync()).map((frame) => headerOf(frame, 'message-id'));
    expect(new Set(ids).size).toBe(3);
  });

  it('is asked again after UNSUBSCRIBE and a new SUBSCRIBE with the same id', async () => {
    const { url } = await startTestApp({ controllers: [Init] });
    const subscribe = 'SUBSCRIBE\nid:a\ndestination:/app/init\n\n\0';
    expect(await exchange(url, subscribe, 'UNSUBSCRIBE\nid:a\n\n\0', subscribe)).toHaveLength(2);
  });
});
