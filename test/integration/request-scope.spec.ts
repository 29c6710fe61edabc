import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Scope,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, REQUEST } from '@nestjs/core';
import { MessageMapping, SubscribeMapping, type Message } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** Knows the message that it was made for. */
@Injectable({ scope: Scope.REQUEST })
class Current {
  static made = 0;
  readonly number = ++Current.made;

  constructor(@Inject(REQUEST) private readonly message: Message) {}

  get destination(): string | undefined {
    return this.message.headers.simpDestination;
  }
}

afterEach(() => {
  Current.made = 0;
});

/** A host that depends on `Current`, and is thereby request-scoped. */
class Host {
  #calls = 0;

  constructor(private readonly current: Current) {}

  @MessageMapping('/one', '/two')
  message(text: string): unknown[] {
    return [text, this.current.destination, this.current.number, ++this.#calls];
  }

  @SubscribeMapping('/three')
  subscription(): unknown[] {
    return [this.current.destination, this.current.number, ++this.#calls];
  }
}

/** The same class for every kind of host: decorated for one, it would be decorated for all. */
function hostType(): Type<object> {
  @Controller()
  class Scoped extends Host {
    constructor(current: Current) {
      super(current);
    }
  }
  return Scoped;
}

describe.each([
  ['a controller', (host: Type<object>) => ({ controllers: [host], providers: [Current] })],
  ['a provider', (host: Type<object>) => ({ providers: [Current, host] as Provider[] })],
  [
    'useClass under another token',
    (host: Type<object>) => ({ providers: [Current, { provide: 'HOST', useClass: host }] as Provider[] }),
  ],
])('%s with a request-scoped dependency', (_host, setupOf) => {
  it('is made anew for each message, and the REQUEST is that message', async () => {
    const { url } = await startTestApp(setupOf(hostType()));
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/one\n\na\0',
      'SEND\ndestination:/app/two\n\nb\0',
      'SUBSCRIBE\nid:s\ndestination:/app/three\n\n\0',
    );
    expect(frames.map((frame) => JSON.parse(bodyOf(frame)) as unknown)).toEqual([
      ['a', '/app/one', 1, 1],
      ['b', '/app/two', 2, 1],
      ['/app/three', 3, 1],
    ]);
  });

  it('is not made before the first message', async () => {
    await startTestApp(setupOf(hostType()));
    expect(Current.made).toBe(0);
  });

  it('is guarded', async () => {
    const host = hostType();
    UseGuards({ canActivate: () => false })(host);
    const { url } = await startTestApp(setupOf(host));
    expect(await exchange(url, 'SEND\ndestination:/app/one\n\na\0')).toEqual([]);
  });
});

describe('Request scope', () => {
  it('shares an instance between the enhancers and the handler of one message', async () => {
    const seen: number[] = [];
    @Injectable()
    class ClassGuard implements CanActivate {
      constructor(private readonly current: Current) {}

      canActivate(): boolean {
        seen.push(this.current.number);
        return true;
      }
    }
    class GlobalGuard extends ClassGuard {}
    Injectable({ scope: Scope.REQUEST })(GlobalGuard);
    const host = hostType();
    UseGuards(ClassGuard)(host);
    const { url } = await startTestApp({
      controllers: [host],
      providers: [Current, { provide: APP_GUARD, useClass: GlobalGuard }],
    });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/one\n\na\0',
      'SEND\ndestination:/app/one\n\nb\0',
    );
    expect(frames.map(bodyOf)).toEqual(['["a","/app/one",1,1]', '["b","/app/one",2,1]']);
    expect(seen).toEqual([1, 1, 2, 2]);
  });

  it.each([
    ['useFactory', (Plain: Type<object>) => ({ provide: 'HOST', useFactory: () => new Plain() })],
    ['useValue', (Plain: Type<object>) => ({ provide: 'HOST', useValue: new Plain() })],
    ['a class', (Plain: Type<object>) => Plain],
  ])('gives a global guard its message on a host that is none of it, by %s', async (_how, provide) => {
    const seen: unknown[] = [];
    @Injectable({ scope: Scope.REQUEST })
    class Witness implements CanActivate {
      constructor(
        @Inject(REQUEST) private readonly message: Message,
        private readonly current: Current,
      ) {}

      canActivate(context: ExecutionContext): boolean {
        seen.push([this.message === context.getArgByIndex(2), this.current.destination]);
        return this.message.headers.simpDestination !== '/app/plain/closed';
      }
    }
    @Injectable()
    class Plain {
      #calls = 0;

      @MessageMapping('/plain/*')
      plain(): number {
        return ++this.#calls;
      }
    }
    const { url } = await startTestApp({
      providers: [Current, { provide: APP_GUARD, useClass: Witness }, provide(Plain)],
    });
    const paths = ['open', 'closed', 'open'];
    const frames = await exchange(url, ...paths.map((path) => `SEND\ndestination:/app/plain/${path}\n\n\0`));
    // The host itself stays what it is: one for all messages.
    expect(frames.map(bodyOf)).toEqual(['1', '2']);
    expect(seen).toEqual(paths.map((path) => [true, `/app/plain/${path}`]));
  });

  it('makes a transient host for each message, its dependencies injected', async () => {
    @Injectable()
    class Greeting {
      readonly text = 'hello';
    }
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient {
      #calls = 0;

      constructor(private readonly greeting: Greeting) {}

      @MessageMapping('/transient')
      transient(): unknown[] {
        return [this.greeting.text, ++this.#calls];
      }
    }
    const { url } = await startTestApp({ providers: [Greeting, Transient] });
    const frame = 'SEND\ndestination:/app/transient\n\n\0';
    expect((await exchange(url, frame, frame)).map(bodyOf)).toEqual(['["hello",1]', '["hello",1]']);
  });

  it('keeps messages apart that are handled at the same time', async () => {
    const waiting: (() => void)[] = [];
    let arrive: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (arrive = resolve));
    @Controller()
    class Slow {
      constructor(private readonly current: Current) {}

      @MessageMapping('/slow/*')
      async slow(text: string): Promise<unknown[]> {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) arrive();
        });
        return [text, this.current.destination];
      }
    }
    const { url } = await startTestApp({ controllers: [Slow], providers: [Current] });
    const clients = [await RawClient.connect(url), await RawClient.connect(url)];
    clients.forEach((client, index) => {
      client.send(`SUBSCRIBE\nid:s\ndestination:/topic/slow/${index}\n\n\0`);
      client.send(`SEND\ndestination:/app/slow/${index}\n\nbody ${index}\0`);
    });
    await both;
    for (const resume of waiting) resume();
    const bodies = await Promise.all(clients.map(async (client) => bodyOf(await client.next())));
    expect(bodies).toEqual(['["body 0","/app/slow/0"]', '["body 1","/app/slow/1"]']);
  });

  it('fails one message, not the session, when an instance cannot be made', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Picky {
      constructor(@Inject(REQUEST) { headers }: Message) {
        if (headers.simpDestination === '/app/picky/bad') throw new Error('not for this one');
      }
    }
    @Controller()
    class Host {
      constructor(readonly picky: Picky) {}

      @MessageMapping('/picky/*')
      handle(text: string): string {
        return text;
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Host], providers: [Picky] });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/picky/bad\n\n1\0',
      'SEND\ndestination:/app/picky/good\n\n2\0',
    );
    expect(frames.map(bodyOf)).toEqual(['2']);
    expect(logger.textsOf('error')).toEqual([
      expect.stringMatching(/Host\.handle failed .*not for this one$/),
    ]);
  });

  it('holds for HTTP routes and message handlers of one class alike', async () => {
    @Controller('mixed')
    class Mixed {
      constructor(@Inject(REQUEST) private readonly request: { url?: string; headers: object }) {}

      @Get()
      get(): { url: string | undefined } {
        return { url: this.request.url };
      }

      @MessageMapping('/mixed')
      send(): unknown {
        return { destination: (this.request as Message).headers.simpDestination };
      }
    }
    const { url, port } = await startTestApp({ controllers: [Mixed] });
    const [frame = ''] = await exchange(url, 'SEND\ndestination:/app/mixed\n\n\0');
    expect(bodyOf(frame)).toBe('{"destination":"/app/mixed"}');
    const response = await fetch(`http://127.0.0.1:${port}/mixed`);
    expect(await response.json()).toEqual({ url: '/mixed' });
  });
});
