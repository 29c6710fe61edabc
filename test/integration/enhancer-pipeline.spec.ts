import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Injectable,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { MessageBody } from '@nestjs/websockets';
import { IsInt, IsString, Min } from 'class-validator';
import { defer, NEVER, of, tap, type Observable } from 'rxjs';
import { MessageMapping, Payload, SubscribeMapping } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

const deny: CanActivate = { canActivate: () => false };

/** What has happened, in order. */
const steps: string[] = [];

afterEach(() => {
  steps.length = 0;
});

class Order {
  @IsString()
  readonly article: string = '';

  @IsInt()
  @Min(1)
  readonly pieces: number = 0;
}

describe('A guard', () => {
  it('denies before an unreadable payload is complained about', async () => {
    @Controller()
    class Orders {
      @MessageMapping('/open')
      open(@Payload() order: Order): void {
        steps.push(order.article);
      }

      @MessageMapping('/guarded')
      @UseGuards(deny)
      guarded(@Payload() order: Order): void {
        steps.push(order.article);
      }
    }
    const { url } = await startTestApp({ controllers: [Orders] });
    const answerTo = async (destination: string): Promise<string> => {
      const client = await RawClient.connect(url);
      client.send(`SEND\ndestination:${destination}\nreceipt:r\n\nnot json\0`);
      return client.next();
    };
    expect(await answerTo('/app/open')).toBe(
      'ERROR\nmessage:The body is not JSON\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    );
    expect(await answerTo('/app/guarded')).toBe(
      'ERROR\nmessage:Forbidden resource\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    );
    expect(steps).toEqual([]);
  });

  it('is awaited before the next frame of the session is looked at', async () => {
    let open: (answer: boolean) => void = () => undefined;
    const decided = new Promise<boolean>((resolve) => (open = resolve));
    let enter: () => void = () => undefined;
    const entered = new Promise<void>((resolve) => (enter = resolve));

    class SlowGuard implements CanActivate {
      canActivate(context: ExecutionContext): Promise<boolean> {
        steps.push(`guard ${context.switchToWs().getData<string>()}`);
        enter();
        return decided;
      }
    }
    @Controller()
    class Doors {
      @MessageMapping('/door')
      @UseGuards(SlowGuard)
      pass(text: string): void {
        steps.push(`handler ${text}`);
      }
    }
    const { url } = await startTestApp({ controllers: [Doors] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/door\n\none\0SEND\ndestination:/app/door\n\ntwo\0');
    await entered;
    const bystander = await RawClient.connect(url);
    expect(await bystander.sync()).toEqual([]);
    expect(steps).toEqual(['guard one']);

    open(true);
    await client.sync();
    expect(steps).toEqual(['guard one', 'handler one', 'guard two', 'handler two']);
  });

  it('keeps a subscription from being answered and its Observable from being subscribed to', async () => {
    @Controller()
    @UseGuards(deny)
    class Prices {
      @SubscribeMapping('/prices')
      prices(): Observable<string> {
        return defer(() => {
          steps.push('subscribed');
          return of('1');
        });
      }
    }
    const { url } = await startTestApp({ controllers: [Prices] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/app/prices\n\n\0');
    expect(await client.sync()).toEqual([]);
    client.send('SUBSCRIBE\nid:t\ndestination:/app/prices\nreceipt:r\n\n\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:Forbidden resource\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    );
    expect(steps).toEqual([]);
  });

  it('may be an Observable of a refusal', async () => {
    @Controller()
    class Doors {
      @MessageMapping('/door')
      @UseGuards({ canActivate: () => of(false) })
      pass(text: string): string {
        return text;
      }
    }
    const { url } = await startTestApp({ controllers: [Doors] });
    expect(await exchange(url, 'SEND\ndestination:/app/door\n\nhi\0')).toEqual([]);
  });

  it('is shown the destination without its prefix as the pattern', async () => {
    @Controller()
    class Doors {
      @MessageMapping('/doors/{door}')
      @UseGuards({
        canActivate: (context: ExecutionContext) => {
          steps.push(context.switchToWs().getPattern());
          return true;
        },
      })
      pass(): void {}
    }
    const { url } = await startTestApp({ controllers: [Doors] });
    await exchange(url, 'SEND\ndestination:/app/doors/7\n\nhi\0');
    expect(steps).toEqual(['/doors/7']);
  });
});

describe('The enhancers of a handler', () => {
  it('run in the order of an HTTP handler: guards, interceptors, pipes, and from outside in', async () => {
    const guard = (name: string): CanActivate => ({
      canActivate: () => {
        steps.push(`guard ${name}`);
        return true;
      },
    });
    const interceptor = (name: string): NestInterceptor => ({
      intercept: (_context: ExecutionContext, next: CallHandler) => {
        steps.push(`before ${name}`);
        return next.handle().pipe(tap(() => steps.push(`after ${name}`)));
      },
    });
    const pipe = (name: string): PipeTransform => ({
      transform: (value: unknown) => {
        steps.push(`pipe ${name}`);
        return value;
      },
    });
    @Controller()
    @UseGuards(guard('class'))
    @UseInterceptors(interceptor('class'))
    @UsePipes(pipe('class'))
    class Ordered {
      @MessageMapping('/ordered')
      @UseGuards(guard('method'))
      @UseInterceptors(interceptor('method'))
      @UsePipes(pipe('method'))
      handle(@Payload(pipe('parameter')) text: string): string {
        steps.push('handler');
        return text;
      }
    }
    const { url } = await startTestApp({
      controllers: [Ordered],
      prepare: (app) => {
        app.useGlobalGuards(guard('global'));
        app.useGlobalInterceptors(interceptor('global'));
        app.useGlobalPipes(pipe('global'));
      },
    });
    await exchange(url, 'SEND\ndestination:/app/ordered\n\nhi\0');
    expect(steps).toEqual([
      ...['guard global', 'guard class', 'guard method'],
      ...['before global', 'before class', 'before method'],
      ...['pipe global', 'pipe class', 'pipe method', 'pipe parameter'],
      'handler',
      ...['after method', 'after class', 'after global'],
    ]);
  });

  it('include an interceptor that answers without the handler', async () => {
    @Injectable()
    class Cache implements NestInterceptor {
      intercept(): Observable<string> {
        return of('from the cache');
      }
    }
    @Controller()
    class Slow {
      @MessageMapping('/slow')
      @UseInterceptors(Cache)
      slow(): Observable<never> {
        steps.push('handler');
        return NEVER;
      }
    }
    const { url } = await startTestApp({ controllers: [Slow] });
    const frames = await exchange(url, 'SEND\ndestination:/app/slow\n\nhi\0');
    expect(frames.map(bodyOf)).toEqual(['from the cache']);
    expect(steps).toEqual([]);
  });
});

describe('ValidationPipe', () => {
  @Controller()
  class Orders {
    @MessageMapping('/payload')
    payload(@Payload(new ValidationPipe({ transform: true })) order: Order): string {
      return `${order instanceof Order} ${order.article}`;
    }

    @MessageMapping('/message-body')
    messageBody(@MessageBody(new ValidationPipe({ transform: true })) order: Order): string {
      return `${order instanceof Order} ${order.article}`;
    }

    @MessageMapping('/unannotated')
    @UsePipes(new ValidationPipe({ transform: true }))
    unannotated(order: Order): string {
      return `${order instanceof Order} ${order.article}`;
    }
  }
  const places = ['/payload', '/message-body', '/unannotated'];

  it.each(places)('makes an instance of the class for %s', async (place) => {
    const { url } = await startTestApp({ controllers: [Orders] });
    const frames = await exchange(url, `SEND\ndestination:/app${place}\n\n{"article":"tea","pieces":2}\0`);
    expect(frames.map(bodyOf)).toEqual(['true tea']);
  });

  it.each(places)('tells a client that waits for a receipt what is wrong at %s', async (place) => {
    const { url } = await startTestApp({ controllers: [Orders] });
    const client = await RawClient.connect(url);
    client.send(`SEND\ndestination:/app${place}\nreceipt:r\n\n{"article":7,"pieces":0}\0`);
    expect(await client.next()).toBe(
      'ERROR\nmessage:article must be a string; pieces must not be less than 1\nreceipt-id:r\n' +
        'code:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    );
  });

  it('validates when it is global, and says nothing to a client that does not wait', async () => {
    @Controller()
    class Plain {
      @MessageMapping('/plain')
      plain(order: Order): string {
        return order.article;
      }
    }
    const { url } = await startTestApp({
      controllers: [Plain],
      prepare: (app) => app.useGlobalPipes(new ValidationPipe()),
    });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/plain\n\n{"article":"tea"}\0',
      'SEND\ndestination:/app/plain\n\n{"article":"tea","pieces":1}\0',
    );
    expect(frames.map(bodyOf)).toEqual(['tea']);
  });
});
