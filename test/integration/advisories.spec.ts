import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Injectable,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
  type Provider,
  type Type,
} from '@nestjs/common';
import { map, throwError, type Observable } from 'rxjs';
import { MessageMapping, SubscribeMapping, type SimpSession } from 'nestjs-stomp';
import { bodyOf, exchange, headerOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

// Holes that were found in another package that runs handlers through Nest's pipeline: nestjs/graphql 14.2.0.

/** What guards and handlers of a test have done. */
const steps: string[] = [];

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
  steps.length = 0;
});

@Injectable()
class Policy {
  /** Bodies that may pass. */
  allows(body: unknown): boolean {
    return body === 'allowed';
  }
}

@Injectable()
class PolicyGuard implements CanActivate {
  constructor(private readonly policy: Policy) {}

  canActivate(context: ExecutionContext): boolean {
    return this.policy.allows(context.switchToWs().getData());
  }
}

@Injectable()
class Upper implements PipeTransform {
  transform(value: string): string {
    return value.toUpperCase();
  }
}

@Injectable()
class Exclaiming implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<string>): Observable<string> {
    return next.handle().pipe(map((value) => `${value}!`));
  }
}

describe('[GHSA-f2pj-v3fc-65xp] enhancers of a class that Nest has not made', () => {
  class Service {
    @MessageMapping('/a')
    @UseGuards(PolicyGuard)
    @UsePipes(Upper)
    @UseInterceptors(Exclaiming)
    a(text: string): string {
      steps.push('a');
      return text;
    }

    @MessageMapping('/b')
    @UseGuards(PolicyGuard)
    @UseInterceptors(Exclaiming)
    b(text: string): string {
      steps.push('b');
      return text;
    }
  }

  const providers: Record<string, Provider> = {
    useFactory: { provide: Service, useFactory: () => new Service() },
    'an asynchronous useFactory': { provide: 'SERVICE', useFactory: () => Promise.resolve(new Service()) },
    'a useFactory of a subclass': { provide: Service, useFactory: () => new (class extends Service {})() },
    useValue: { provide: Service, useValue: new Service() },
    'useValue under a string': { provide: 'SERVICE', useValue: new Service() },
  };

  it.each(Object.entries(providers))('run on %s, on each of its methods', async (_title, provider) => {
    const { url } = await startTestApp({ providers: [Policy, provider] });
    const frames = ['a', 'b'].flatMap((path) =>
      ['allowed', 'denied'].map((body) => `SEND\ndestination:/app/${path}\n\n${body}\0`),
    );
    expect((await exchange(url, ...frames)).map(bodyOf)).toEqual(['ALLOWED!', 'allowed!']);
    expect(steps).toEqual(['a', 'b']);
  });

  it('fail the boot when they cannot be made, and say what to do', async () => {
    await expect(
      startTestApp({ providers: [{ provide: Service, useFactory: () => new Service() }] }),
    ).rejects.toThrow(
      'The guard PolicyGuard of Service.a cannot be created. ' +
        'List Service as a class in the providers or controllers of its module.',
    );
  });
});

describe('[GHSA-c658-2mxh-7pqx] a base class and its subclass, both registered', () => {
  const guard = (name: string, answer: boolean): CanActivate => ({
    canActivate: (context) => {
      steps.push(`${name} for ${context.getClass().name}`);
      return answer;
    },
  });

  /** Two classes; which of them is guarded, and how, is up to the test. */
  function family(): { Base: Type<object>; Sub: Type<object> } {
    @MessageMapping('/base')
    class Base {
      @MessageMapping('/do')
      do(): string {
        steps.push(`handler of ${this.constructor.name}`);
        return 'done';
      }
    }
    @MessageMapping('/sub')
    class Sub extends Base {}
    return { Base, Sub };
  }

  const registrations: Record<string, (types: Type<object>[]) => object> = {
    controllers: (controllers) => {
      for (const controller of controllers) Controller()(controller);
      return { controllers };
    },
    providers: (providers) => ({ providers }),
    'class providers': (types) => ({
      providers: types.map((useClass) => ({ provide: useClass.name, useClass })),
    }),
    'factory providers': (types) => ({
      providers: types.map((type) => ({ provide: type.name, useFactory: () => new type() })),
    }),
  };

  describe.each(Object.entries(registrations))('as %s', (_title, register) => {
    it.each([['base first'], ['subclass first']])(
      'have their own guards, the subclass those of the base before its own: %s',
      async (order) => {
        const { Base, Sub } = family();
        UseGuards(guard('open', true))(Base);
        UseGuards(guard('closed', false))(Sub);
        const types = order === 'base first' ? [Base, Sub] : [Sub, Base];
        const { url } = await startTestApp(register(types));
        const paths = ['base', 'sub', 'base', 'sub'];
        await exchange(url, ...paths.map((path) => `SEND\ndestination:/app/${path}/do\n\n\0`));
        // UseGuards adds to what a class inherits.
        const once = ['open for Base', 'handler of Base', 'open for Sub', 'closed for Sub'];
        expect(steps).toEqual([...once, ...once]);
      },
    );

    it('share the guard of the base where the subclass has none', async () => {
      const { Base, Sub } = family();
      UseGuards(guard('closed', false))(Base);
      const { url } = await startTestApp(register([Base, Sub]));
      await exchange(url, 'SEND\ndestination:/app/base/do\n\n\0', 'SEND\ndestination:/app/sub/do\n\n\0');
      expect(steps).toEqual(['closed for Base', 'closed for Sub']);
    });

    it('fail the boot when one would shadow the other on the same destination', async () => {
      const { Base } = family();
      class Same extends Base {}
      await expect(startTestApp(register([Base, Same]))).rejects.toThrow(
        /^Two handlers are mapped to MESSAGE \/base\/do: (Base\.do and Same\.do|Same\.do and Base\.do)/,
      );
    });
  });

  it('keep guards of a method that the subclass maps anew', async () => {
    const { Base } = family();
    @MessageMapping('/strict')
    class Strict extends Base {
      @MessageMapping('/do')
      @UseGuards(guard('closed', false))
      do(): string {
        return 'never';
      }
    }
    const { url } = await startTestApp({ providers: [Base, Strict] });
    await exchange(url, 'SEND\ndestination:/app/strict/do\n\n\0', 'SEND\ndestination:/app/base/do\n\n\0');
    expect(steps).toEqual(['closed for Strict', 'handler of Base']);
  });
});

