import { afterEach, describe, expect, it } from '@jest/globals';
import { Catch, Controller, UseFilters, type ExceptionFilter } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { WsException } from '@nestjs/websockets';
import { MessageControllerAdvice, MessageExceptionHandler, MessageMapping } from 'nestjs-stomp';
import { listenToErrors, newsAfter } from '../support/error-listener.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

let caught: string[];

/** A filter that says what it has caught. */
function catching(where: string): ExceptionFilter<Error> {
  return { catch: (error) => void caught.push(`${where}: ${error.message}`) };
}

class OwnError extends Error {}
class AdviceError extends Error {}
class MethodError extends Error {}

const ERRORS: Readonly<Record<string, Error>> = {
  own: new OwnError('own'),
  advice: new AdviceError('advice'),
  method: new MethodError('method'),
  other: new Error('other'),
};

@Catch(MethodError)
class ForMethodErrors implements ExceptionFilter {
  catch(error: Error): void {
    caught.push(`method filter: ${error.message}`);
  }
}

@Controller()
class Failing {
  @MessageMapping('/fail')
  @UseFilters(ForMethodErrors)
  fail(which: string): never {
    throw ERRORS[which] ?? new Error('nothing');
  }

  @MessageExceptionHandler()
  own(error: OwnError): string {
    return `own: ${error.message}`;
  }
}

@MessageControllerAdvice()
class Advice {
  @MessageExceptionHandler()
  advice(error: AdviceError): string {
    return `advice: ${error.message}`;
  }
}

const frames = Object.keys(ERRORS).map(
  (which) => `SEND\ndestination:/app/fail\nreceipt:${which}\n\n${which}\0`,
);
const receipts = Object.keys(ERRORS).map((which) => `RECEIPT\nreceipt-id:${which}\n\n\0`);

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

describe('Exception handlers and exception filters', () => {
  it('are asked in this order: the class, advices, filters of the method, of the class, of the application', async () => {
    caught = [];
    const { url, logger } = await startTestApp({
      controllers: [Failing],
      providers: [Advice, { provide: APP_FILTER, useValue: catching('application') }],
    });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, ...frames)).toEqual([
      'errors: own: own',
      receipts[0],
      'errors: advice: advice',
      ...receipts.slice(1),
    ]);
    expect(caught).toEqual(['method filter: method', 'application: other']);
    expect([...logger.textsOf('error'), ...logger.textsOf('warn')]).toEqual([]);
  });

  it('leave everything to filters where there is no exception handler', async () => {
    caught = [];
    @Controller()
    @UseFilters(catching('class'))
    class Filtered {
      @MessageMapping('/fail')
      fail(which: string): never {
        throw ERRORS[which] ?? new Error('nothing');
      }
    }
    const { url } = await startTestApp({ controllers: [Filtered] });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, ...frames)).toEqual(receipts);
    expect(caught).toEqual(['class: own', 'class: advice', 'class: method', 'class: other']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new WsException('of the exception handler');
      },
    ],
    ['rejects', () => Promise.reject(new WsException('of the exception handler'))],
    [
      'throws the same again',
      (error: Error) => {
        throw error;
      },
    ],
  ])(
    'an exception handler that %s is logged, and what the handler threw goes to the filters, not to the advices',
    async (_how, fail) => {
      caught = [];
      @Controller()
      @UseFilters(catching('class'))
      class Worse {
        @MessageMapping('/fail')
        fail(): never {
          throw new Error('original');
        }

        @MessageExceptionHandler()
        failed(error: Error): unknown {
          return fail(error);
        }
      }
      @MessageControllerAdvice()
      class ForAll {
        @MessageExceptionHandler()
        failed(): string {
          return 'never';
        }
      }
      const { url, logger } = await startTestApp({ controllers: [Worse], providers: [ForAll] });
      const client = await listenToErrors(url);
      expect(await newsAfter(client, 'SEND\ndestination:/app/fail\nreceipt:r\n\n\0')).toEqual([
        'RECEIPT\nreceipt-id:r\n\n\0',
      ]);
      expect(caught).toEqual(['class: original']);
      expect(logger.textsOf('error')).toEqual([
        expect.stringMatching(
          /^Worse\.failed failed for what Worse\.fail of session [0-9a-f-]{36} has thrown\. /,
        ),
      ]);
    },
  );

  it('report what nobody handles as the failure of the handler, if the exception handler fails', async () => {
    @Controller()
    class Worse {
      @MessageMapping('/fail')
      fail(): never {
        throw new WsException('Sold out');
      }

      @MessageExceptionHandler()
      failed(): never {
        throw new WsException('password is hunter2');
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Worse] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/fail\nreceipt:r\n\n\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:Sold out\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    );
    expect(logger.textsOf('error')).toEqual([expect.stringContaining('Worse.failed failed')]);
    expect(logger.textsOf('warn')[0]).toMatch(/^Worse\.fail failed .* Sold out$/);
  });

  it('[ANN-50] have no say in what interceptors of channels and the router refuse', async () => {
    @Controller()
    class Ambiguous {
      @MessageMapping('/x/{a}/z')
      one(): void {}

      @MessageMapping('/{b}/y/z')
      two(): void {}

      @MessageExceptionHandler()
      failed(): string {
        return 'never';
      }
    }
    const { url } = await startTestApp({
      controllers: [Ambiguous],
      stomp: {
        interceptors: {
          clientInbound: [
            {
              preSend: (message) => {
                if (message.headers.simpDestination === '/app/refused') throw new Error('refused');
                return message;
              },
            },
          ],
        },
      },
    });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, 'SEND\ndestination:/app/x/y/z\n\n\0')).toEqual([
      expect.stringContaining('Two handlers match this destination equally well'),
    ]);
    client.send('SEND\ndestination:/app/refused\n\n\0');
    expect(await client.next()).toMatch(/^ERROR\n/);
  });
});
