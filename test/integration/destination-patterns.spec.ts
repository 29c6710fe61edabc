import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Injectable, type Provider } from '@nestjs/common';
import { DestinationVariable, MessageMapping, StompMessage, SubscribeMapping } from 'nestjs-stomp';
import type { Message } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** A provider that answers with its pattern and the variables of the destination. */
function handlerOf(pattern: string): Provider {
  @Injectable()
  class Handler {
    @MessageMapping(pattern)
    handle(@StompMessage() { headers }: Message): string {
      const variables = headers['destinationVariables'] as ReadonlyMap<string, string>;
      return [pattern, ...[...variables].map(([name, value]) => `${name}=${value}`).sort()].join(' ');
    }
  }
  return { provide: pattern, useClass: Handler };
}

/** The answers to a SEND to each destination, in order; those without a handler are missing. */
async function answers(patterns: readonly string[], destinations: readonly string[]): Promise<string[]> {
  const { url } = await startTestApp({ providers: patterns.map(handlerOf) });
  const frames = destinations.map((destination) => `SEND\ndestination:${destination}\n\n\0`);
  return (await exchange(url, ...frames)).map(bodyOf);
}

describe('A variable of a mapping', () => {
  it('[RT-16] [ANN-20] is a whole segment, dots and all, but not an empty one', async () => {
    expect(await answers(['/a/{x}'], ['/app/a/b.c', '/app/a/', '/app/a', '/app/a/b/c'])).toEqual([
      '/a/{x} x=b.c',
    ]);
  });

  it('[RT-16] may be a part of a segment; the first takes as much as it can', async () => {
    expect(await answers(['/a/{x}-{y}'], ['/app/a/1-2-3', '/app/a/1'])).toEqual(['/a/{x}-{y} x=1-2 y=3']);
  });

  it('[RT-17] with an expression refuses other values in silence', async () => {
    const pattern = '/a/{n:[0-9]+}';
    expect(await answers([pattern], ['/app/a/12', '/app/a/b', '/app/a/12b'])).toEqual([`${pattern} n=12`]);
  });

  it('[RT-17] may have groups in its expression, at which Spring fails', async () => {
    const pattern = '/a/{n:(ab)+}';
    expect(await answers([pattern], ['/app/a/abab', '/app/a/aba'])).toEqual([`${pattern} n=abab`]);
  });

  it('[RT-17] whose brace is not closed is text', async () => {
    expect(await answers(['/a/{b'], ['/app/a/{b', '/app/a/b'])).toEqual(['/a/{b']);
  });

  it('reaches the handler as the client wrote it, percent signs and all', async () => {
    expect(await answers(['/a/{x}'], ['/app/a/%2F\\c~é'])).toEqual(['/a/{x} x=%2F:~é']);
  });
});

describe('Of several mappings that match', () => {
  // Spring's order for `/a/b`, each to be preferred to all after it.
  const order = ['/a/b', '/a/?', '/a/b*', '/a/{x}', '/a/*', '/a/**/b', '/a/**', '/**'];

  it.each(order.slice(0, -1).map((pattern, index) => [pattern, order.slice(index + 1)] as const))(
    '[RT-19] [RT-20] %s comes before all of %j',
    async (pattern, others) => {
      const [answer = ''] = await answers([...others, pattern].reverse(), ['/app/a/b']);
      expect(answer.split(' ')[0]).toBe(pattern);
    },
  );

  it('[RT-18] the literal one wins over every pattern', async () => {
    expect(await answers(['/**', '/a/{x}', '/a/b', '/a/?'], ['/app/a/b', '/app/a/cc'])).toEqual([
      '/a/b',
      '/a/{x} x=cc',
    ]);
  });

  it.each([
    ['a longer prefix', '/a/b/**', '/a/**', '/app/a/b/c'],
    ['fewer wildcards', '/a/*/c', '/a/*/*', '/app/a/b/c'],
    ['a longer text', '/a/bb*', '/a/b*', '/app/a/bbb'],
    ['a variable to a wildcard', '/a/{x}/c', '/a/*/c', '/app/a/b/c'],
  ])('[RT-20] %s is preferred', async (_why, better, worse, destination) => {
    for (const patterns of [
      [better, worse],
      [worse, better],
    ]) {
      const [answer = ''] = await answers(patterns, [destination]);
      expect(answer.split(' ')[0]).toBe(better);
    }
  });

  it.each([
    ['/t/{x}', '/t/{x:[0-9]+}', '/app/t/1'],
    ['/a/*', '/*/b', '/app/a/b'],
  ])('[RT-21] none is called if %s and %s are equally good', async (one, other, destination) => {
    const { url, logger } = await startTestApp({ providers: [one, other].map(handlerOf) });
    expect(await exchange(url, `SEND\ndestination:${destination}\n\n\0`)).toEqual([]);
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining(`Handler.handle (${one})`)]);

    const client = await RawClient.connect(url);
    client.send(`SEND\ndestination:${destination}\nreceipt:r\n\n\0`);
    expect(await client.next()).toBe(
      'ERROR\nmessage:Two handlers match this destination equally well\nreceipt-id:r\n' +
        'code:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    );
  });

  it('[RT-21] names of variables make no difference: the boot fails', async () => {
    await expect(startTestApp({ providers: ['/t/{x}', '/t/{y}'].map(handlerOf) })).rejects.toThrow(
      /Two handlers are mapped to MESSAGE \/t\/\{y\}/,
    );
  });
});

