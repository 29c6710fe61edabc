import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BadRequestException, Controller } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { concat, defer, of, Subject, throwError, type Observable } from 'rxjs';
import { MessageMapping, MessageRejectedError, SubscribeMapping, type RejectionPolicy } from 'nestjs-stomp';
import { listenToErrors } from '../support/error-listener.js';
import { bodyOf, masked } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp, type TestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

let more: Subject<string>;
beforeEach(() => {
  more = new Subject();
});

@Controller()
class Failing {
  @MessageMapping('/fail')
  fail(text: string): never {
    switch (text) {
      case 'ws':
        throw new WsException('Sold out');
      case 'http':
        throw new BadRequestException(['a is wrong', 'b is wrong']);
      case 'rejected':
        throw new MessageRejectedError('Not on Sundays');
      default:
        throw new Error('password is hunter2');
    }
  }

  @SubscribeMapping('/fail')
  init(): never {
    throw new Error('password is hunter2');
  }

  @MessageMapping('/stream')
  stream(text: string): Observable<string> {
    return concat(
      of('one'),
      defer(() => more),
      throwError(() => (text === 'ws' ? new WsException('Sold out') : new Error('password is hunter2'))),
    );
  }

  @SubscribeMapping('/stream')
  streamToo(): Observable<string> {
    return concat(
      of('one'),
      throwError(() => new Error('password is hunter2')),
    );
  }
}

function start(rejections: RejectionPolicy): Promise<TestApp> {
  return startTestApp({
    controllers: [Failing],
    stomp: {
      rejections,
      interceptors: {
        clientInbound: [
          {
            preSend: (message) => {
              if (message.headers.simpDestination !== '/app/refused') return message;
              throw new MessageRejectedError('Not for you');
            },
          },
        ],
      },
    },
  });
}

const POLICIES = ['disconnect', 'report'] as const;

/** The news of a failed SEND, as they are on the wire. */
function newsOf(message: string, body: string, receipt?: string): string {
  return (
    `MESSAGE\nmessage:${message}\ncode:STOMP_ERR_HANDLER\n` +
    (receipt === undefined ? '' : `receipt-id:${receipt}\n`) +
    'destination:/user/queue/errors\ncontent-type:application/json\nsubscription:errors\nmessage-id:*\n' +
    `content-length:${body.length}\n\n${body}\0`
  );
}

const SEND = 'SEND\ndestination:/app/fail\n\nx\0';
const SEND_WITH_RECEIPT = 'SEND\ndestination:/app/fail\nreceipt:r\n\nx\0';
const TEXT = 'The message could not be handled';
const REPORT = `{"code":"STOMP_ERR_HANDLER","message":"${TEXT}","command":"SEND","destination":"/app/fail"}`;
const REPORT_WITH_RECEIPT = REPORT.replace('}', ',"receipt":"r"}');
const ERROR = `ERROR\nmessage:${TEXT}\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0`;

