import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  ForbiddenException,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import {
  DestinationVariable,
  MessageMapping,
  SendTo,
  SimpleBroker,
  SimpMessagingTemplate,
  snapshotThenLive,
  SubscribeMapping,
  type ChannelInterceptor,
} from 'nestjs-stomp';
import { Deferred, settled } from '../support/deferred.js';
import { bodyOf, headerOf, masked } from '../support/exchange.js';
import { namingUsers } from '../support/naming-users.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { deactivateStompJsClients, StompJsClient } from '../support/stompjs-client.js';
import { closeTestApps, startTestApp, type TestApp, type TestAppSetup } from '../support/test-app.js';

let snapshot = new Deferred<unknown>();
let version = 0;
const seenByInterceptor: unknown[] = [];

beforeEach(() => {
  snapshot = new Deferred();
  version = 0;
  seenByInterceptor.length = 0;
});

afterEach(async () => {
  await deactivateStompJsClients();
  terminateRawClients();
  await closeTestApps();
});

class Seeing implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(tap((value) => seenByInterceptor.push(value)));
  }
}

@Controller()
class Positions {
  @SubscribeMapping('/positions/{id}')
  positions(@DestinationVariable('id') id: string): unknown {
    return snapshotThenLive(`/topic/positions/${id}`, () => ({ version }));
  }

  @SubscribeMapping('/mine')
  mine(): unknown {
    return snapshotThenLive('/user/queue/mine', () => 'mine');
  }

  @SubscribeMapping('/slow')
  async slow(): Promise<unknown> {
    await settled();
    return snapshotThenLive('/topic/slow', () => snapshot.promise);
  }

  @SubscribeMapping('/slow/includes')
  slowIncludes(): unknown {
    return snapshotThenLive('/topic/slow', () => snapshot.promise as Promise<{ version: number }>, {
      includes: ({ payload }, taken) => Number(Buffer.from(payload).toString()) <= taken.version,
    });
  }

  @SubscribeMapping('/nothing')
  nothing(): unknown {
    return snapshotThenLive('/topic/nothing', () => null);
  }

  @SubscribeMapping('/pattern')
  pattern(): unknown {
    return snapshotThenLive('/topic/positions/*', () => 'all');
  }

  @SubscribeMapping('/seen')
  @UseInterceptors(Seeing)
  seen(): unknown {
    return snapshotThenLive('/topic/seen', () => 'seen');
  }

  @SubscribeMapping('/nowhere')
  nowhere(): unknown {
    return snapshotThenLive('/elsewhere/internal', () => 'never');
  }

  @SubscribeMapping('/unwritable')
  unwritable(): unknown {
    return snapshotThenLive('/topic/unwritable', () => 1n);
  }

  @SubscribeMapping('/published')
  @SendTo('/topic/published')
  published(): unknown {
    return snapshotThenLive('/topic/a', () => 'never');
  }

  @MessageMapping('/sent')
  sent(): unknown {
    return snapshotThenLive('/topic/a', () => 'never');
  }
}

interface Started extends TestApp {
  readonly client: RawClient;
  readonly broker: SimpleBroker;
  readonly template: SimpMessagingTemplate;
}

async function start(setup: TestAppSetup = {}, connect?: string): Promise<Started> {
  const testApp = await startTestApp({ controllers: [Positions], ...setup });
  const client = await RawClient.connect(testApp.url, connect);
  const { app } = testApp;
  return { ...testApp, client, broker: app.get(SimpleBroker), template: app.get(SimpMessagingTemplate) };
}

function shown(frame: string): string {
  return `${headerOf(frame, 'subscription')} ${headerOf(frame, 'destination')} ${bodyOf(frame)}`;
}

/** Until the broker has the subscription whose snapshot is still being made. */
async function untilHeld(broker: SimpleBroker, count = 1): Promise<void> {
  while (broker.subscriptionCount < count) await settled();
}