describe('[GHSA-qcfh-v6vh-p698] the answer to a subscription', () => {
  it('goes to nobody but the subscriber, whoever subscribes to the same destination', async () => {
    @Controller()
    class Secrets {
      @SubscribeMapping('/secrets')
      @UseGuards({
        canActivate: (context: ExecutionContext) =>
          context.switchToWs().getClient<SimpSession>().attributes.get('cleared') === true,
      })
      secrets(): string {
        return 'secret';
      }

      @MessageMapping('/clear')
      @UseGuards({
        canActivate: (context: ExecutionContext) => {
          context.switchToWs().getClient<SimpSession>().attributes.set('cleared', true);
          return true;
        },
      })
      clear(): void {}
    }
    const { url } = await startTestApp({ controllers: [Secrets] });
    const [cleared, stranger] = [await RawClient.connect(url), await RawClient.connect(url)];
    stranger.send(
      'SUBSCRIBE\nid:s\ndestination:/app/secrets\n\n\0SUBSCRIBE\nid:t\ndestination:/topic/**\n\n\0',
    );
    expect(await stranger.sync()).toEqual([]);
    cleared.send('SEND\ndestination:/app/clear\n\n\0SUBSCRIBE\nid:s\ndestination:/app/secrets\n\n\0');
    expect((await cleared.sync()).map(bodyOf)).toEqual(['secret']);
    expect(await stranger.sync()).toEqual([]);
  });
});

describe('[GHSA-8www-f354-mh8p] a subscription that fails', () => {
  it('ends neither the process nor the session, nor any other', async () => {
    @Controller()
    class Failing {
      @SubscribeMapping('/sync')
      sync(): never {
        throw new Error('sync');
      }

      @SubscribeMapping('/rejected')
      rejected(): Promise<never> {
        return Promise.reject(new Error('rejected'));
      }

      @SubscribeMapping('/stream')
      stream(): Observable<never> {
        return throwError(() => new Error('stream'));
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Failing] });
    const other = await RawClient.connect(url);
    const paths = ['sync', 'rejected', 'stream'];
    await exchange(url, ...paths.map((path) => `SUBSCRIBE\nid:of-${path}\ndestination:/app/${path}\n\n\0`));
    expect(await other.sync()).toEqual([]);
    expect(logger.textsOf('error').map((text) => text.split('. ')[1])).toEqual(paths);
  });

  it('is not looked at before CONNECT', async () => {
    @Controller()
    class Handlers {
      @SubscribeMapping('/x')
      x(): void {
        steps.push('x');
      }
    }
    const { url } = await startTestApp({ controllers: [Handlers] });
    const client = await RawClient.open(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/app/x\n\n\0CONNECT\naccept-version:1.2\n\n\0');
    expect(headerOf(await client.next(), 'code')).toBe('STOMP_ERR_NOT_CONNECTED');
    await client.closed;
    expect(steps).toEqual([]);
  });
});

describe('[GHSA-5mvw-93v2-cm4m] the context of a message', () => {
  it('is not shared with a message that is handled at the same time', async () => {
    const waiting: (() => void)[] = [];
    let arrive: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (arrive = resolve));
    class SlowGuard implements CanActivate {
      async canActivate(context: ExecutionContext): Promise<boolean> {
        const before = context.switchToWs().getData<string>();
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) arrive();
        });
        const session = context.switchToWs().getClient<SimpSession>();
        session.attributes.set('body', context.switchToWs().getData<string>());
        steps.push(`${before} ${String(session.attributes.get('body'))}`);
        return session.attributes.get('body') === 'joe';
      }
    }
    @Controller()
    class Doors {
      @MessageMapping('/door')
      @UseGuards(SlowGuard)
      pass(text: string): string {
        return text;
      }
    }
    const { url } = await startTestApp({ controllers: [Doors] });
    const clients = [await RawClient.connect(url), await RawClient.connect(url)];
    for (const client of clients) client.send('SUBSCRIBE\nid:s\ndestination:/topic/door\n\n\0');
    clients[0]?.send('SEND\ndestination:/app/door\n\njoe\0');
    clients[1]?.send('SEND\ndestination:/app/door\n\neve\0');
    await both;
    for (const resume of waiting) resume();
    const received = await Promise.all(clients.map(async (client) => (await client.sync()).map(bodyOf)));
    expect(received.flat()).toContain('joe');
    expect(received.flat()).not.toContain('eve');
    expect(steps.sort()).toEqual(['eve eve', 'joe joe']);
  });
});
