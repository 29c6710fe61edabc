import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Controller,
  Injectable,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { IsInt, Min } from 'class-validator';
import { concat, of, throwError, type Observable } from 'rxjs';
import {
  Header,
  MessageControllerAdvice,
  MessageExceptionHandler,
  MessageMapping,
  Payload,
  SubscribeMapping,
} from 'nestjs-stomp';
import { listenToErrors, newsAfter } from '../support/error-listener.js';
import { bodyOf } from '../support/exchange.js';
import { terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, createTestApp, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

class SoldOutError extends Error {}
class NothingLeftError extends SoldOutError {}

/** Throws what the body names. */
class Shop {
  @MessageMapping('/buy')
  buy(what: string): never {
    switch (what) {
      case 'nothing-left':
        throw new NothingLeftError('nothing left');
      case 'sold-out':
        throw new SoldOutError('sold out');
      case 'type':
        throw new TypeError('a bug');
      case 'wrapped':
        throw new Error('outer', { cause: new TypeError('middle', { cause: new SoldOutError('inner') }) });
      case 'ring': {
        const ring = new TypeError('ring');
        ring.cause = ring;
        throw ring;
      }
      default:
        throw what;
    }
  }
}

const buy = (what: string): string => `SEND\ndestination:/app/buy\n\n${what}\0`;

describe('A @MessageExceptionHandler', () => {
  it('[ANN-44] is chosen by the closest type, of the decorator or else of the parameters', async () => {
    @Controller()
    class Failing extends Shop {
      @MessageExceptionHandler()
      everything(thrown: unknown): string {
        return `everything ${String(thrown)}`;
      }

      @MessageExceptionHandler(SoldOutError)
      soldOut(error: Error): string {
        return `sold out ${error.message}`;
      }

      @MessageExceptionHandler()
      nothingLeft(error: NothingLeftError): string {
        return `nothing left ${error.message}`;
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Failing] });
    const client = await listenToErrors(url);
    const things = ['nothing-left', 'sold-out', 'type', 'text'];
    expect(await newsAfter(client, ...things.map(buy))).toEqual([
      'errors: nothing left nothing left',
      'errors: sold out sold out',
      'errors: everything TypeError: a bug',
      'errors: everything text',
    ]);
    expect([...logger.textsOf('error'), ...logger.textsOf('warn')]).toEqual([]);
  });

  it('[ANN-44] is called for a cause, and may have what was thrown as well', async () => {
    @Controller()
    class Failing extends Shop {
      @MessageExceptionHandler(SoldOutError)
      soldOut(inner: SoldOutError, middle: TypeError, outer: Error, untyped: SoldOutError | string): string {
        return [inner, middle, outer, untyped].map(String).join(', ');
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Failing] });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, buy('wrapped'), buy('ring'))).toEqual([
      'errors: Error: inner, TypeError: middle, Error: outer, Error: inner',
      expect.stringContaining('"code":"STOMP_ERR_HANDLER"'),
    ]);
    expect(logger.textsOf('error')).toEqual([expect.stringMatching(/^Failing\.buy failed .* ring$/)]);
  });

  it('handles what guards, interceptors, pipes, parameters, bodies, handlers, promises and results throw', async () => {
    @Controller()
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

      @MessageMapping('/result')
      result(): object {
        return { big: 1n };
      }

      @MessageExceptionHandler()
      failed(error: Error): string {
        return error.message;
      }
    }
    const { url } = await startTestApp({ controllers: [Failing] });
    const client = await listenToErrors(url);
    const places = ['guard', 'interceptor', 'pipe', 'parameter', 'body', 'handler', 'promise', 'result'];
    const frames = places.map((place) => `SEND\ndestination:/app/${place}\nn:1\n\nx\0`);
    expect(await newsAfter(client, ...frames)).toEqual([
      'errors: Forbidden resource',
      'errors: of the interceptor',
      'errors: of the pipe',
      'errors: Missing header absent',
      'errors: The body is not JSON',
      'errors: of the handler',
      'errors: of the promise',
      'errors: The value cannot be written as JSON',
    ]);
  });

  it('handles a stream that fails, at once or after its frame was answered', async () => {
    @Controller()
    class Failing {
      @MessageMapping('/stream')
      stream(count: number): Observable<number> {
        return concat(
          of(...Array.from({ length: count }, (_, index) => index)),
          throwError(() => new Error(`broken after ${count}`)),
        );
      }

      @MessageExceptionHandler()
      failed(error: Error): string {
        return error.message;
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Failing] });
    const client = await listenToErrors(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/stream\n\n\0');
    client.send('SEND\ndestination:/app/stream\n\n0\0');
    expect(bodyOf(await client.next())).toBe('broken after 0');
    client.send('SEND\ndestination:/app/stream\n\n2\0');
    const frames = [await client.next(), await client.next(), await client.next()];
    expect(frames.map(bodyOf)).toEqual(['0', '1', 'broken after 2']);
    expect([...logger.textsOf('error'), ...logger.textsOf('warn')]).toEqual([]);
  });

  it('handles what a ValidationPipe refuses', async () => {
    class Order {
      @IsInt()
      @Min(1)
      amount!: number;
    }
    @Controller()
    class Orders {
      @MessageMapping('/order')
      order(@Payload(new ValidationPipe()) _order: Order): string {
        return 'ordered';
      }

      @MessageExceptionHandler(BadRequestException)
      invalid(error: BadRequestException): object {
        return { problems: (error.getResponse() as { message: string[] }).message };
      }
    }
    const { url } = await startTestApp({ controllers: [Orders] });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, 'SEND\ndestination:/app/order\n\n{"amount":0}\0')).toEqual([
      'errors: {"problems":["amount must not be less than 1"]}',
    ]);
  });

  it('[ANN-43] handles a @SubscribeMapping that fails, and answers on the errors, not on the subscription', async () => {
    @Controller()
    class Failing {
      @SubscribeMapping('/init')
      init(): never {
        throw new SoldOutError('no data');
      }

      @MessageExceptionHandler()
      failed(error: Error): string {
        return error.message;
      }
    }
    const { url } = await startTestApp({ controllers: [Failing] });
    const client = await listenToErrors(url);
    const frame = 'SUBSCRIBE\nid:init\ndestination:/app/init\nreceipt:r\n\n\0';
    expect(await newsAfter(client, frame)).toEqual(['errors: no data', 'RECEIPT\nreceipt-id:r\n\n\0']);
  });

  it('has handled the message: the client gets its RECEIPT, and nothing is logged', async () => {
    @Controller()
    class Failing extends Shop {
      @MessageExceptionHandler(SoldOutError)
      silent(): void {}

      @MessageExceptionHandler(TypeError)
      silentToo(): Promise<null> {
        return Promise.resolve(null);
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Failing] });
    const client = await listenToErrors(url);
    const frames = ['sold-out', 'type'].map((what) => buy(what).replace('\n\n', `\nreceipt:${what}\n\n`));
    expect(await newsAfter(client, ...frames)).toEqual([
      'RECEIPT\nreceipt-id:sold-out\n\n\0',
      'RECEIPT\nreceipt-id:type\n\n\0',
    ]);
    expect([...logger.textsOf('error'), ...logger.textsOf('warn')]).toEqual([]);
  });
});

