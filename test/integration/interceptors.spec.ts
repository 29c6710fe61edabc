import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import {
  MessageMapping,
  MessageRejectedError,
  MessagingError,
  withHeaders,
  type ChannelInterceptor,
  type InterceptorOptions,
} from 'nestjs-stomp';
import { bodyOf, exchange, headerOf } from '../support/exchange.js';
import { onSend } from '../support/on-send.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

/** What has happened, in order. */
const steps: string[] = [];

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
  steps.length = 0;
});

@Controller()
class Echo {
  @MessageMapping('/echo')
  echo(text: string): string {
    steps.push(`handler ${text}`);
    return text;
  }
}

function start(interceptors: InterceptorOptions) {
  return startTestApp({ controllers: [Echo], stomp: { interceptors } });
}

/** Notes each of its calls. */
function noting(name: string, channelInterceptor: ChannelInterceptor = {}): ChannelInterceptor {
  return onSend({
    preSend: (message, channel) => {
      steps.push(`${name} preSend ${channel.name}`);
      return channelInterceptor.preSend ? channelInterceptor.preSend(message, channel) : message;
    },
    postSend: (_message, _channel, sent) => void steps.push(`${name} postSend ${sent}`),
    afterSendCompletion: (_message, _channel, sent, error) =>
      void steps.push(
        `${name} afterSendCompletion ${sent}${error instanceof Error ? ` ${String(error)}` : ''}`,
      ),
  });
}

const SEND = 'SEND\ndestination:/app/echo\n\nhi\0';