describe('snapshotThenLive', () => {
  it('sends the snapshot in one MESSAGE of exactly this form, then the receipt, then what is published', async () => {
    const { client, template } = await start();
    client.send('SUBSCRIBE\nid:p\ndestination:/app/positions/7\nreceipt:r\n\n\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/app/positions/7\ncontent-type:application/json\nsubscription:p\nmessage-id:*\n' +
        'content-length:13\n\n{"version":0}\0',
    );
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    void template.convertAndSend('/topic/positions/7', { version: 1 });
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/topic/positions/7\ncontent-type:application/json\nsubscription:p\nmessage-id:*\n' +
        'content-length:13\n\n{"version":1}\0',
    );
    void template.convertAndSend('/topic/positions/8', 'for others');
    expect(await client.sync()).toEqual([]);
  });

  it('loses and doubles nothing while the state changes all the time', async () => {
    const { url, template } = await start();
    const changing = setInterval(() => {
      version++;
      void template.convertAndSend('/topic/positions/7', { version });
    }, 0);
    try {
      for (let client = 0; client < 10; client++) {
        const each = await RawClient.connect(url);
        each.send('SUBSCRIBE\nid:p\ndestination:/app/positions/7\n\n\0');
        const versions: number[] = [];
        while (versions.length < 4) {
          versions.push((JSON.parse(bodyOf(await each.next())) as { version: number }).version);
        }
        const [first = Number.NaN] = versions;
        expect(versions).toEqual([first, first + 1, first + 2, first + 3]);
      }
    } finally {
      clearInterval(changing);
    }
  });

  it('ends with UNSUBSCRIBE of the one id', async () => {
    const { client, template, broker } = await start();
    client.send('SUBSCRIBE\nid:p\ndestination:/app/positions/7\n\n\0');
    expect(await client.sync()).toHaveLength(1);
    expect(broker.subscriptionCount).toBe(1);
    client.send('UNSUBSCRIBE\nid:p\n\n\0');
    expect(await client.sync()).toEqual([]);
    expect(broker.subscriptionCount).toBe(0);
    void template.convertAndSend('/topic/positions/7', 'late');
    expect(await client.sync()).toEqual([]);
  });

  it('follows a destination of the user: nobody else gets what is sent there', async () => {
    const setup = { stomp: { interceptors: { clientInbound: [namingUsers] } } };
    const { client, url, template } = await start(setup, 'accept-version:1.2\nlogin:joe\n');
    const ann = await RawClient.connect(url, 'accept-version:1.2\nlogin:ann\n');
    for (const each of [client, ann]) each.send('SUBSCRIBE\nid:m\ndestination:/app/mine\n\n\0');
    expect((await client.sync()).map(shown)).toEqual(['m /app/mine mine']);
    expect((await ann.sync()).map(shown)).toEqual(['m /app/mine mine']);
    void template.convertAndSendToUser('joe', '/queue/mine', 'for joe');
    expect((await client.sync()).map(shown)).toEqual(['m /user/queue/mine for joe']);
    expect(await ann.sync()).toEqual([]);
  });

  it('follows a pattern', async () => {
    const { client, template } = await start();
    client.send('SUBSCRIBE\nid:p\ndestination:/app/pattern\n\n\0');
    expect((await client.sync()).map(bodyOf)).toEqual(['all']);
    void template.convertAndSend('/topic/positions/1', 'one');
    expect((await client.sync()).map(shown)).toEqual(['p /topic/positions/1 one']);
  });

  it("keeps the selector of the client's SUBSCRIBE for what follows the snapshot", async () => {
    const { client, template } = await start({
      stomp: { simpleBroker: { destinationPrefixes: ['/topic'], selectorHeaderName: 'selector' } },
    });
    client.send("SUBSCRIBE\nid:p\ndestination:/app/positions/7\nselector:kind = 'a'\n\n\0");
    expect((await client.sync()).map(bodyOf)).toEqual(['{"version":0}']);
    void template.convertAndSend('/topic/positions/7', 'unwanted', { kind: 'b' });
    void template.convertAndSend('/topic/positions/7', 'wanted', { kind: 'a' });
    expect((await client.sync()).map(bodyOf)).toEqual(['wanted']);
  });

  it('sends no first message for null', async () => {
    const { client, template } = await start();
    client.send('SUBSCRIBE\nid:n\ndestination:/app/nothing\nreceipt:r\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    void template.convertAndSend('/topic/nothing', 'something');
    expect(shown(await client.next())).toBe('n /topic/nothing something');
  });

  it('is what interceptors around the handler see', async () => {
    const { client } = await start();
    client.send('SUBSCRIBE\nid:s\ndestination:/app/seen\n\n\0');
    expect((await client.sync()).map(shown)).toEqual(['s /app/seen seen']);
    expect(seenByInterceptor).toEqual([expect.objectContaining({ destination: '/topic/seen' })]);
  });

  it('serves StompJS clients, each its own snapshot', async () => {
    const { url, template } = await start();
    const streams = [];
    for (let count = 0; count < 2; count++) {
      const stompJs = new StompJsClient(url);
      await stompJs.connect();
      streams.push(await stompJs.subscribe('/app/positions/7'));
      version++;
      void template.convertAndSend('/topic/positions/7', { version });
    }
    const [early, late] = streams;
    expect([(await early?.next())?.body, (await early?.next())?.body, (await early?.next())?.body]).toEqual([
      '{"version":0}',
      '{"version":1}',
      '{"version":2}',
    ]);
    expect([(await late?.next())?.body, (await late?.next())?.body]).toEqual([
      '{"version":1}',
      '{"version":2}',
    ]);
  });
});

