import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageMapping, Payload, SubscribeMapping, type StompModuleOptions } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

@Controller()
class Echo {
  @MessageMapping('/echo')
  echo(text: string): string {
    return `echo ${text}`;
  }
}

/** The bodies that come back for frames to these destinations. */
async function bodiesFor(
  controllers: NonNullable<Parameters<typeof startTestApp>[0]>['controllers'],
  stomp: Partial<StompModuleOptions>,
  ...destinations: readonly string[]
): Promise<string[]> {
  const { url } = await startTestApp({ controllers: controllers ?? [], stomp });
  const frames = destinations.map((destination) => `SEND\ndestination:${destination}\n\n${destination}\0`);
  return (await exchange(url, ...frames)).map(bodyOf);
}

describe('The application prefix', () => {
  it.each([[['/app']], [['/app/']]])('[RT-1] %j gets its slash if it has none', async (prefixes) => {
    expect(
      await bodiesFor(
        [Echo],
        { applicationDestinationPrefixes: prefixes },
        '/app/echo',
        '/apps/echo',
        '/appecho',
      ),
    ).toEqual(['echo /app/echo']);
  });

  it('[RT-1] is compared as it is, case and all', async () => {
    expect(await bodiesFor([Echo], {}, '/App/echo', 'app/echo', '/x/app/echo', '/app/echo')).toEqual([
      'echo /app/echo',
    ]);
  });

  it('[RT-1] that comes first wins', async () => {
    @Controller()
    class Versions {
      @MessageMapping('/v2/echo')
      long(): string {
        return 'long';
      }

      @MessageMapping('/echo')
      short(): string {
        return 'short';
      }
    }
    const [longFirst, shortFirst] = [
      ['/app/v2', '/app'],
      ['/app', '/app/v2'],
    ];
    expect(
      await bodiesFor([Versions], { applicationDestinationPrefixes: longFirst ?? [] }, '/app/v2/echo'),
    ).toEqual(['short']);
    expect(
      await bodiesFor([Versions], { applicationDestinationPrefixes: shortFirst ?? [] }, '/app/v2/echo'),
    ).toEqual(['long']);
  });

  it('[RT-2] is taken off before a mapping is looked for; alone it is no destination', async () => {
    @Controller()
    class Root {
      @MessageMapping('/**')
      all(text: string): string {
        return text;
      }
    }
    expect(await bodiesFor([Root], {}, '/app', '/app/', '/app/x')).toEqual(['/app/', '/app/x']);
  });

  it('[RT-3] may be missing: every destination is offered to the application as it is', async () => {
    const stomp = { applicationDestinationPrefixes: [] };
    expect(await bodiesFor([Echo], stomp, '/echo', '/app/echo')).toEqual(['echo /echo']);
  });

  it('[RT-10] may be one of the broker too: both take the message', async () => {
    const stomp = { applicationDestinationPrefixes: ['/topic/in'] };
    expect((await bodiesFor([Echo], stomp, '/topic/in/echo')).sort()).toEqual([
      '/topic/in/echo',
      'echo /topic/in/echo',
    ]);
  });
});

