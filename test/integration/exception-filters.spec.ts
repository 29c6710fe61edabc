import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Catch,
  Controller,
  ForbiddenException,
  HttpException,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type ExceptionFilter,
  type ExecutionContext,
} from '@nestjs/common';
import { BaseWsExceptionFilter, WsException } from '@nestjs/websockets';
import { concat, map, of, throwError, type Observable } from 'rxjs';
import {
  Header,
  MessageConversionError,
  MessageMapping,
  MessageRejectedError,
  SubscribeMapping,
} from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

const RECEIPT = 'RECEIPT\nreceipt-id:r\n\n\0';

/** Catches everything, and answers with what it is given. */
@Catch()
class Answering implements ExceptionFilter {
  readonly caught: unknown[] = [];

  constructor(private readonly answer?: unknown) {}

  catch(error: unknown): unknown {
    this.caught.push(error);
    return this.answer;
  }
}

describe('What an exception filter has caught', () => {
  it.each([
    ['nothing', undefined],
    ['a string', 'secret'],
    ['an object', { event: 'exception', data: 'secret' }],
    ['a promise', Promise.resolve('secret')],
    ['an Observable', of('secret')],
  ])('is dealt with, and its answer, %s, goes to nobody', async (_kind, answer) => {
    @Controller()
    class Failing {
      @MessageMapping('/fail')
      @UseFilters(new Answering(answer))
      fail(): never {
        throw new Error('broken');
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Failing] });
    const frames = await exchange(url, 'SEND\ndestination:/app/fail\nreceipt:r\n\n\0');
    expect(frames).toEqual([RECEIPT]);
    expect([...logger.textsOf('error'), ...logger.textsOf('warn')]).toEqual([]);
  });

  it('comes from guards, interceptors, pipes, parameters, bodies, handlers and their promises', async () => {
    const filter = new Answering();
    @Controller()
    @UseFilters(filter)
    class Failing {
      @MessageMapping('/guard')
      @UseGuards({ canActivate: () => false })
      guard(): void {}

      @MessageMapping('/interceptor')
      @UseInterceptors({ intercept: () => throwError(() => new Error('of the interceptor')) })
      interceptor(): void {}

      @MessageMapping('/pipe')
      pipe(
        @Header('n', {
          transform: () => {
            throw new BadRequestException('of the pipe');
          },
        })
        _value: string,
      ): void {}

      @MessageMapping('/parameter')
      parameter(@Header('absent') _value: string): void {}

      @MessageMapping('/body')
      body(_value: number): void {}

      @MessageMapping('/handler')
      handler(): never {
        throw new Error('of the handler');
      }

      @MessageMapping('/promise')
      promise(): Promise<never> {
        return Promise.reject(new Error('of the promise'));
      }
    }
    const { url } = await startTestApp({ controllers: [Failing] });
    const places = ['guard', 'interceptor', 'pipe', 'parameter', 'body', 'handler', 'promise'];
    const frames = places.map((place) => `SEND\ndestination:/app/${place}\nn:1\n\nx\0`);
    expect(await exchange(url, ...frames)).toEqual([]);
    expect(filter.caught).toEqual([
      new ForbiddenException('Forbidden resource'),
      new Error('of the interceptor'),
      new BadRequestException('of the pipe'),
      new MessageRejectedError('Missing header absent'),
      new MessageConversionError('The body is not JSON'),
      new Error('of the handler'),
      new Error('of the promise'),
    ]);
  });

  it('comes from a value that cannot be sent', async () => {
    const filter = new Answering();
    @Controller()
    class Failing {
      @MessageMapping('/circle')
      @UseFilters(filter)
      circle(): object {
        const circle: Record<string, unknown> = {};
        circle['self'] = circle;
        return circle;
      }
    }
    const { url } = await startTestApp({ controllers: [Failing] });
    expect(await exchange(url, 'SEND\ndestination:/app/circle\n\n\0')).toEqual([]);
    expect(filter.caught).toEqual([new MessageConversionError('The value cannot be written as JSON')]);
  });

  it.each([
    ['alone', []],
    ['behind an interceptor', [{ intercept: (_: ExecutionContext, next: CallHandler) => next.handle() }]],
    [
      'behind an interceptor that maps',
      [
        {
          intercept: (_: ExecutionContext, next: CallHandler<string>) =>
            next.handle().pipe(map((value) => value)),
        },
      ],
    ],
  ])(
    'comes from the middle of an Observable, %s; what was emitted before stays sent',
    async (_title, around) => {
      let caught: (error: unknown) => void = () => undefined;
      const failure = new Promise<unknown>((resolve) => (caught = resolve));
      @Controller()
      class Failing {
        @MessageMapping('/stream')
        @UseInterceptors(...around)
        @UseFilters({ catch: caught })
        stream(): Observable<string> {
          return concat(
            of('one', 'two'),
            throwError(() => new Error('broken')),
            of('three'),
          );
        }
      }
      const { url, logger } = await startTestApp({ controllers: [Failing] });
      const client = await RawClient.connect(url);
      client.send('SUBSCRIBE\nid:s\ndestination:/topic/stream\n\n\0');
      client.send('SEND\ndestination:/app/stream\n\n\0');
      expect([bodyOf(await client.next()), bodyOf(await client.next())]).toEqual(['one', 'two']);
      expect(await failure).toEqual(new Error('broken'));
      expect(await client.sync()).toEqual([]);
      expect([...logger.textsOf('error'), ...logger.textsOf('warn')]).toEqual([]);
    },
  );

  it('is not JSON on the wire: a BaseWsExceptionFilter cannot write to the client', async () => {
    const called: string[] = [];
    @Catch()
    class Gateways extends BaseWsExceptionFilter {
      override catch(exception: WsException, host: ArgumentsHost): void {
        called.push(exception.message);
        super.catch(exception, host);
      }
    }
    @Controller()
    @UseFilters(Gateways)
    class Failing {
      @MessageMapping('/fail')
      fail(text: string): never {
        throw text === 'ws' ? new WsException('for the client') : new Error('unknown');
      }

      @SubscribeMapping('/fail')
      failToo(): never {
        throw new WsException({ status: 'error', message: 'object' });
      }
    }
    const { url } = await startTestApp({ controllers: [Failing] });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/fail\n\nws\0',
      'SEND\ndestination:/app/fail\n\nother\0',
      'SUBSCRIBE\nid:s\ndestination:/app/fail\n\n\0',
    );
    expect(frames).toEqual([]);
    expect(called).toEqual(['for the client', 'unknown', 'object']);
  });
});

