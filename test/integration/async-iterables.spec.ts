import { once, EventEmitter, on } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  UseFilters,
  UseInterceptors,
  type CallHandler,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ConnectedSocket } from '@nestjs/websockets';
import { map, type Observable } from 'rxjs';
import {
  MessageMapping,
  SendTo,
  SubscribeMapping,
  type ChannelInterceptor,
  type SimpSession,
} from 'nestjs-stomp';
import { StompFlow } from '../../src/module/stomp-flow.js';
import { Deferred, settled } from '../support/deferred.js';
import { bodyOf, headerOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { deactivateStompJsClients, StompJsClient } from '../support/stompjs-client.js';
import { closeTestApps, startTestApp, type TestApp, type TestAppSetup } from '../support/test-app.js';

/** What the generators have done, and how a test moves them. */
class Script {
  readonly steps = new EventEmitter();
  readonly done: string[] = [];
  readonly source = new EventEmitter();
  next = new Deferred<string>();

  note(step: string): void {
    this.done.push(step);
    this.steps.emit('step');
  }

  async until(step: string): Promise<void> {
    while (!this.done.includes(step)) await once(this.steps, 'step');
  }
}

let script = new Script();

beforeEach(() => {
  script = new Script();
});

afterEach(async () => {
  await deactivateStompJsClients();
  terminateRawClients();
  await closeTestApps();
});

class Loud implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value) => `${String(value)}!`));
  }
}

@Catch()
class Noting implements ExceptionFilter {
  catch(error: unknown): void {
    script.note(`caught ${String(error)}`);
  }
}

@Controller()
class Generators {
  @MessageMapping('/count')
  async *count(): AsyncGenerator<number | null> {
    try {
      yield 1;
      yield null;
      yield 2;
    } finally {
      script.note('finally');
    }
  }

  @SubscribeMapping('/ticks')
  async *ticks(): AsyncGenerator<string> {
    try {
      for (;;) {
        script.note('asked');
        yield await script.next.promise;
        script.next = new Deferred();
      }
    } finally {
      script.note('finally');
    }
  }

  @SubscribeMapping('/endless')
  async *endless(): AsyncGenerator<string> {
    try {
      for (;;) yield 'again';
    } finally {
      script.note('finally');
    }
  }

  /** Yields once, then never again; what it holds is let go by `return`. */
  @SubscribeMapping('/idle')
  idle(): AsyncIterable<string> {
    let count = 0;
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          script.note(`next ${count}`);
          return count++ === 0
            ? Promise.resolve({ done: false, value: 'only' })
            : new Promise<never>(() => undefined);
        },
        return: () => {
          script.note('return');
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
  }

  @MessageMapping('/fails')
  @UseFilters(Noting)
  async *fails(): AsyncGenerator<string> {
    yield 'before';
    throw new Error('boom');
  }

  @MessageMapping('/unwritable')
  async *unwritable(): AsyncGenerator {
    try {
      yield 'before';
      yield 1n;
      yield 'after';
    } finally {
      script.note('finally');
    }
  }

  @MessageMapping('/loud')
  @UseInterceptors(Loud)
  @SendTo('/topic/count')
  async *loud(): AsyncGenerator<string> {
    yield 'a';
    yield 'b';
  }

  @MessageMapping('/node')
  node(): Readable {
    return Readable.from(['a', 'b']);
  }

  @MessageMapping('/late')
  async late(@ConnectedSocket() session: SimpSession): Promise<AsyncIterable<unknown>> {
    session.close();
    await settled();
    setImmediate(() => script.note('returned'));
    return on(script.source, 'value');
  }

  @MessageMapping('/late/intercepted')
  @UseInterceptors(Loud)
  async lateIntercepted(@ConnectedSocket() session: SimpSession): Promise<AsyncIterable<unknown>> {
    return this.late(session);
  }

  @MessageMapping('/events')
  events(): AsyncIterable<unknown> {
    return on(script.source, 'value');
  }
}

interface Started extends TestApp {
  readonly client: RawClient;
  streams(): number;
}

