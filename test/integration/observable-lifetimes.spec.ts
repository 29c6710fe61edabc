import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { ConnectedSocket } from '@nestjs/websockets';
import type { Observable } from 'rxjs';
import { MessageMapping, SubscribeMapping, type ChannelInterceptor } from 'nestjs-stomp';
import type { SimpSession } from 'nestjs-stomp';
import { bodyOf, headerOf } from '../support/exchange.js';
import { HandFedSource } from '../support/hand-fed-source.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp, type TestAppSetup } from '../support/test-app.js';

let source = new HandFedSource();

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
  source = new HandFedSource();
});

@Controller()
class Streams {
  @MessageMapping('/feed')
  feed(): Observable<unknown> {
    return source.stream;
  }

  @SubscribeMapping('/feed')
  subscribed(): Observable<unknown> {
    return source.stream;
  }
}

async function start(setup: TestAppSetup = {}): Promise<{ url: string; client: RawClient }> {
  const { url } = await startTestApp({ controllers: [Streams], ...setup });
  return { url, client: await RawClient.connect(url) };
}

describe('An Observable that never ends', () => {
  it('is unsubscribed from when its session disconnects', async () => {
    const { client } = await start();
    client.send('SEND\ndestination:/app/feed\n\n\0');
    await source.untilListeners(1);
    client.send('DISCONNECT\nreceipt:bye\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:bye\n\n\0');
    await source.untilListeners(0);
  });

  it('is unsubscribed from when the connection is lost', async () => {
    const { client } = await start();
    client.send('SEND\ndestination:/app/feed\n\n\0');
    await source.untilListeners(1);
    client.terminate();
    await source.untilListeners(0);
    expect(source.listeners).toBe(0);
  });

  it('is unsubscribed from when an ERROR ends the session', async () => {
    const { client } = await start();
    client.send('SEND\ndestination:/app/feed\n\n\0');
    await source.untilListeners(1);
    client.send('NONSENSE\n\n\0');
    expect(await client.next()).toMatch(/^ERROR\n/);
    await source.untilListeners(0);
  });

  it('is unsubscribed from even if an interceptor keeps the DISCONNECT from the application', async () => {
    const veto: ChannelInterceptor = {
      preSend: (message) => (message.headers.simpMessageType === 'DISCONNECT' ? null : message),
    };
    const { client } = await start({ stomp: { interceptors: { clientInbound: [veto] } } });
    client.send('SEND\ndestination:/app/feed\n\n\0');
    await source.untilListeners(1);
    client.terminate();
    await source.untilListeners(0);
    expect(source.listeners).toBe(0);
  });

  it('is not subscribed to when the session ended before the handler returned it', async () => {
    let returned: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (returned = resolve));
    @Controller()
    class Late {
      @MessageMapping('/late')
      async late(@ConnectedSocket() session: SimpSession): Promise<Observable<unknown>> {
        session.close();
        await new Promise((resolve) => setImmediate(resolve));
        setImmediate(returned);
        return source.stream;
      }
    }
    const { client } = await start({ controllers: [Late] });
    client.send('SEND\ndestination:/app/late\n\n\0');
    await done;
    await client.closed;
    expect(source.listeners).toBe(0);
  });

  it('of a subscription is unsubscribed from with that subscription, and with no other', async () => {
    const { client } = await start();
    client.send('SUBSCRIBE\nid:a\ndestination:/app/feed\n\n\0SUBSCRIBE\nid:b\ndestination:/app/feed\n\n\0');
    await source.untilListeners(2);
    client.send('UNSUBSCRIBE\nid:a\n\n\0');
    await source.untilListeners(1);
    source.values.next('for b');
    const [frame = '', ...others] = await client.sync();
    expect([headerOf(frame, 'subscription'), bodyOf(frame), others]).toEqual(['b', 'for b', []]);
    client.send('UNSUBSCRIBE\nid:b\n\n\0');
    await source.untilListeners(0);
    source.values.next('for nobody');
    expect(await client.sync()).toEqual([]);
  });

  it('of one session goes on when another session ends', async () => {
    const { url, client } = await start();
    const other = await RawClient.connect(url);
    for (const each of [client, other]) each.send('SUBSCRIBE\nid:a\ndestination:/app/feed\n\n\0');
    await source.untilListeners(2);
    other.terminate();
    await source.untilListeners(1);
    source.values.next('still here');
    expect(bodyOf(await client.next())).toBe('still here');
  });

  it('is unsubscribed from when the application closes', async () => {
    const { app, url } = await startTestApp({ controllers: [Streams] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/feed\n\n\0');
    await source.untilListeners(1);
    await app.close();
    expect(source.listeners).toBe(0);
  });

  it('may run a thousand times in a session; one more is refused', async () => {
    const { client } = await start();
    client.send('SEND\ndestination:/app/feed\n\n\0'.repeat(1000));
    await source.untilListeners(1000);
    client.send('SEND\ndestination:/app/feed\n\n\0');
    expect(await client.sync()).toEqual([]);
    expect(source.listeners).toBe(1000);
    client.send('SEND\ndestination:/app/feed\nreceipt:r\n\n\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:Too many streams of this session are running\nreceipt-id:r\n' +
        'code:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    );
    await source.untilListeners(0);
  });
});