describe('Exception handlers are asked in order', () => {
  @MessageControllerAdvice()
  class ForAll {
    @MessageExceptionHandler()
    everything(): string {
      return 'for all';
    }
  }

  @MessageControllerAdvice({ controllers: [Shop] })
  class ForShops {
    @MessageExceptionHandler()
    soldOut(_error: SoldOutError): string {
      return 'for shops';
    }
  }

  @Controller()
  class OwnShop extends Shop {
    @MessageExceptionHandler()
    nothingLeft(_error: NothingLeftError): string {
      return 'own';
    }
  }

  @Controller()
  class Library {
    @MessageMapping('/lend')
    lend(): never {
      throw new SoldOutError();
    }
  }

  it('[ANN-45] the class itself, then the advices for it, as they are listed', async () => {
    const { url } = await startTestApp({ controllers: [OwnShop, Library], providers: [ForShops, ForAll] });
    const client = await listenToErrors(url);
    const frames = [...['nothing-left', 'sold-out', 'type'].map(buy), 'SEND\ndestination:/app/lend\n\n\0'];
    expect(await newsAfter(client, ...frames)).toEqual([
      'errors: own',
      'errors: for shops',
      'errors: for all',
      'errors: for all',
    ]);
  });

  it('[ANN-45] an advice that is listed first wins, however distant its type', async () => {
    const { url } = await startTestApp({ controllers: [OwnShop], providers: [ForAll, ForShops] });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, buy('sold-out'))).toEqual(['errors: for all']);
  });

  it('and none of them for a class that an advice does not name', async () => {
    const { url, logger } = await startTestApp({ controllers: [Library], providers: [ForShops] });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, 'SEND\ndestination:/app/lend\n\n\0')).toEqual([
      expect.stringContaining('STOMP_ERR_HANDLER'),
    ]);
    expect(logger.textsOf('error')).toHaveLength(1);
  });

  it('of a class without the decorator for nobody else', async () => {
    @Injectable()
    class NoAdvice {
      @MessageExceptionHandler()
      everything(): string {
        return 'wrong';
      }
    }
    const { url } = await startTestApp({ controllers: [Library], providers: [NoAdvice] });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, 'SEND\ndestination:/app/lend\n\n\0')).toEqual([
      expect.stringContaining('STOMP_ERR_HANDLER'),
    ]);
  });
});