describe.each(POLICIES)('A failure that nobody handles, with rejections: %s', (rejections) => {
  it('is told to a client that listens, and nothing internal is [D100]', async () => {
    const { url } = await start(rejections);
    const client = await listenToErrors(url);
    client.send(SEND);
    expect(masked(await client.next())).toBe(newsOf(TEXT, REPORT));
    expect(await client.sync()).toEqual([]);
  });

  it('is not told to a client that does not listen; its session lives on', async () => {
    const { url } = await start(rejections);
    const client = await RawClient.connect(url);
    client.send(SEND);
    expect(await client.sync()).toEqual([]);
  });

  it('ends a session that waits for a receipt and does not listen', async () => {
    const { url } = await start(rejections);
    const client = await RawClient.connect(url);
    client.send(SEND_WITH_RECEIPT);
    expect(await client.next()).toBe(ERROR);
    expect((await client.closed).code).toBe(1011);
  });

  it('is told to a client that listens and waits for a receipt; then its session ends, but for "report"', async () => {
    const { url } = await start(rejections);
    const client = await listenToErrors(url);
    client.send(SEND_WITH_RECEIPT);
    expect(masked(await client.next())).toBe(newsOf(TEXT, REPORT_WITH_RECEIPT, 'r'));
    if (rejections === 'report') expect(await client.sync()).toEqual([]);
    else expect(await client.next()).toBe(ERROR);
  });

  it('may be one of a subscription, which is named', async () => {
    const { url } = await start(rejections);
    const client = await listenToErrors(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/app/fail\n\n\0');
    expect(JSON.parse(bodyOf(await client.next()))).toEqual({
      code: 'STOMP_ERR_HANDLER',
      message: TEXT,
      command: 'SUBSCRIBE',
      destination: '/app/fail',
      subscription: 's',
    });
  });

  it.each([
    ['ws', 'Sold out'],
    ['http', 'a is wrong; b is wrong'],
    ['rejected', 'Not on Sundays'],
  ])('has the text that was made for the client: %s', async (kind, text) => {
    const { url, logger } = await start(rejections);
    const client = await listenToErrors(url);
    client.send(`SEND\ndestination:/app/fail\n\n${kind}\0`);
    expect(masked(await client.next())).toBe(newsOf(text, REPORT.replace(TEXT, text)));
    expect(logger.textsOf('error')).toEqual([]);
  });

  it('is not mistaken for a refusal, which ends the session, but for "report"', async () => {
    const { url } = await start(rejections);
    const client = await listenToErrors(url);
    client.send('SEND\ndestination:/app/refused\n\n\0');
    const answer = await client.next();
    expect(answer.startsWith('ERROR\n')).toBe(rejections === 'disconnect');
    expect(answer).toContain('STOMP_ERR_REJECTED');
  });
});

describe('A stream that fails after its frame was answered', () => {
  it.each([
    ['ws', 'Sold out'],
    ['other', TEXT],
  ])('is told to the client that started it, when that listens: %s', async (kind, text) => {
    const { url } = await start('disconnect');
    const client = await listenToErrors(url);
    const other = await listenToErrors(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/stream\n\n\0');
    client.send(`SEND\ndestination:/app/stream\nreceipt:r\n\n${kind}\0`);
    expect([await client.next(), await client.next()].map((frame) => frame.split('\n')[0]).sort()).toEqual([
      'MESSAGE',
      'RECEIPT',
    ]);
    more.next('two');
    expect(bodyOf(await client.next())).toBe('two');
    more.complete();
    expect(masked(await client.next())).toBe(
      newsOf(text, REPORT.replace(TEXT, text).replace('/app/fail', '/app/stream')),
    );
    expect(await client.sync()).toEqual([]);
    expect(await other.sync()).toEqual([]);
  });

  it('is told with the subscription that started it', async () => {
    const { url, logger } = await start('report');
    const client = await listenToErrors(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/app/stream\n\n\0');
    expect(bodyOf(await client.next())).toBe('one');
    expect(JSON.parse(bodyOf(await client.next()))).toEqual({
      code: 'STOMP_ERR_HANDLER',
      message: TEXT,
      command: 'SUBSCRIBE',
      destination: '/app/stream',
      subscription: 's',
    });
    expect(logger.textsOf('error')).toEqual([expect.stringContaining('Failing.streamToo failed')]);
  });
});

describe('The log of handlers that fail', () => {
  it('is not flooded by one session, and still tells of the others', async () => {
    const { url, logger } = await start('report');
    const noisy = await RawClient.connect(url);
    noisy.send('SEND\ndestination:/app/fail\n\nx\0'.repeat(50));
    expect(await noisy.sync()).toEqual([]);
    const lines = logger.textsOf('error');
    expect(lines).toHaveLength(10);
    expect(lines[9]).toContain('Further failures for this session within this minute are in the debug log.');
    expect(logger.textsOf('debug').filter((text) => text.includes('Failing.fail failed'))).toHaveLength(40);

    const other = await RawClient.connect(url);
    other.send('SEND\ndestination:/app/fail\n\nx\0SEND\ndestination:/app/fail\n\nws\0');
    expect(await other.sync()).toEqual([]);
    expect(logger.textsOf('error')).toHaveLength(11);
    expect(logger.textsOf('warn').filter((text) => text.includes('Sold out'))).toHaveLength(1);
  });
});
