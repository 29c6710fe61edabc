import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Injectable, ParseIntPipe, type PipeTransform } from '@nestjs/common';
import { DestinationVariable, Header, Headers, MessageMapping } from 'nestjs-stomp';
import type { MessageHeaders } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { namingUsers } from '../support/naming-users.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

@Injectable()
class Doubling implements PipeTransform<string, string> {
  transform(value: string): string {
    return value + value;
  }
}

@Controller()
class Parameters {
  @MessageMapping('/header')
  header(@Header('foo') foo: string): { foo: string } {
    return { foo };
  }

  @MessageMapping('/internal')
  internal(
    @Header('simpDestination') destination: string,
    @Header('contentType') contentType: string,
    @Header('nativeHeaders.simpDestination') native: string,
    @Header('simpUser', { required: false }) user: unknown,
  ): unknown[] {
    return [destination, contentType, native, user === undefined];
  }

  @MessageMapping('/optional')
  optional(
    @Header('foo', { required: false }) foo?: string,
    @Header('bar', { defaultValue: 'default' }) bar?: string,
  ): unknown[] {
    return [foo === undefined ? 'undefined' : foo, bar];
  }

  @MessageMapping('/piped')
  piped(
    @Header('n', ParseIntPipe) n: number,
    @Header('text', { defaultValue: 'x' }, Doubling, new Doubling()) text: string,
  ): unknown[] {
    return [n, text];
  }

  @MessageMapping('/variables/{id}/{name}')
  variables(
    @DestinationVariable('id', ParseIntPipe) id: number,
    @DestinationVariable('name', Doubling) name: string,
  ): unknown[] {
    return [id, name];
  }

  @MessageMapping('/no-variable', '/no-variable/{id}')
  noVariable(@DestinationVariable('id') id: string): string {
    return id;
  }
}

/** The bodies that come back, as JSON. */
async function results(url: string, ...frames: readonly string[]): Promise<unknown[]> {
  return (await exchange(url, ...frames)).map((frame) => JSON.parse(bodyOf(frame)) as unknown);
}

