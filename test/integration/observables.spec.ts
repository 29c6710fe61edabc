import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { concat, EMPTY, map, of, throwError, type Observable } from 'rxjs';
import {
  DestinationVariable,
  MessageMapping,
  SendTo,
  SubscribeMapping,
  type ChannelInterceptor,
} from 'nestjs-stomp';
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

  @SubscribeMapping('/async/{n}')
  async asynchronous(@DestinationVariable('n') n: string): Promise<Observable<string>> {
    await Promise.resolve();
    return of(`${n}1`, `${n}2`);
  }

  @MessageMapping('/finite')
  @SendTo('/topic/a', '/topic/b')
  finite(): Observable<unknown> {
    return of('1', null, '2', undefined, '', { three: 3 });
  }

  @MessageMapping('/empty')
  empty(): Observable<never> {
    return EMPTY;
  }

  @MessageMapping('/echo')
  echo(text: string): string {
    return text;
  }
}

async function start(setup: TestAppSetup = {}): Promise<{ url: string; client: RawClient }> {
  const { url } = await startTestApp({ controllers: [Streams], ...setup });
  const client = await RawClient.connect(url);
  client.send('SUBSCRIBE\nid:all\ndestination:/topic/*\n\n\0');
  return { url, client };
}

async function bodies(client: RawClient, count: number): Promise<string[]> {
  const received: string[] = [];
  while (received.length < count) received.push(bodyOf(await client.next()));
  return received;
}

describe('An Observable that a handler returns', () => {
  it('sends every emission, in order, to every destination; null and undefined send nothing', async () => {
    const { client } = await start();
    client.send('SEND\ndestination:/app/finite\n\n\0');
    const received: string[] = [];
    for (let count = 0; count < 8; count++) {
      const frame = await client.next();
      received.push(`${headerOf(frame, 'destination')} ${bodyOf(frame)}`);
    }
    expect(received).toEqual(
      ['1', '2', '', '{"three":3}'].flatMap((body) => [`/topic/a ${body}`, `/topic/b ${body}`]),
    );
    expect(await client.sync()).toEqual([]);
  });

  it('may emit nothing at all', async () => {
    const { client } = await start();
    client.send('SEND\ndestination:/app/empty\nreceipt:r\n\n\0');
    expect(await client.sync()).toEqual(['RECEIPT\nreceipt-id:r\n\n\0']);
  });

  it('may come in a promise, and answers a subscription directly', async () => {
    const { client } = await start();
    client.send('SUBSCRIBE\nid:s\ndestination:/app/async/7\n\n\0');
    const frames = [await client.next(), await client.next()];
    expect(frames.map((frame) => [headerOf(frame, 'subscription'), bodyOf(frame)])).toEqual([
      ['s', '71'],
      ['s', '72'],
    ]);
  });

  it('does not hold back the next frames of the session, nor its receipt, while it lives', async () => {
    const { client } = await start();
    client.send('SEND\ndestination:/app/feed\nreceipt:r\n\n\0SEND\ndestination:/app/echo\n\nnext\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(await bodies(client, 1)).toEqual(['next']);
    await source.untilListeners(1);
    source.values.next('first');
    source.values.next('second');
    expect(await bodies(client, 2)).toEqual(['first', 'second']);
  });

  it.each([
    ['passes it on', (next: CallHandler<unknown>) => next.handle(), ['1', '2']],
    [
      'maps it',
      (next: CallHandler<unknown>) => next.handle().pipe(map((value) => `<${String(value)}>`)),
      ['<1>', '<2>'],
    ],
    ['adds to it', (next: CallHandler<unknown>) => concat(of('0'), next.handle()), ['0', '1', '2']],
  ])(
    'goes through an interceptor that %s, emission by emission, without an end',
    async (_title, wrap, expected) => {
      const interceptor: NestInterceptor = { intercept: (_context: ExecutionContext, next) => wrap(next) };
      @Controller()
      @UseInterceptors(interceptor)
      class Wrapped extends Streams {}
      const { client } = await start({ controllers: [Wrapped] });
      client.send('SEND\ndestination:/app/feed\nreceipt:r\n\n\0');
      await source.untilListeners(1);
      source.values.next('1');
      source.values.next('2');
      const frames: string[] = [];
      while (frames.length < expected.length + 1) frames.push(await client.next());
      expect(frames.filter((frame) => frame.startsWith('MESSAGE')).map(bodyOf)).toEqual(expected);
      expect(frames).toContain('RECEIPT\nreceipt-id:r\n\n\0');
    },
  );

  it('that fails in the middle is logged; what came before is sent, and the session stays', async () => {
    @Controller()
    class Failing {
      @MessageMapping('/failing')
      failing(): Observable<string> {
        return concat(
          of('1', '2'),
          throwError(() => new Error('broken')),
        );
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Failing] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:all\ndestination:/topic/*\n\n\0SEND\ndestination:/app/failing\n\n\0');
    expect(await bodies(client, 2)).toEqual(['1', '2']);
    expect(await client.sync()).toEqual([]);
    expect(logger.textsOf('error')).toEqual([expect.stringContaining('Failing.failing failed')]);
  });

  it('that emits what cannot be sent ends there, and is logged', async () => {
    const { url, logger } = await startTestApp({ controllers: [Streams] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:all\ndestination:/topic/*\n\n\0SEND\ndestination:/app/feed\n\n\0');
    await source.untilListeners(1);
    source.values.next('1');
    source.values.next(1n);
    await source.untilListeners(0);
    expect(await bodies(client, 1)).toEqual(['1']);
    expect(await client.sync()).toEqual([]);
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining('cannot be written as JSON')]);
  });

  it('keeps its order when an interceptor of the broker channel is slow', async () => {
    const slowFirst: ChannelInterceptor = {
      preSend: async (message) => {
        if (Buffer.from(message.payload as Uint8Array).toString() === '1') {
          for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        }
        return message;
      },
    };
    const { client } = await start({ stomp: { interceptors: { broker: [slowFirst] } } });
    client.send('SEND\ndestination:/app/feed\n\n\0');
    await source.untilListeners(1);
    for (const value of ['1', '2', '3']) source.values.next(value);
    expect(await bodies(client, 3)).toEqual(['1', '2', '3']);
  });
});
