import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageMapping, Payload } from 'nestjs-stomp';
import { bodyOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

class Order {
  readonly article: string = '';
}

interface Shape {
  readonly a: number;
}

/** A handler for each kind of parameter; it answers with what it was given. */
@Controller()
class Given {
  @MessageMapping('/string')
  string(value: string): unknown {
    return { value };
  }

  @MessageMapping('/number')
  number(value: number): unknown {
    return { value };
  }

  @MessageMapping('/boolean')
  boolean(value: boolean): unknown {
    return { value };
  }

  @MessageMapping('/array')
  array(value: string[]): unknown {
    return { value };
  }

  @MessageMapping('/class')
  class(value: Order): unknown {
    return { value };
  }

  @MessageMapping('/interface')
  interface(value: Shape): unknown {
    return { value };
  }

  @MessageMapping('/unknown')
  unknown(value: unknown): unknown {
    return { value: value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString('hex')}` : value };
  }

  @MessageMapping('/buffer')
  buffer(value: Buffer): unknown {
    return { value: `${Buffer.isBuffer(value)} ${value.toString('hex')}` };
  }

  @MessageMapping('/uint8array')
  uint8Array(value: Uint8Array): unknown {
    return { value: Buffer.from(value).toString('hex') };
  }

  @MessageMapping('/optional')
  optional(@Payload({ required: false }) value?: Order): unknown {
    return { value: value ?? 'undefined' };
  }

  @MessageMapping('/none')
  none(): unknown {
    return { value: 'not looked at' };
  }
}

/** What a handler was given, or what the log says about its failure. */
async function given(
  destination: string,
  contentType: string | undefined,
  body: string | Buffer,
): Promise<unknown> {
  const { url, logger } = await startTestApp({ controllers: [Given] });
  const client = await RawClient.connect(url);
  const type = contentType === undefined ? '' : `content-type:${contentType}\n`;
  const octets = Buffer.from(body);
  client.send('SUBSCRIBE\nid:all\ndestination:/topic/*\n\n\0');
  client.send(
    Buffer.concat([
      Buffer.from(`SEND\ndestination:/app${destination}\n${type}content-length:${octets.length}\n\n`),
      octets,
      Buffer.from('\0'),
    ]),
  );
  const [frame] = await client.sync();
  if (frame === undefined)
    return logger
      .textsOf('warn')
      .join('|')
      .replace(/^.*session \S+ /, 'failed: ');
  return (JSON.parse(bodyOf(frame)) as { value: unknown }).value;
}

describe('A body of', () => {
  it.each([
    ['[CNV-2] text for a string', '/string', undefined, 'hi', 'hi'],
    ['[CNV-2] digits for a number', '/number', undefined, '5', 5],
    ['[CNV-2] JSON for a class', '/class', undefined, '{"article":"tea"}', { article: 'tea' }],
    ['[CNV-2] JSON for an interface', '/interface', undefined, '{"a":1}', { a: 1 }],
    ['[CNV-2] JSON for an array', '/array', undefined, '["a"]', ['a']],
    ['[CNV-2] JSON for a boolean', '/boolean', undefined, 'false', false],
    ['[CNV-2] JSON for unknown', '/unknown', undefined, '[1]', [1]],
    ['[ANN-8] blanks, which are not an empty body, for a string', '/string', undefined, '  ', '  '],
    [
      '[CNV-3] application/json with parameters for a class',
      '/class',
      'application/json;charset=utf-8',
      '{"article":"x"}',
      { article: 'x' },
    ],
    [
      '[CNV-3] application/x+json for a class',
      '/class',
      'application/x+json',
      '{"article":"x"}',
      { article: 'x' },
    ],
    ['[CNV-4] text/plain for a string', '/string', 'text/plain', '"hi"', '"hi"'],
    [
      '[CNV-4] text/plain in its charset for a string',
      '/string',
      'text/plain;charset=ISO-8859-1',
      Buffer.from([0xe9]),
      'é',
    ],
    ['[CNV-4] text/plain for unknown', '/unknown', 'text/plain', '1', '1'],
    ['[CNV-5] a JSON string for a string', '/string', 'application/json', '"hi"', 'hi'],
    [
      '[CNV-6] JSON with more properties than the class has',
      '/class',
      'application/json',
      '{"article":"x","b":1}',
      { article: 'x', b: 1 },
    ],
    [
      '[ANN-10] anything for a Buffer',
      '/buffer',
      'application/json',
      Buffer.from([0, 255, 10]),
      'true 00ff0a',
    ],
    ['[ANN-10] anything for a Uint8Array', '/uint8array', undefined, Buffer.from([0, 255, 10]), '00ff0a'],
    [
      '[ANN-10] application/octet-stream for unknown',
      '/unknown',
      'application/octet-stream',
      Buffer.from([1, 2]),
      'bytes 0102',
    ],
    ['[ANN-9] nothing for an optional parameter', '/optional', undefined, '', 'undefined'],
    ['[ANN-9] JSON for an optional parameter', '/optional', undefined, '{"article":"x"}', { article: 'x' }],
    ['nothing for no parameter', '/none', undefined, '', 'not looked at'],
    ['anything for no parameter', '/none', 'application/json', 'not json', 'not looked at'],
  ])('%s is read', async (_title, destination, contentType, body, expected) => {
    expect(await given(destination, contentType, body)).toEqual(expected);
  });

  it.each([
    ['[ANN-8] nothing for a required parameter', '/string', undefined, '', 'Payload value must not be empty'],
    ['[ANN-8] nothing for a class', '/class', 'application/json', '', 'Payload value must not be empty'],
    [
      '[CNV-3] text/plain for a class',
      '/class',
      'text/plain',
      '{"a":1}',
      'No converter reads text/plain into Order',
    ],
    [
      '[CNV-3] text/plain for a number',
      '/number',
      'text/plain',
      '5',
      'No converter reads text/plain into Number',
    ],
    [
      '[CNV-5] JSON that is no string for a string',
      '/string',
      'application/json',
      '{"a":1}',
      'The JSON body is not a string',
    ],
    [
      '[CNV-5] text that is no JSON for a string',
      '/string',
      'application/json',
      'hi',
      'The body is not JSON',
    ],
    [
      '[CNV-5] text/html for a string',
      '/string',
      'text/html',
      'hi',
      'No converter reads text/html into String',
    ],
    [
      '[CNV-5] application/xml for a string',
      '/string',
      'application/xml',
      'hi',
      'No converter reads application/xml into String',
    ],
    [
      '[ANN-11] application/xml for a class',
      '/class',
      'application/xml',
      '<a/>',
      'No converter reads application/xml into Order',
    ],
    ['[ANN-11] what is no media type', '/class', '%', '{}', 'No converter reads % into Order'],
    ['a JSON string for a number', '/number', undefined, '"5"', 'The JSON body is not a number'],
    ['JSON null for a boolean', '/boolean', undefined, 'null', 'The JSON body is not a boolean'],
    ['a JSON object for an array', '/array', undefined, '{}', 'The JSON body is not an array'],
    ['a JSON array for a class', '/class', undefined, '[]', 'The JSON body is not an object'],
    [
      'octets that are no UTF-8 for a string',
      '/string',
      undefined,
      Buffer.from([0xff]),
      'The body is not text in utf-8',
    ],
    [
      'octets that are no UTF-8 for a class',
      '/class',
      undefined,
      Buffer.from([0x22, 0xff, 0x22]),
      'The body is not JSON',
    ],
    [
      'text in a charset that nobody knows',
      '/string',
      'text/plain;charset=klingon',
      'hi',
      'The body is not text in klingon',
    ],
  ])('%s is refused', async (_title, destination, contentType, body, text) => {
    expect(await given(destination, contentType, body)).toMatch(`failed: ${text}`);
  });
});