describe('An asynchronous snapshot', () => {
  it('comes before what was published meanwhile, all of which follows in order', async () => {
    const { client, broker, template } = await start();
    client.send('SUBSCRIBE\nid:s\ndestination:/app/slow\nreceipt:r\n\n\0');
    await untilHeld(broker);
    for (const body of ['1', '2']) void template.convertAndSend('/topic/slow', body);
    snapshot.resolve('snapshot');
    const frames = [await client.next(), await client.next(), await client.next(), await client.next()];
    expect(frames.slice(0, 3).map(shown)).toEqual([
      's /app/slow snapshot',
      's /topic/slow 1',
      's /topic/slow 2',
    ]);
    expect(frames[3]).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    void template.convertAndSend('/topic/slow', '3');
    expect(shown(await client.next())).toBe('s /topic/slow 3');
  });

  it('leaves out what it includes already', async () => {
    const { client, broker, template } = await start();
    client.send('SUBSCRIBE\nid:s\ndestination:/app/slow/includes\n\n\0');
    await untilHeld(broker);
    for (const body of ['1', '2', '3']) void template.convertAndSend('/topic/slow', body);
    snapshot.resolve({ version: 2 });
    expect((await client.sync()).map(bodyOf)).toEqual(['{"version":2}', '3']);
  });

  it('keeps nobody else waiting, not even behind an interceptor of the broker channel', async () => {
    const passing: ChannelInterceptor = {
      preSend: async (message) => {
        await settled();
        return message;
      },
    };
    const { client, url, broker, template } = await start({ stomp: { interceptors: { broker: [passing] } } });
    const other = await RawClient.connect(url);
    other.send('SUBSCRIBE\nid:o\ndestination:/topic/slow\n\n\0');
    await other.sync();
    client.send('SUBSCRIBE\nid:s\ndestination:/app/slow\n\n\0');
    await untilHeld(broker, 2);
    await template.convertAndSend('/topic/slow', '1');
    expect(bodyOf(await other.next())).toBe('1');
    snapshot.resolve('snapshot');
    expect((await client.sync()).map(bodyOf)).toEqual(['snapshot', '1']);
  });

  it('that is rejected refuses the SUBSCRIBE as a failing handler does', async () => {
    const { client, broker, template, logger } = await start();
    client.send('SUBSCRIBE\nid:s\ndestination:/app/slow\nreceipt:r\n\n\0');
    await untilHeld(broker);
    void template.convertAndSend('/topic/slow', '1');
    snapshot.reject(new ForbiddenException('Not yours'));
    expect(await client.next()).toBe(
      'ERROR\nmessage:Not yours\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    );
    expect(broker.subscriptionCount).toBe(0);
    expect(logger.textsOf('warn')[0]).toMatch(/^Positions\.slow failed for SUBSCRIBE .*Not yours$/);
  });

  it('that is rejected without a receipt leaves the session alive, and nothing subscribed', async () => {
    const { client, broker, template } = await start();
    client.send('SUBSCRIBE\nid:s\ndestination:/app/slow\n\n\0');
    await untilHeld(broker);
    snapshot.reject(new Error('internal'));
    expect(await client.sync()).toEqual([]);
    void template.convertAndSend('/topic/slow', 'late');
    expect(await client.sync()).toEqual([]);
    expect(broker.subscriptionCount).toBe(0);
  });

  it('that comes after the connection has gone is nobody’s business', async () => {
    const { client, broker, logger, template } = await start();
    client.send('SUBSCRIBE\nid:s\ndestination:/app/slow\n\n\0');
    await untilHeld(broker);
    client.terminate();
    snapshot.resolve('late');
    while (broker.sessionCount > 0) await settled();
    void template.convertAndSend('/topic/slow', '1');
    await settled();
    expect(broker.subscriptionCount).toBe(0);
    expect(logger.textsOf('error')).toEqual([]);
  });

  it('is never taken when its session has ended before the broker saw the SUBSCRIBE', async () => {
    let taken = 0;
    @Controller()
    class Late {
      @SubscribeMapping('/late')
      late(): unknown {
        return snapshotThenLive('/topic/late', () => taken++);
      }
    }
    const closing: ChannelInterceptor = {
      preSend: (message) => {
        message.headers.simpSession?.close();
        return message;
      },
    };
    const { client, broker, logger } = await start({
      controllers: [Late],
      stomp: { interceptors: { broker: [closing] } },
    });
    client.send('SUBSCRIBE\nid:l\ndestination:/app/late\n\n\0');
    await client.closed;
    for (let turn = 0; turn < 5; turn++) await settled();
    expect([taken, broker.subscriptionCount]).toEqual([0, 0]);
    expect(logger.textsOf('error')).toEqual([]);
  });

  it('that takes so long that too much waits ends the session, with a reason', async () => {
    const { client, broker, logger, template } = await start();
    client.send('SUBSCRIBE\nid:s\ndestination:/app/slow\n\n\0');
    await untilHeld(broker);
    for (let count = 0; count < 1000; count++) void template.convertAndSend('/topic/slow', 'x');
    expect(broker.subscriptionCount).toBe(1);
    void template.convertAndSend('/topic/slow', 'x');
    expect(await client.closed).toEqual({ code: 4500, reason: 'The snapshot took too long' });
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining('STOMP_ERR_SNAPSHOT_LIMIT')]);
    expect(broker.subscriptionCount).toBe(0);
    snapshot.resolve('late');
    await settled();
    expect(logger.textsOf('error')).toEqual([]);
  });
});