describe('@Header', () => {
  it('[ANN-14] is a STOMP header of the frame', async () => {
    const { url } = await startTestApp({ controllers: [Parameters] });
    expect(await results(url, 'SEND\ndestination:/app/header\nfoo:a\\cb\n\n\0')).toEqual([{ foo: 'a:b' }]);
  });

  it('[ANN-15] [BAD-26] is the first value of a header that is repeated, not a list joined by commas', async () => {
    const { url } = await startTestApp({ controllers: [Parameters] });
    expect(await results(url, 'SEND\ndestination:/app/header\nfoo:1\nfoo:2\n\n\0')).toEqual([{ foo: '1' }]);
  });

  it('[ANN-14] is an internal header before a STOMP header, whatever the client calls its own', async () => {
    const { url } = await startTestApp({ controllers: [Parameters] });
    const frame =
      'SEND\ndestination:/app/internal\nsimpDestination:/forged\nsimpUser:root\ncontentType:forged\n' +
      'content-type:text/plain\n\n\0';
    expect(await results(url, frame)).toEqual([['/app/internal', 'text/plain', '/forged', false]]);
  });

  it('[ANN-16] that is required and missing keeps the handler from running', async () => {
    const { url, logger } = await startTestApp({ controllers: [Parameters] });
    expect(await results(url, 'SEND\ndestination:/app/header\n\n\0')).toEqual([]);
    expect(logger.textsOf('warn')).toEqual([
      expect.stringMatching(/Parameters\.header .*Missing header foo$/),
    ]);
  });

  it.each([
    [
      '[ANN-16] missing and not required: undefined; missing with a default: that',
      '',
      ['undefined', 'default'],
    ],
    ['[ANN-17] empty with a default: the default', 'foo:\nbar:\n', ['', 'default']],
    ['given: as it is', 'foo:1\nbar:2\n', ['1', '2']],
  ])('%s', async (_title, headers, expected) => {
    const { url } = await startTestApp({ controllers: [Parameters] });
    expect(await results(url, `SEND\ndestination:/app/optional\n${headers}\n\0`)).toEqual([expected]);
  });

  it('goes through its pipes, by class or by instance, a default too', async () => {
    const { url } = await startTestApp({ controllers: [Parameters] });
    expect(
      await results(
        url,
        'SEND\ndestination:/app/piped\nn:12\ntext:ab\n\n\0',
        'SEND\ndestination:/app/piped\nn:12\n\n\0',
        'SEND\ndestination:/app/piped\nn:twelve\n\n\0',
      ),
    ).toEqual([
      [12, 'abababab'],
      [12, 'xxxx'],
    ]);
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'does not find %s where no client has put it',
    async (name) => {
      @Controller()
      class Hostile {
        @MessageMapping('/hostile')
        hostile(@Header(name, { required: false }) value: unknown): unknown[] {
          return [value === undefined ? 'undefined' : value];
        }
      }
      const { url } = await startTestApp({ controllers: [Hostile] });
      expect(
        await results(
          url,
          'SEND\ndestination:/app/hostile\n\n\0',
          `SEND\ndestination:/app/hostile\n${name}:own\n\n\0`,
        ),
      ).toEqual([['undefined'], ['own']]);
    },
  );
});

describe('@Headers', () => {
  it("[ANN-18] is all internal headers, the client's own in a map of lists", async () => {
    const seen: MessageHeaders[] = [];
    @Controller()
    class All {
      @MessageMapping('/all/{x}')
      all(@Headers() headers: MessageHeaders): void {
        seen.push(headers);
      }
    }
    const { url } = await startTestApp({
      controllers: [All],
      stomp: { interceptors: { clientInbound: [namingUsers] } },
    });
    const client = await RawClient.connect(url, 'accept-version:1.2\nlogin:joe\n');
    client.send('SEND\ndestination:/app/all/1\nfoo:1\nfoo:2\ncontent-type:text/plain\n\n\0');
    await client.sync();
    const [headers] = seen;
    expect(headers).toMatchObject({
      simpMessageType: 'MESSAGE',
      stompCommand: 'SEND',
      simpSessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      simpDestination: '/app/all/1',
      lookupDestination: '/all/1',
      simpUser: { name: 'joe' },
      simpSessionAttributes: new Map(),
      contentType: 'text/plain',
    });
    expect([...(headers?.nativeHeaders ?? [])]).toEqual([
      ['destination', ['/app/all/1']],
      ['foo', ['1', '2']],
      ['content-type', ['text/plain']],
    ]);
    expect(headers).not.toHaveProperty('id');
    expect(headers).not.toHaveProperty('timestamp');
  });
});

describe('@DestinationVariable', () => {
  it('[ANN-20] is a string, and what its pipes make of it', async () => {
    const { url } = await startTestApp({ controllers: [Parameters] });
    expect(await results(url, 'SEND\ndestination:/app/variables/7/jo\n\n\0')).toEqual([[7, 'jojo']]);
  });

  it('[ANN-20] is required: a mapping that does not have it fails', async () => {
    const { url, logger } = await startTestApp({ controllers: [Parameters] });
    expect(await results(url, 'SEND\ndestination:/app/no-variable\n\n\0')).toEqual([]);
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining('The destination has no variable id')]);
  });

  it('fails the boot when it is required and no mapping has it', async () => {
    @Controller()
    class Misspelt {
      @MessageMapping('/a/{item}', '/b')
      a(@DestinationVariable('itm') _item: string): void {}
    }
    await expect(startTestApp({ controllers: [Misspelt] })).rejects.toThrow(
      "Misspelt.a wants @DestinationVariable('itm'), but /a/{item}, /b has no variable {itm}. " +
        'Write it into the mapping, or make the parameter { required: false }.',
    );
  });

  it('may be in no mapping when it is not required', async () => {
    @Controller()
    class Optional {
      @MessageMapping('/a')
      a(
        @DestinationVariable('x', { required: false }) _x: string | undefined,
        @DestinationVariable('y', { defaultValue: '1' }) _y: string,
      ): void {}
    }
    await expect(startTestApp({ controllers: [Optional] })).resolves.toBeDefined();
  });

  it('that a pipe refuses is a failure', async () => {
    const { url, logger } = await startTestApp({ controllers: [Parameters] });
    expect(await results(url, 'SEND\ndestination:/app/variables/x/jo\n\n\0')).toEqual([]);
    expect(logger.textsOf('warn')).toEqual([
      expect.stringContaining('Validation failed (numeric string is expected)'),
    ]);
  });
});