describe('The path of a class and of its method', () => {
  it.each([
    ['/a', '/b', '/a/b'],
    ['/a', 'b', '/a/b'],
    ['/a/', '/b', '/a/b'],
    ['/a/*', '/b', '/a/b'],
    ['/a/**', '/b', '/a/x/b'],
    ['/a', '/a', '/a/a'],
    ['/*', '/b', '/b'],
    ['/a', '', '/a'],
    ['/a', '/', '/a/'],
    ['/{room}', '/{user}', '/x/y'],
  ])('[RT-25] %j and %j are %s', async (ofClass, ofMethod, destination) => {
    @Controller()
    @MessageMapping(ofClass)
    class Combined {
      @MessageMapping(ofMethod)
      handle(): string {
        return 'handled';
      }
    }
    const { url } = await startTestApp({ controllers: [Combined] });
    const [frame = ''] = await exchange(url, `SEND\ndestination:/app${destination}\n\n\0`);
    expect(bodyOf(frame)).toBe('handled');
  });

  it('may both have variables', async () => {
    @Controller()
    @MessageMapping('/rooms/{room}')
    class Rooms {
      @MessageMapping('/users/{user}')
      handle(@DestinationVariable('room') room: string, @DestinationVariable('user') user: string): string {
        return `${user} in ${room}`;
      }
    }
    const { url } = await startTestApp({ controllers: [Rooms] });
    const [frame = ''] = await exchange(url, 'SEND\ndestination:/app/rooms/1/users/joe\n\n\0');
    expect(bodyOf(frame)).toBe('joe in 1');
  });
});

describe("pathSeparator: '.'", () => {
  const stomp = { pathSeparator: '.' } as const;

  @Controller()
  @MessageMapping('price')
  class Prices {
    @MessageMapping('set.{stock}')
    set(@DestinationVariable('stock') stock: string): string {
      return stock;
    }

    @SubscribeMapping('*.all')
    all(): string {
      return 'all';
    }
  }

  it('[RT-23] [ANN-24] separates behind the prefix, whose slash stays; the default destination has one too', async () => {
    const { url } = await startTestApp({ controllers: [Prices], stomp });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/price.set.tea\n\n\0');
    client.send('SEND\ndestination:/app/price.set.tea\n\n\0');
    client.send('SEND\ndestination:/app/price/set/tea\n\n\0');
    client.send('SEND\ndestination:/app/price.set.tea.x\n\n\0');
    client.send('SUBSCRIBE\nid:t\ndestination:/app/price.x.all\n\n\0');
    expect((await client.sync()).map(bodyOf)).toEqual(['tea', 'all']);
  });

  it('[RT-23] leaves a slash in a mapping alone: it is a character', async () => {
    const { url } = await startTestApp({ providers: [handlerOf('a/b.*')], stomp });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/a/b.c\n\n\0');
    client.send('SEND\ndestination:/app/a/b.c\n\n\0');
    client.send('SEND\ndestination:/app/a/b/c\n\n\0');
    expect((await client.sync()).map(bodyOf)).toEqual(['a/b.*']);
  });

  it.each([
    ['.', ['/topic/price.a']],
    ['/', ['/topic/price.a', '/topic/price.a.b']],
  ] as const)("[RT-24] %j is the broker's separator too", async (pathSeparator, received) => {
    const { url } = await startTestApp({ stomp: { pathSeparator } });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/price.*\n\n\0');
    client.send('SEND\ndestination:/topic/price.a\n\n/topic/price.a\0');
    client.send('SEND\ndestination:/topic/price.a.b\n\n/topic/price.a.b\0');
    expect((await client.sync()).map(bodyOf)).toEqual(received);
  });
});