describe('A SEND that no mapping is for', () => {
  it.each([
    ['[RT-8] no prefix', '/nowhere'],
    ['[RT-8] no slash', 'topic/a'],
    ['[RT-9] no mapping', '/app/missing'],
    ["[RT-11] a user destination, which is not the broker's", '/user/joe/queue/x'],
    ['[RT-13] a slash too many', '/app/echo/'],
    ['[RT-13] another case', '/app/Echo'],
  ])('%s: is dropped in silence, and the session stays', async (_why, destination) => {
    expect(await bodiesFor([Echo], {}, destination, '/app/echo')).toEqual(['echo /app/echo']);
  });

  it('[RT-9] is refused if it asks for a receipt, which would never come', async () => {
    const { url } = await startTestApp({ controllers: [Echo] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/missing\nreceipt:r\n\n\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:Nothing handles this SEND. Check its destination\nreceipt-id:r\n' +
        'code:STOMP_ERR_NOT_ROUTABLE\ncontent-length:0\n\n\0',
    );
  });
});

describe('@MessageMapping', () => {
  it('[RT-12] does not need a leading slash', async () => {
    @Controller()
    @MessageMapping('chat')
    class Chat {
      @MessageMapping('room')
      room(text: string): string {
        return text;
      }
    }
    expect(await bodiesFor([Chat], {}, '/app/chat/room')).toEqual(['/app/chat/room']);
  });

  it('[RT-26] [ANN-3] takes any number of values on class and method: all combinations, SEND and SUBSCRIBE', async () => {
    @Controller()
    @MessageMapping('/a', '/b')
    class Many {
      @MessageMapping('/x', '/y')
      message(text: string): string {
        return text;
      }

      @SubscribeMapping('/x', '/z')
      subscription(): string {
        return 'subscribed';
      }
    }
    const { url } = await startTestApp({ controllers: [Many] });
    const destinations = ['/app/a/x', '/app/a/y', '/app/b/x', '/app/b/y'];
    const frames = await exchange(
      url,
      ...destinations.map((destination) => `SEND\ndestination:${destination}\n\n${destination}\0`),
      'SEND\ndestination:/app/x\n\n/app/x\0',
      'SUBSCRIBE\nid:1\ndestination:/app/b/z\n\n\0',
    );
    expect(frames.map(bodyOf)).toEqual([...destinations, 'subscribed']);
  });

  it('[ANN-4] without values on a method stands for the path of its class', async () => {
    @Controller()
    @MessageMapping('/status')
    class Status {
      @MessageMapping()
      set(text: string): string {
        return text;
      }

      @SubscribeMapping()
      get(): string {
        return 'subscribed';
      }
    }
    const { url } = await startTestApp({ controllers: [Status] });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/status\n\nsent\0',
      'SUBSCRIBE\nid:1\ndestination:/app/status\n\n\0',
    );
    expect(frames.map(bodyOf)).toEqual(['sent', 'subscribed']);
  });

  it('[ANN-4] without a value anywhere fails the boot, which Spring passes over', async () => {
    @Controller()
    class Nowhere {
      @MessageMapping()
      lost(): void {}
    }
    await expect(startTestApp({ controllers: [Nowhere] })).rejects.toThrow(
      'Nowhere.lost is mapped to no destination. Give its decorator one, or its class a @MessageMapping.',
    );
  });

  it('[ANN-2] takes SEND only, as @SubscribeMapping takes SUBSCRIBE only', async () => {
    @Controller()
    class OneWay {
      @MessageMapping('/send')
      send(): string {
        return 'send';
      }

      @SubscribeMapping('/subscribe')
      subscribe(): string {
        return 'subscribe';
      }
    }
    const { url } = await startTestApp({ controllers: [OneWay] });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/subscribe\n\n\0',
      'SUBSCRIBE\nid:1\ndestination:/app/send\n\n\0',
      'UNSUBSCRIBE\nid:1\n\n\0',
    );
    expect(frames).toEqual([]);
  });

  it('[RT-22] twice for the same pattern fails the boot and names both methods', async () => {
    @Controller()
    class Other {
      @MessageMapping('echo')
      again(): void {}
    }
    await expect(startTestApp({ controllers: [Echo, Other] })).rejects.toThrow(
      'Two handlers are mapped to MESSAGE /echo: Echo.echo and Other.again. ' +
        'Give one of them another destination, or register only one of the two classes.',
    );
  });

  it('[RT-22] and @SubscribeMapping may have the same pattern', async () => {
    @Controller()
    class Both {
      @MessageMapping('/x')
      message(): string {
        return 'message';
      }

      @SubscribeMapping('/x')
      subscription(): string {
        return 'subscription';
      }
    }
    const { url } = await startTestApp({ controllers: [Both] });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/x\n\n\0',
      'SUBSCRIBE\nid:1\ndestination:/app/x\n\n\0',
    );
    expect(frames.map(bodyOf)).toEqual(['message', 'subscription']);
  });

  it('stands on both at once: one method for SEND and SUBSCRIBE', async () => {
    @Controller()
    class Both {
      @MessageMapping('/x')
      @SubscribeMapping('/x')
      both(@Payload({ required: false }) text?: string): string {
        return text ?? 'nothing';
      }
    }
    const { url } = await startTestApp({ controllers: [Both] });
    const frames = await exchange(
      url,
      'SEND\ndestination:/app/x\n\nhi\0',
      'SUBSCRIBE\nid:1\ndestination:/app/x\n\n\0',
    );
    expect(frames.map(bodyOf)).toEqual(['hi', 'nothing']);
  });
});