async function start(stomp: TestAppSetup['stomp'] = {}): Promise<Started> {
  const testApp = await startTestApp({ controllers: [Generators], stomp });
  const client = await RawClient.connect(testApp.url);
  const { annotationHandler } = testApp.app.get(StompFlow);
  return { ...testApp, client, streams: () => annotationHandler.streamingSessionCount };
}

async function bodies(client: RawClient, count: number): Promise<string[]> {
  const found: string[] = [];
  while (found.length < count) found.push(bodyOf(await client.next()));
  return found;
}

const SUBSCRIBE = 'SUBSCRIBE\nid:all\ndestination:/topic/**\n\n\0';

describe('An async generator', () => {
  it('sends each value but null, runs its finally block and is forgotten', async () => {
    const { client, streams } = await start();
    client.send(`${SUBSCRIBE}SEND\ndestination:/app/count\n\n\0`);
    const frames = [await client.next(), await client.next()];
    expect(frames.map((frame) => [headerOf(frame, 'destination'), bodyOf(frame)])).toEqual([
      ['/topic/count', '1'],
      ['/topic/count', '2'],
    ]);
    await script.until('finally');
    await settled();
    expect(streams()).toBe(0);
    expect(await client.sync()).toEqual([]);
  });

  it('answers a subscription under its id; the receipt does not wait for its end', async () => {
    const { client } = await start();
    client.send('SUBSCRIBE\nid:t\ndestination:/app/ticks\nreceipt:r\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    await script.until('asked');
    script.next.resolve('tick');
    const frame = await client.next();
    expect([headerOf(frame, 'subscription'), headerOf(frame, 'destination'), bodyOf(frame)]).toEqual([
      't',
      '/app/ticks',
      'tick',
    ]);
  });

  it.each([
    ['UNSUBSCRIBE', 'UNSUBSCRIBE\nid:t\n\n\0'],
    ['DISCONNECT', 'DISCONNECT\n\n\0'],
    ['an ERROR', 'NONSENSE\n\n\0'],
  ])(
    'that waits for its first value is forgotten with %s, and its finally block runs when it goes on',
    async (_how, end) => {
      const { client, streams } = await start();
      client.send('SUBSCRIBE\nid:t\ndestination:/app/ticks\n\n\0');
      await script.until('asked');
      expect(streams()).toBe(1);
      client.send(end);
      while (streams() > 0) await settled();
      expect(script.done).toEqual(['asked']);
      script.next.resolve('for nobody');
      await script.until('finally');
      expect(script.done).toEqual(['asked', 'finally']);
    },
  );

  it('that never waits starves nobody, and ends with UNSUBSCRIBE', async () => {
    const { client, streams } = await start();
    client.send('SUBSCRIBE\nid:e\ndestination:/app/endless\n\n\0');
    expect(await bodies(client, 3)).toEqual(['again', 'again', 'again']);
    client.send('UNSUBSCRIBE\nid:e\nreceipt:u\n\n\0');
    await script.until('finally');
    expect(streams()).toBe(0);
    let frame = await client.next();
    while (frame.startsWith('MESSAGE')) frame = await client.next();
    expect(frame).toBe('RECEIPT\nreceipt-id:u\n\n\0');
    expect(await client.sync()).toEqual([]);
  });

  it('that throws has sent what came before, and an exception filter gets the error', async () => {
    const { client, logger, streams } = await start();
    client.send(`${SUBSCRIBE}SEND\ndestination:/app/fails\n\n\0`);
    expect(await bodies(client, 1)).toEqual(['before']);
    await script.until('caught Error: boom');
    await settled();
    expect(streams()).toBe(0);
    expect(logger.textsOf('error')).toEqual([]);
  });

  it('ends, with its finally block, when a value cannot be written', async () => {
    const { client, logger, streams } = await start();
    client.send(`${SUBSCRIBE}SEND\ndestination:/app/unwritable\n\n\0`);
    expect(await bodies(client, 1)).toEqual(['before']);
    await script.until('finally');
    await settled();
    expect(streams()).toBe(0);
    expect(await client.sync()).toEqual([]);
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining('Generators.unwritable')]);
  });

  it('goes through interceptors value by value, and to @SendTo', async () => {
    const { client } = await start();
    client.send(`${SUBSCRIBE}SEND\ndestination:/app/loud\n\n\0`);
    expect(await bodies(client, 2)).toEqual(['a!', 'b!']);
  });

  it('serves a StompJS client until it unsubscribes', async () => {
    const { url, streams } = await start();
    const stompJs = new StompJsClient(url);
    await stompJs.connect();
    const got: string[] = [];
    const subscription = await new Promise<{ unsubscribe(): void }>((resolve) => {
      const made = stompJs.client.subscribe('/app/endless', ({ body }) => {
        if (got.push(body) === 3) resolve(made);
      });
    });
    subscription.unsubscribe();
    await script.until('finally');
    expect(got.slice(0, 3)).toEqual(['again', 'again', 'again']);
    expect(streams()).toBe(0);
    expect(stompJs.errors.size).toBe(0);
  });
});