describe('An exception filter', () => {
  it('is asked before one further out, and only for what it catches', async () => {
    const http = new Answering();
    const all = new Answering();
    @Catch(HttpException)
    class HttpOnly implements ExceptionFilter {
      catch(error: HttpException): void {
        http.catch(error);
      }
    }
    @Controller()
    @UseFilters(all)
    class Failing {
      @MessageMapping('/fail')
      @UseFilters(HttpOnly)
      fail(text: string): never {
        throw text === 'http' ? new BadRequestException('http') : new Error('other');
      }
    }
    const { url } = await startTestApp({ controllers: [Failing] });
    await exchange(url, 'SEND\ndestination:/app/fail\n\nhttp\0', 'SEND\ndestination:/app/fail\n\nother\0');
    expect(http.caught).toEqual([new BadRequestException('http')]);
    expect(all.caught).toEqual([new Error('other')]);
  });

  it('that catches something else leaves the failure to be reported', async () => {
    @Catch(HttpException)
    class HttpOnly extends Answering {}
    @Controller()
    class Failing {
      @MessageMapping('/fail')
      @UseFilters(new HttpOnly())
      fail(): never {
        throw new Error('broken');
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Failing] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/fail\nreceipt:r\n\n\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:The message could not be handled\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\n' +
        'content-length:0\n\n\0',
    );
    expect(logger.textsOf('error')).toEqual([expect.stringContaining('Failing.fail failed')]);
  });

  it.each([
    [
      'throwing',
      () => {
        throw new WsException('Sold out');
      },
    ],
    ['rejecting', () => Promise.reject(new WsException('Sold out'))],
  ])('translates a failure for the client by %s another', async (_how, translate) => {
    @Controller()
    class Failing {
      @MessageMapping('/fail')
      @UseFilters({ catch: translate })
      fail(): never {
        throw new Error('stock -1');
      }
    }
    const { url } = await startTestApp({ controllers: [Failing] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/fail\nreceipt:r\n\n\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:Sold out\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    );
  });
});