describe('A mistake with snapshotThenLive', () => {
  it.each([
    [
      'a destination that no broker serves',
      'SUBSCRIBE\nid:x\ndestination:/app/nowhere',
      '/elsewhere/internal',
    ],
    ['@SendTo beside it', 'SUBSCRIBE\nid:x\ndestination:/app/published', 'without @SendTo'],
    ['a @MessageMapping', 'SEND\ndestination:/app/sent', 'Return it from a @SubscribeMapping'],
  ])('%s: the log says what to do, the client learns nothing internal', async (_what, frame, text) => {
    const { client, broker, logger } = await start();
    client.send(`${frame}\nreceipt:r\n\n\0`);
    expect(await client.next()).toBe(
      'ERROR\nmessage:The message could not be handled\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\n' +
        'content-length:0\n\n\0',
    );
    expect(logger.textsOf('error')).toEqual([expect.stringContaining(text)]);
    expect(broker.subscriptionCount).toBe(0);
  });

  it('an interceptor of the broker channel that vetoes it is named', async () => {
    const veto: ChannelInterceptor = {
      preSend: (message) => (message.headers.simpMessageType === 'SUBSCRIBE' ? null : message),
    };
    const { client, logger } = await start({ stomp: { interceptors: { broker: [veto] } } });
    client.send('SUBSCRIBE\nid:x\ndestination:/app/positions/1\n\n\0');
    expect(await client.sync()).toEqual([]);
    expect(logger.textsOf('error')).toEqual([
      expect.stringContaining('An interceptor on brokerChannel vetoed'),
    ]);
  });

  it('a snapshot that cannot be written refuses the SUBSCRIBE', async () => {
    const { client, broker } = await start();
    client.send('SUBSCRIBE\nid:u\ndestination:/app/unwritable\nreceipt:r\n\n\0');
    expect(headerOf(await client.next(), 'code')).toBe('STOMP_ERR_HANDLER');
    expect(broker.subscriptionCount).toBe(0);
  });
});