describe('Interceptors of clientInbound', () => {
  it('[CH-5] surround the handler: preSend and postSend in order, afterSendCompletion in reverse', async () => {
    const { url } = await start({ clientInbound: [noting('a'), noting('b')] });
    expect((await exchange(url, SEND)).map(bodyOf)).toEqual(['hi']);
    expect(steps).toEqual([
      'a preSend clientInboundChannel',
      'b preSend clientInboundChannel',
      'handler hi',
      'a postSend true',
      'b postSend true',
      'b afterSendCompletion true',
      'a afterSendCompletion true',
    ]);
  });

  it('[CH-6] veto with null: nobody gets the message, and only those before it hear of the end', async () => {
    const { url } = await start({
      clientInbound: [noting('a'), noting('b'), noting('veto', { preSend: () => null }), noting('c')],
    });
    expect(await exchange(url, SEND)).toEqual([]);
    expect(steps).toEqual([
      'a preSend clientInboundChannel',
      'b preSend clientInboundChannel',
      'veto preSend clientInboundChannel',
      'b afterSendCompletion false',
      'a afterSendCompletion false',
    ]);
  });

  it('[CH-6] veto: a client that waits for a receipt is told', async () => {
    const { url } = await start({ clientInbound: [onSend({ preSend: () => null })] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/echo\nreceipt:r\n\nhi\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:SEND was not accepted\nreceipt-id:r\ncode:STOMP_ERR_NOT_ROUTABLE\ncontent-length:0\n\n\0',
    );
    expect(await client.closed).toEqual({ code: 1008, reason: 'SEND was not accepted' });
  });

  it('[CH-7] replace the message for all that come after', async () => {
    const seen: unknown[] = [];
    const { url } = await start({
      clientInbound: [
        onSend({
          preSend: (message) =>
            withHeaders(
              { ...message, payload: Buffer.from('replaced') },
              { simpDestination: '/app/echo', trace: '7' },
            ),
        }),
        onSend({
          preSend: (message) => {
            seen.push(message.headers['trace']);
            return message;
          },
        }),
      ],
    });
    const frames = await exchange(url, 'SEND\ndestination:/app/elsewhere\n\nhi\0');
    expect(frames.map((frame) => [headerOf(frame, 'destination'), bodyOf(frame)])).toEqual([
      ['/topic/echo', 'replaced'],
    ]);
    expect(seen).toEqual(['7']);
    expect(frames.join()).not.toContain('trace');
  });

  it('[CH-8] [ERR-5] throw: the client gets an ERROR that does not tell why, those before hear the reason', async () => {
    const failing = noting('failing', {
      preSend: () => {
        throw new TypeError('hunter2 is not a function');
      },
    });
    const { url, logger } = await start({ clientInbound: [noting('a'), failing] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/echo\nreceipt:r\n\nhi\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:Failed to send message to clientInboundChannel\nreceipt-id:r\n' +
        'code:STOMP_ERR_DELIVERY\ncontent-length:0\n\n\0',
    );
    expect(await client.closed).toEqual({
      code: 1008,
      reason: 'Failed to send message to clientInboundChannel',
    });
    expect(steps).toEqual([
      'a preSend clientInboundChannel',
      'failing preSend clientInboundChannel',
      'a afterSendCompletion false MessageDeliveryError: Failed to send message to clientInboundChannel',
    ]);
    expect(logger.textsOf('warn').join()).toContain('hunter2');
  });

  it.each([
    ['CONNECT', 'CONNECT\naccept-version:1.2\n\n\0', ''],
    ['SUBSCRIBE', 'SUBSCRIBE\nid:s\ndestination:/topic/x\nreceipt:r\n\n\0', 'receipt-id:r\n'],
    ['SEND', 'SEND\ndestination:/topic/x\nreceipt:r\n\n\0', 'receipt-id:r\n'],
  ])(
    '[ERR-6] [CONN-19] choose the text of the ERROR by throwing a MessagingError, on %s',
    async (type, frame, receipt) => {
      const { url } = await start({
        clientInbound: [
          {
            preSend: (message) => {
              if (message.headers['stompCommand'] === type) throw new MessageRejectedError('Not on Sundays');
              return message;
            },
          },
        ],
      });
      const client = type === 'CONNECT' ? await RawClient.open(url) : await RawClient.connect(url);
      client.send(frame);
      expect(await client.next()).toBe(
        `ERROR\nmessage:Not on Sundays\n${receipt}code:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0`,
      );
      expect(await client.closed).toEqual({ code: 1008, reason: 'Not on Sundays' });
    },
  );

  it('[ERR-6] [BAD-21] throw a MessagingError without a text: the ERROR still has its headers', async () => {
    const { url } = await start({
      clientInbound: [
        onSend({
          preSend: () => {
            throw new MessagingError('STOMP_ERR_REJECTED', '');
          },
        }),
      ],
    });
    const client = await RawClient.connect(url);
    client.send(SEND);
    expect(await client.next()).toBe('ERROR\nmessage:\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0');
  });

  it('[CH-9] fail in postSend: an ERROR, although the handler has run', async () => {
    const { url } = await start({
      clientInbound: [
        onSend({
          postSend: () => {
            throw new Error('too late');
          },
        }),
      ],
    });
    const client = await RawClient.connect(url);
    client.send(SEND);
    expect(headerOf(await client.next(), 'code')).toBe('STOMP_ERR_DELIVERY');
    expect(steps).toEqual(['handler hi']);
  });

  it('[CH-10] fail in afterSendCompletion: logged, and no more', async () => {
    const { url, logger } = await start({
      clientInbound: [
        onSend({
          afterSendCompletion: () => {
            throw new Error('too late');
          },
        }),
      ],
    });
    expect(await exchange(url, SEND)).toHaveLength(1);
    expect(logger.textsOf('error')).toEqual([expect.stringContaining('too late')]);
  });

  it('are awaited: a slow one delays the frames of its session and reorders none', async () => {
    let turns = 6;
    const slowerFirst = onSend({
      preSend: async (message) => {
        const wait = (turns -= 2);
        for (let turn = 0; turn < wait; turn++) await new Promise((resolve) => setImmediate(resolve));
        return message;
      },
    });
    const { url } = await start({ clientInbound: [slowerFirst] });
    const frames = ['1', '2', '3'].map((body) => `SEND\ndestination:/app/echo\n\n${body}\0`);
    expect((await exchange(url, frames.join(''))).map(bodyOf)).toEqual(['1', '2', '3']);
  });
});
