import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageMapping, type MessageConverter } from 'nestjs-stomp';
import { bodyOf, exchange, headerOf, masked } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

describe('A return value', () => {
  it.each([
    ['[CNV-7] a string', 'hé', 'text/plain;charset=UTF-8', 'hé', 3],
    ['[CNV-10] a string that looks like JSON', '{"a":1}', 'text/plain;charset=UTF-8', '{"a":1}', 7],
    ['[CNV-8] an object', { a: 'é' }, 'application/json', '{"a":"é"}', 10],
    ['[CNV-8] a list', [1, 'b'], 'application/json', '[1,"b"]', 7],
    ['[CNV-8] a number', 6, 'application/json', '6', 1],
    ['[CNV-8] zero', 0, 'application/json', '0', 1],
    ['[CNV-8] a boolean', false, 'application/json', 'false', 5],
    ['[CNV-8] a date', new Date(0), 'application/json', '"1970-01-01T00:00:00.000Z"', 26],
    ['[CNV-9] bytes', Buffer.from('ab'), 'application/octet-stream', 'ab', 2],
    ['[CNV-9] no bytes', new Uint8Array(), 'application/octet-stream', '', 0],
  ])(
    '%s is written with its own content-type, whatever the request had',
    async (_title, value, type, body, length) => {
      @Controller()
      class Returning {
        @MessageMapping('/x')
        x(): unknown {
          return value;
        }
      }
      const { url } = await startTestApp({ controllers: [Returning] });
      expect(await exchange(url, 'SEND\ndestination:/app/x\ncontent-type:application/json\n\n{}\0')).toEqual([
        `MESSAGE\ndestination:/topic/x\ncontent-type:${type}\nsubscription:all\nmessage-id:*\n` +
          `content-length:${length}\n\n${body}\0`,
      ]);
    },
  );

  it('[CNV-9] of bytes is a binary WebSocket message if there are any; everything else is text', async () => {
    @Controller()
    class Returning {
      @MessageMapping('/bytes')
      bytes(length: number): Uint8Array {
        return Buffer.alloc(length, 0xff);
      }

      @MessageMapping('/text')
      text(): string {
        return 'x';
      }
    }
    const { url } = await startTestApp({ controllers: [Returning] });
    const client = await RawClient.connect(url);
    const kinds: boolean[] = [];
    client.socket.on('message', (_data: Buffer, isBinary: boolean) => kinds.push(isBinary));
    client.send('SUBSCRIBE\nid:all\ndestination:/topic/*\n\n\0');
    client.send('SEND\ndestination:/app/bytes\n\n3\0SEND\ndestination:/app/bytes\n\n0\0');
    client.send('SEND\ndestination:/app/text\n\n\0');
    await client.sync();
    expect(kinds).toEqual([true, false, false, false]);
  });
});

describe('messageConverters', () => {
  const upper: MessageConverter = {
    fromMessage: ({ payload, headers }) =>
      headers.contentType === 'text/upper' ? Buffer.from(payload).toString().toLowerCase() : undefined,
    toMessage: (payload) =>
      typeof payload === 'string'
        ? { payload: Buffer.from(payload.toUpperCase()), contentType: 'text/upper' }
        : undefined,
  };

  it('[CNV-1] are asked before those for text, bytes and JSON, which take the rest', async () => {
    @Controller()
    class Echo {
      @MessageMapping('/echo')
      echo(text: string): unknown {
        return text === 'object' ? { text } : text;
      }
    }
    const { url } = await startTestApp({ controllers: [Echo], stomp: { messageConverters: [upper] } });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/echo\ncontent-type:text/upper\n\nHI\0',
      'SEND\ndestination:/app/echo\n\nMixed\0',
      'SEND\ndestination:/app/echo\n\nobject\0',
    );
    expect(frames.map((frame) => [headerOf(frame, 'content-type'), bodyOf(frame)])).toEqual([
      ['text/upper', 'HI'],
      ['text/upper', 'MIXED'],
      ['application/json', '{"text":"object"}'],
    ]);
  });

  it('[CNV-12] never see what a client sends straight to the broker: octets in, octets out', async () => {
    const { url } = await startTestApp({ stomp: { messageConverters: [upper] } });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:all\ndestination:/topic/*\n\n\0');
    client.send('SEND\ndestination:/topic/a\n\n{"not": "parsed" \0');
    client.send('SEND\ndestination:/topic/a\ncontent-type:application/json\n\nnot json\0');
    expect((await client.sync()).map(masked)).toEqual([
      'MESSAGE\ndestination:/topic/a\nsubscription:all\nmessage-id:*\ncontent-length:17\n\n{"not": "parsed" \0',
      'MESSAGE\ndestination:/topic/a\ncontent-type:application/json\nsubscription:all\nmessage-id:*\n' +
        'content-length:8\n\nnot json\0',
    ]);
  });
});
