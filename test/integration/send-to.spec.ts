import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { MessageMapping, SendTo } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';
import { startKitApp } from '../support/test-kit.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** Where a SEND to `/app/…` is published, destination and body. */
async function published(controller: Type<object>, destination: string): Promise<string[]> {
  const { stomp } = await startKitApp({ controllers: [controller] });
  const client = await stomp.connect();
  const all = await client.subscribe('/topic/**');
  await client.send(destination, 'hi');
  return (await all.takeAll()).map(({ destination, body }) => `${destination} ${body}`);
}

describe('What a @MessageMapping returns', () => {
  it('[ANN-24] goes to /topic and the destination behind the prefix, in a MESSAGE of exactly this form', async () => {
    @Controller()
    class Echo {
      @MessageMapping('/echo')
      echo(text: string): string {
        return text;
      }
    }
    const { url } = await startTestApp({ controllers: [Echo] });
    expect(await exchange(url, 'SEND\ndestination:/app/echo\n\nhi\0')).toEqual([
      'MESSAGE\ndestination:/topic/echo\ncontent-type:text/plain;charset=UTF-8\nsubscription:all\n' +
        'message-id:*\ncontent-length:2\n\nhi\0',
    ]);
  });

  it('[ANN-34] carries none of the headers of the request', async () => {
    @Controller()
    class Echo {
      @MessageMapping('/echo')
      echo(text: string): string {
        return text;
      }
    }
    const { url } = await startTestApp({ controllers: [Echo] });
    const [frame] = await exchange(
      url,
      'SEND\ndestination:/app/echo\nx-a:1\npriority:9\ncontent-type:text/plain\nmessage-id:mine\n' +
        'subscription:evil\nsimpOrigDestination:/user/queue/bank\n\nhi\0',
    );
    expect(frame).toBe(
      'MESSAGE\ndestination:/topic/echo\ncontent-type:text/plain;charset=UTF-8\nsubscription:all\n' +
        'message-id:*\ncontent-length:2\n\nhi\0',
    );
  });

  it('[ANN-25] goes where the client sent it, not where the pattern points', async () => {
    @Controller()
    class Deep {
      @MessageMapping('/amb/**')
      handle(text: string): string {
        return text;
      }
    }
    expect(await published(Deep, '/app/amb/a/b')).toEqual(['/topic/amb/a/b hi']);
  });

  it('reaches everybody subscribed, the sender and others alike, once for each subscription', async () => {
    @Controller()
    class Echo {
      @MessageMapping('/echo')
      echo(text: string): string {
        return text;
      }
    }
    const { stomp } = await startKitApp({ controllers: [Echo] });
    const [sender, other] = [await stomp.connect(), await stomp.connect()];
    const subscriptions = [
      await sender.subscribe('/topic/**'),
      await other.subscribe('/topic/echo'),
      await other.subscribe('/topic/*'),
    ];
    await sender.send('/app/echo', 'hi');
    for (const subscription of subscriptions) {
      expect((await subscription.takeAll()).map(({ body }) => body)).toEqual(['hi']);
    }
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a promise of nothing', Promise.resolve()],
    ['a promise of null', Promise.resolve(null)],
  ])('[ANN-23] is not sent when it is %s', async (_kind, value) => {
    @Controller()
    class Silent {
      @MessageMapping('/silent')
      @SendTo('/topic/a', '/topic/b')
      silent(): unknown {
        return value;
      }
    }
    expect(await published(Silent, '/app/silent')).toEqual([]);
  });

  it('[ANN-23] is sent with an empty body when it is an empty string', async () => {
    @Controller()
    class Empty {
      @MessageMapping('/empty')
      empty(): string {
        return '';
      }
    }
    const { url } = await startTestApp({ controllers: [Empty] });
    expect(await exchange(url, 'SEND\ndestination:/app/empty\n\n\0')).toEqual([
      'MESSAGE\ndestination:/topic/empty\ncontent-type:text/plain;charset=UTF-8\nsubscription:all\n' +
        'message-id:*\ncontent-length:0\n\n\0',
    ]);
  });

  it('[ANN-39] is awaited when it is a promise, and the next frame waits with it', async () => {
    const order: string[] = [];
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    @Controller()
    class Slow {
      @MessageMapping('/slow')
      async slow(text: string): Promise<string> {
        begin();
        await finished;
        order.push(text);
        return text;
      }

      @MessageMapping('/fast')
      fast(text: string): string {
        order.push(text);
        return text;
      }
    }
    const { stomp } = await startKitApp({ controllers: [Slow] });
    const client = await stomp.connect();
    await client.subscribe('/topic/*');
    const sent = client.sendRaw(
      'SEND\ndestination:/app/slow\nreceipt:r\n\nslow\0SEND\ndestination:/app/fast\n\nfast\0',
    );
    await begun;
    expect(order).toEqual([]);
    finish();
    await sent;
    expect(order).toEqual(['slow', 'fast']);
    const [slow, receipt, fast] = client.frames.slice(-3);
    expect([bodyOf(slow), receipt, bodyOf(fast)]).toEqual(['slow', 'RECEIPT\nreceipt-id:r\n\n\0', 'fast']);
  });
});