describe('An async iterable', () => {
  it('that is idle is returned, and forgotten, when its subscription ends', async () => {
    const { client, streams } = await start();
    client.send('SUBSCRIBE\nid:i\ndestination:/app/idle\n\n\0');
    expect(bodyOf(await client.next())).toBe('only');
    await script.until('next 1');
    expect(streams()).toBe(1);
    client.send('UNSUBSCRIBE\nid:i\nreceipt:u\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:u\n\n\0');
    expect(script.done).toEqual(['next 0', 'next 1', 'return']);
    expect(streams()).toBe(0);
  });

  it('that is idle is returned, and forgotten, when the connection is lost', async () => {
    const { client, streams } = await start();
    client.send('SUBSCRIBE\nid:i\ndestination:/app/idle\n\n\0');
    await script.until('next 1');
    client.terminate();
    await script.until('return');
    expect(streams()).toBe(0);
  });

  it('may be a stream of Node', async () => {
    const { client } = await start();
    client.send(`${SUBSCRIBE}SEND\ndestination:/app/node\n\n\0`);
    expect(await bodies(client, 2)).toEqual(['a', 'b']);
  });

  it.each(['/late', '/late/intercepted'])(
    'that comes when its session is over lets go of what it holds: %s',
    async (destination) => {
      const { client } = await start();
      client.send(`SEND\ndestination:/app${destination}\n\n\0`);
      await script.until('returned');
      await settled();
      expect(script.source.listenerCount('value')).toBe(0);
    },
  );

  it('that fails when nobody wants its values any more has a line in the log', async () => {
    const { client, logger, streams } = await start();
    client.send('SUBSCRIBE\nid:t\ndestination:/app/ticks\n\n\0');
    await script.until('asked');
    client.send('UNSUBSCRIBE\nid:t\n\n\0');
    expect(await client.sync()).toEqual([]);
    expect(streams()).toBe(0);
    script.next.reject(new Error('boom'));
    await script.until('finally');
    await settled();
    expect(logger.textsOf('error')).toEqual([
      'Generators.ticks failed after its stream had been cancelled. Error: boom',
    ]);
    expect(await client.sync()).toEqual([]);
  });

  it('is not asked for its next value while an interceptor of a channel looks at the one before', async () => {
    const seen = new Deferred();
    const passing: ChannelInterceptor = {
      preSend: async (message) => {
        if (message.headers.simpDestination === '/app/idle') await seen.promise;
        return message;
      },
    };
    const { client } = await start({ interceptors: { clientOutbound: [passing] } });
    client.send('SUBSCRIBE\nid:i\ndestination:/app/idle\n\n\0');
    await script.until('next 0');
    for (let turn = 0; turn < 5; turn++) await settled();
    expect(script.done).toEqual(['next 0']);
    seen.resolve();
    await script.until('next 1');
    expect(bodyOf(await client.next())).toBe('only');
  });

  it('that is one too many for its session lets go of what it holds', async () => {
    const { client } = await start();
    script.source.setMaxListeners(0);
    client.send('SEND\ndestination:/app/events\n\n\0'.repeat(1001));
    expect(await client.sync()).toEqual([]);
    expect(script.source.listenerCount('value')).toBe(1000);
    client.send('DISCONNECT\nreceipt:d\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:d\n\n\0');
    expect(script.source.listenerCount('value')).toBe(0);
  });
});
