import { Controller, Injectable, type Type } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MessageMapping, SendToUser, StompAdapter, SubscribeMapping } from 'nestjs-stomp';
import { closeTestApps, createTestApp, startTestApp } from '../support/test-app.js';

afterEach(closeTestApps);

/** Boots an application and returns what it fails with. */
async function bootError(controllers: Type[], providers: Type[] = []): Promise<string> {
  const { app } = await createTestApp({ controllers, providers });
  app.useWebSocketAdapter(new StompAdapter(app));
  return app.init().then(
    () => 'no error',
    (error: Error) => error.message,
  );
}

describe('two handlers for one destination fail the boot, and both are named', () => {
  it('in one class', async () => {
    @Controller()
    class ChatController {
      @MessageMapping('/chat')
      first(): void {}

      @MessageMapping('/chat')
      second(): void {}
    }
    expect(await bootError([ChatController])).toBe(
      'Two handlers are mapped to MESSAGE /chat: ChatController.first and ChatController.second. ' +
        'Give one of them another destination, or register only one of the two classes.',
    );
  });

  it('in two classes, be they controllers or providers', async () => {
    @Controller()
    @MessageMapping('/chat')
    class ChatController {
      @MessageMapping('/say')
      say(): void {}
    }
    @Injectable()
    class ChatService {
      @MessageMapping('/chat/say')
      say(): void {}
    }
    expect(await bootError([ChatController], [ChatService])).toMatch(
      /^Two handlers are mapped to MESSAGE \/chat\/say: ChatController\.say and ChatService\.say\./,
    );
  });

  it('in a class and its subclass, when both are registered', async () => {
    @Controller()
    class BaseController {
      @MessageMapping('/base')
      handle(): void {}
    }
    @Controller()
    class DerivedController extends BaseController {}
    expect(await bootError([BaseController, DerivedController])).toMatch(
      /^Two handlers are mapped to MESSAGE \/base: BaseController\.handle and DerivedController\.handle\./,
    );
  });

  it('when only the names of variables differ', async () => {
    @Controller()
    class RoomController {
      @MessageMapping('/room/{id}/say')
      byId(): void {}

      @MessageMapping('/room/{name}/say')
      byName(): void {}
    }
    expect(await bootError([RoomController])).toMatch(
      /^Two handlers are mapped to MESSAGE \/room\/\{name\}\/say: RoomController\.byId and RoomController\.byName\./,
    );
  });

  it('also for subscriptions, and when one of several destinations is taken', async () => {
    @Controller()
    class ListController {
      @SubscribeMapping('/a', '/b')
      some(): void {}

      @SubscribeMapping('/c', '/b')
      others(): void {}
    }
    expect(await bootError([ListController])).toMatch(
      /^Two handlers are mapped to SUBSCRIBE \/b: ListController\.some and ListController\.others\./,
    );
  });
});

describe('two handlers boot', () => {
  it('when one is for messages and the other for subscriptions', async () => {
    @Controller()
    class ChatController {
      @MessageMapping('/chat')
      say(): void {}

      @SubscribeMapping('/chat')
      history(): void {}
    }
    expect(await bootError([ChatController])).toBe('no error');
  });

  it('when a pattern covers a literal, or another pattern in part', async () => {
    @Controller()
    class ChatController {
      @MessageMapping('/chat/all')
      literal(): void {}

      @MessageMapping('/chat/{room}')
      pattern(): void {}

      @MessageMapping('/**')
      anything(): void {}
    }
    expect(await bootError([ChatController])).toBe('no error');
  });

  it('when only the subclass is registered', async () => {
    class BaseController {
      @MessageMapping('/base')
      handle(): void {}
    }
    @Controller()
    class DerivedController extends BaseController {}
    expect(await bootError([DerivedController])).toBe('no error');
  });
});

describe('the boot log', () => {
  @Controller()
  @MessageMapping('/chat')
  class ChatController {
    @MessageMapping('/say/{room}', '/tell/{room}')
    say(): void {}

    @SubscribeMapping('/rooms')
    rooms(): void {}
  }

  it('has a line for every handler, with its destinations and its kind', async () => {
    const { logger } = await startTestApp({ controllers: [ChatController] });
    expect(logger.textsOf('log').filter((line) => line.startsWith('Mapped {/chat'))).toEqual([
      'Mapped {/chat/say/{room}, /chat/tell/{room}, MESSAGE} ChatController.say',
      'Mapped {/chat/rooms, SUBSCRIBE} ChatController.rooms',
    ]);
  });

  it('warns of prefixes that are written where they are implied', async () => {
    @Controller()
    class Doubled {
      @MessageMapping('/app/trade')
      trade(): void {}

      @MessageMapping('/apples')
      @SendToUser('/user/queue/trades')
      apples(): void {}

      @SubscribeMapping('/trades')
      @SendToUser('/queue/user/trades')
      fine(): void {}
    }
    const { logger } = await startTestApp({ controllers: [Doubled] });
    expect(logger.textsOf('warn')).toEqual([
      'Doubled.trade is mapped to /app/trade, which clients reach as /app/app/trade. Leave the prefix out.',
      'Doubled.apples answers to /user/queue/trades, which clients subscribe to as /user/user/queue/trades. ' +
        'Leave the prefix out.',
    ]);
  });

  it('warns of nothing where the application has every destination', async () => {
    const { logger } = await startTestApp({
      controllers: [ChatController],
      stomp: { applicationDestinationPrefixes: ['/'] },
    });
    expect(logger.textsOf('warn')).toEqual([]);
  });

  it.each([
    [{}, 'Endpoints /stomp; SimpleBroker serves all destinations, clients may SEND to them'],
    [
      { destinationPrefixes: ['/topic', '/queue'], clientSend: 'allow' as const },
      'Endpoints /stomp; SimpleBroker serves /topic, /queue, clients may SEND to them',
    ],
    [
      { destinationPrefixes: ['/topic'], clientSend: 'deny' as const },
      'Endpoints /stomp; SimpleBroker serves /topic, clients may not SEND to them',
    ],
  ])('says for %j who may reach the broker', async (simpleBroker, line) => {
    const { logger } = await startTestApp({ stomp: { simpleBroker } });
    const lines = logger.textsOf('log').filter((text) => text.startsWith('Endpoints '));
    expect(lines).toEqual([`${line} (simpleBroker.clientSend)`]);
  });

  it('names every endpoint', async () => {
    const { logger } = await startTestApp({ stomp: { endpoints: [{ path: '/a' }, { path: '/b' }] } });
    expect(logger.textsOf('log')).toContainEqual(expect.stringMatching(/^Endpoints \/a, \/b; /));
  });
});