describe('@SendTo', () => {
  it('[ANN-26] sends a copy to each of its destinations, in their order', async () => {
    @Controller()
    class Many {
      @MessageMapping('/x')
      @SendTo('/topic/c', '/topic/a', '/queue/q', '/topic/b')
      x(text: string): string {
        return text;
      }
    }
    expect(await published(Many, '/app/x')).toEqual(['/topic/c hi', '/topic/a hi', '/topic/b hi']);
  });

  it('[ANN-26] without destinations stands for the default', async () => {
    @Controller()
    class Bare {
      @MessageMapping('/x')
      @SendTo()
      x(text: string): string {
        return text;
      }
    }
    expect(await published(Bare, '/app/x')).toEqual(['/topic/x hi']);
  });

  it('[ANN-33] on a class holds for methods without it, and for those that give it no destination', async () => {
    @Controller()
    @SendTo('/topic/class')
    class Levels {
      @MessageMapping('/inherits')
      inherits(): string {
        return 'inherits';
      }

      @MessageMapping('/bare')
      @SendTo()
      bare(): string {
        return 'bare';
      }

      @MessageMapping('/own')
      @SendTo('/topic/method')
      own(): string {
        return 'own';
      }
    }
    const { stomp } = await startKitApp({ controllers: [Levels] });
    const client = await stomp.connect();
    const all = await client.subscribe('/topic/**');
    for (const path of ['inherits', 'bare', 'own']) await client.send(`/app/${path}`);
    expect((await all.takeAll()).map(({ destination, body }) => `${destination} ${body}`)).toEqual([
      '/topic/class inherits',
      '/topic/class bare',
      '/topic/method own',
    ]);
  });

  it('[ANN-33] on a class is inherited, and replaced by that of the subclass', async () => {
    @SendTo('/topic/base')
    class Base {
      @MessageMapping('/x')
      x(text: string): string {
        return text;
      }
    }
    @Controller()
    class Same extends Base {}
    @Controller()
    @SendTo('/topic/other')
    class Other extends Base {}
    expect(await published(Same, '/app/x')).toEqual(['/topic/base hi']);
    expect(await published(Other, '/app/x')).toEqual(['/topic/other hi']);
  });

  it('[ANN-27] fills in variables of the mapping, in every destination', async () => {
    @Controller()
    @MessageMapping('/rooms/{room}')
    class Rooms {
      @MessageMapping('/users/{user}')
      @SendTo('/topic/{room}/{user}/{room}', '/topic/of/{user}')
      x(text: string): string {
        return text;
      }
    }
    expect(await published(Rooms, '/app/rooms/7/users/joe.$&')).toEqual([
      '/topic/7/joe.$&/7 hi',
      '/topic/of/joe.$& hi',
    ]);
  });

  it.each([['on the method'], ['on the class']])(
    '[ANN-27] with a variable that the mapping does not have fails the boot, %s',
    async (where) => {
      class Rooms {
        @MessageMapping('/rooms/{room}', '/lobby')
        x(text: string): string {
          return text;
        }
      }
      Controller()(Rooms);
      const method = Object.getOwnPropertyDescriptor(Rooms.prototype, 'x') ?? {};
      if (where === 'on the class') SendTo('/topic/{room}')(Rooms);
      else SendTo('/topic/{room}')(Rooms.prototype, 'x', method);
      await expect(startTestApp({ controllers: [Rooms] })).rejects.toThrow(
        'Rooms.x sends to /topic/{room}, but its mapping /lobby has no variable {room}.',
      );
    },
  );

  it('[ANN-27] does not let a variable of the client reach another destination than its own', async () => {
    @Controller()
    class Rooms {
      @MessageMapping('/rooms/{room}')
      @SendTo('/topic/{room}')
      x(text: string): string {
        return text;
      }
    }
    // A destination is text to the broker: what looks like a pattern or another variable is neither.
    expect(await published(Rooms, '/app/rooms/{room}')).toEqual(['/topic/{room} hi']);
    expect(await published(Rooms, '/app/rooms/**')).toEqual(['/topic/** hi']);
  });
});
