import { afterEach, describe, expect, it } from '@jest/globals';
import { BadRequestException, Controller, NotFoundException } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { Header, MessageMapping, MessageRejectedError, SendTo, SubscribeMapping } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** A handler that throws this value. */
function failingWith(thrown: unknown) {
  @Controller()
  class Failing {
    @MessageMapping('/fail')
    fail(): never {
      throw thrown;
    }

    @MessageMapping('/reject')
    reject(): Promise<never> {
      return Promise.reject(thrown);
    }

    @SubscribeMapping('/fail')
    refuse(): never {
      throw thrown;
    }

    @MessageMapping('/echo')
    echo(text: string): string {
      return text;
    }
  }
  return Failing;
}

const failingFrames = [
  ['a SEND, the handler throws', 'SEND\ndestination:/app/fail\n\n\0'],
  ['a SEND, the promise of the handler is rejected', 'SEND\ndestination:/app/reject\n\n\0'],
  ['a SUBSCRIBE, the handler throws', 'SUBSCRIBE\nid:s\ndestination:/app/fail\n\n\0'],
] as const;

describe('A failure that nobody in the application handles', () => {
  it.each(failingFrames)('[ANN-42] is only logged, and the session stays: %s', async (_title, frame) => {
    const { url, logger } = await startTestApp({ controllers: [failingWith(new Error('broken'))] });
    const frames = await exchange(url, frame, 'SEND\ndestination:/app/echo\n\nstill here\0');
    expect(frames.map(bodyOf)).toEqual(['still here']);
    expect(logger.textsOf('error')).toEqual([
      expect.stringMatching(
        /^Failing\.(fail|reject|refuse) failed for (MESSAGE|SUBSCRIBE) "\/app\/(fail|reject)" of session [0-9a-f-]{36}\. broken$/,
      ),
    ]);
    expect(logger.textsOf('warn')).toEqual([]);
  });

  it.each(failingFrames)('[ANN-42] ends the session that waits for a receipt: %s', async (_title, frame) => {
    const { url } = await startTestApp({ controllers: [failingWith(new Error('broken'))] });
    const client = await RawClient.connect(url);
    client.send(frame.replace('\n\n', '\nreceipt:r-1\n\n'));
    client.send(`SEND\ndestination:/app/echo\n\nnever looked at\0`);
    expect(await client.next()).toBe(
      'ERROR\nmessage:The message could not be handled\nreceipt-id:r-1\ncode:STOMP_ERR_HANDLER\n' +
        'content-length:0\n\n\0',
    );
    expect(await client.closed).toEqual({ code: 1011, reason: 'The message could not be handled' });
    expect(await client.next()).toBe('');
  });

  it.each([
    ['a WsException', new WsException('Sold out'), 'Sold out'],
    ['an HttpException', new NotFoundException('No such room'), 'No such room'],
    [
      'an HttpException with a list',
      new BadRequestException(['a is wrong', 'b is wrong']),
      'a is wrong; b is wrong',
    ],
    ['a MessageRejectedError', new MessageRejectedError('Not on Sundays'), 'Not on Sundays'],
  ])('shows the client the text that was made for it: %s', async (_kind, thrown, text) => {
    const { url, logger } = await startTestApp({ controllers: [failingWith(thrown)] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/fail\nreceipt:r\n\n\0');
    expect(await client.next()).toBe(
      `ERROR\nmessage:${text}\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0`,
    );
    await client.closed;
    expect(logger.textsOf('error')).toEqual([]);
    expect(logger.textsOf('warn')).toContainEqual(expect.stringMatching(/^Failing\.fail failed for MESSAGE/));
  });

  it.each([
    ['an Error', new Error('password is hunter2')],
    ['a string', 'password is hunter2'],
    ['an object', { message: 'password is hunter2' }],
    ['undefined', undefined],
  ])('shows the client nothing of %s [D100]', async (_kind, thrown) => {
    const { url } = await startTestApp({ controllers: [failingWith(thrown)] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/fail\nreceipt:r\n\n\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:The message could not be handled\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\n' +
        'content-length:0\n\n\0',
    );
  });

  it('[ANN-42] may be one of a parameter, of the body, or of sending what was returned', async () => {
    const handled: string[] = [];
    @Controller()
    class Failing {
      @MessageMapping('/header')
      header(@Header('absent') _value: string): void {
        handled.push('header');
      }

      @MessageMapping('/number')
      number(_value: number): void {
        handled.push('number');
      }

      @MessageMapping('/big')
      @SendTo('/topic/big', '/topic/bigger')
      big(): object {
        handled.push('big');
        return { big: 1n };
      }
    }
    const { url, logger } = await startTestApp({ controllers: [Failing] });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/header\n\n\0',
      'SEND\ndestination:/app/number\n\n"text"\0',
      'SEND\ndestination:/app/big\n\n\0',
    );
    expect(frames).toEqual([]);
    expect(handled).toEqual(['big']);
    expect(logger.textsOf('warn')).toEqual([
      expect.stringContaining('Missing header absent'),
      expect.stringContaining('The JSON body is not a number'),
      expect.stringContaining('The value cannot be written as JSON (Do not know how to serialize a BigInt)'),
    ]);
  });

  it('of an asynchronous handler is logged with its stack, once', async () => {
    const { url, app } = await startTestApp({ controllers: [failingWith(new Error('broken'))] });
    const entries: unknown[][] = [];
    app.useLogger({
      log: () => undefined,
      warn: (...entry: unknown[]) => entries.push(entry),
      error: (...entry: unknown[]) => entries.push(entry),
    });
    await exchange(url, 'SEND\ndestination:/app/reject\n\n\0');
    expect(entries).toEqual([
      [
        expect.stringContaining('broken'),
        expect.stringContaining('handler-errors.spec.ts'),
        'StompMessageHandler',
      ],
    ]);
  });

  it('leaves the other handlers of the session in their order', async () => {
    const { url } = await startTestApp({ controllers: [failingWith(new Error('broken'))] });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/echo\n\n1\0SEND\ndestination:/app/reject\n\n\0SEND\ndestination:/app/echo\n\n2\0',
      'SEND\ndestination:/app/fail\n\n\0SEND\ndestination:/app/echo\n\n3\0',
    );
    expect(frames.map(bodyOf)).toEqual(['1', '2', '3']);
  });
});