describe('The boot fails for', () => {
  it('[ANN-49] two exception handlers of a class for the same type', async () => {
    @Controller()
    class Twice {
      @MessageExceptionHandler(SoldOutError)
      one(): void {}

      @MessageExceptionHandler()
      two(_error: SoldOutError): void {}
    }
    const { app } = await createTestApp({ controllers: [Twice] });
    await expect(app.init()).rejects.toThrow('handle SoldOutError: Twice.one and Twice.two.');
  });

  it('a method that is a handler and an exception handler', async () => {
    @Controller()
    class Both {
      @MessageMapping('/both')
      @MessageExceptionHandler()
      both(): void {}
    }
    const { app } = await createTestApp({ controllers: [Both] });
    await expect(app.init()).rejects.toThrow('Both.both has both a mapping and @MessageExceptionHandler');
  });

  it.each([
    ['guard', UseGuards({ canActivate: () => true })],
    ['interceptor', UseInterceptors({ intercept: (_context, next) => next.handle() })],
    ['pipe', UsePipes({ transform: (value: unknown) => value })],
    ['filter', UseFilters({ catch: () => undefined })],
  ])('a %s on an exception handler, which would never run', async (kind, enhancer) => {
    @Controller()
    class Guarded {
      @MessageExceptionHandler()
      @enhancer
      failed(): void {}
    }
    const { app } = await createTestApp({ controllers: [Guarded] });
    await expect(app.init()).rejects.toThrow(`Guarded.failed has a ${kind} that would never run`);
  });

  it.each([
    ['an exception handler', 'Ring.failed handles undefined, which is not a class'],
    ['an advice', 'The advice Ring is for undefined, which is not a class'],
  ])('%s that names a class which is not there yet', async (kind, text) => {
    const missing = undefined as unknown as typeof SoldOutError;
    @MessageControllerAdvice(kind === 'an advice' ? { controllers: [missing] } : {})
    class Ring {
      @MessageExceptionHandler(kind === 'an advice' ? Error : missing)
      failed(): void {}
    }
    const { app } = await createTestApp({ providers: [Ring] });
    await expect(app.init()).rejects.toThrow(text);
  });
});
