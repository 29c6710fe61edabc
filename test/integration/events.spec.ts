import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Injectable, Scope } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import {
  BrokerAvailabilityEvent,
  EventListener,
  MessageMapping,
  SessionConnectedEvent,
  SessionConnectEvent,
  SessionDisconnectEvent,
  SessionEvent,
  SessionSubscribedEvent,
  SessionSubscribeEvent,
  SimpMessagingTemplate,
  SimpUserRegistry,
  StompEvents,
  SubscribeMapping,
  WebSocketScoped,
  withHeaders,
  type ChannelInterceptor,
  type CloseCause,
  type Message,
  type SessionDisconnectEvent as SessionDisconnectType,
  type StompEvent,
} from 'nestjs-stomp';
import { bodyOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp, type TestApp, type TestAppSetup } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

const joe: ChannelInterceptor = {
  preSend: (message: Message) =>
    message.headers.simpMessageType === 'CONNECT'
      ? withHeaders(message, { simpUser: { name: 'joe' } })
      : message,
};

/** An application that writes its events down, and a wait for the one that ends a session. */
class Recorded {
  readonly events: StompEvent[] = [];
  readonly #waiting: (() => void)[] = [];

  private constructor(readonly test: TestApp) {
    test.app.get(StompEvents).subscribe((event) => {
      this.events.push(event);
      if (event instanceof SessionDisconnectEvent) for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  static async start(setup: TestAppSetup = {}): Promise<Recorded> {
    return new Recorded(await startTestApp(setup));
  }

  get names(): string[] {
    return this.events.map((event) => event.constructor.name.replace(/Event$/, ''));
  }

  async disconnect(): Promise<SessionDisconnectEvent> {
    const found = (): StompEvent | undefined =>
      this.events.find((event) => event instanceof SessionDisconnectEvent);
    if (found() === undefined) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return found() as SessionDisconnectEvent;
  }
}

describe('the events of a session', () => {
  it('come once each, in order, with the user', async () => {
    const recorded = await Recorded.start({ stomp: { interceptors: { clientInbound: [joe] } } });
    const client = await RawClient.connect(recorded.test.url);
    client.send('SUBSCRIBE\nid:a\ndestination:/topic/a\nreceipt:1\n\n\0');
    client.send('SUBSCRIBE\nid:b\ndestination:/nowhere\n\n\0');
    client.send('SEND\ndestination:/topic/a\n\nhi\0');
    client.send('UNSUBSCRIBE\nid:a\n\n\0DISCONNECT\nreceipt:2\n\n\0');
    await client.closed;
    const { closeStatus, cause } = await recorded.disconnect();
    expect(recorded.names).toEqual([
      'SessionConnect',
      'SessionConnected',
      'SessionSubscribe',
      'SessionSubscribed',
      'SessionSubscribe',
      'SessionUnsubscribe',
      'SessionUnsubscribed',
      'SessionDisconnect',
    ]);
    expect(recorded.events.map((event) => (event as SessionEvent).user?.name)).toEqual(Array(8).fill('joe'));
    expect(closeStatus).toEqual({ code: 1000, reason: '' });
    expect(cause).toEqual({ code: 'STOMP_CLOSE_NORMAL', initiator: 'client' });
  });

  it.each<[string, (client: RawClient) => void, { code: number; reason: string }, CloseCause]>([
    [
      'is closed by the client',
      (client) => client.socket.close(3333, 'bye'),
      { code: 3333, reason: 'bye' },
      { code: 'STOMP_CLOSE_BY_CLIENT', initiator: 'client' },
    ],
    [
      'breaks off',
      (client) => client.terminate(),
      { code: 1006, reason: '' },
      { code: 'STOMP_CLOSE_GONE', initiator: 'network' },
    ],
    [
      'breaks the rules',
      (client) => client.send('SEND\n\n\0'),
      { code: 1002, reason: 'SEND needs a destination header' },
      { code: 'STOMP_ERR_INVALID_FRAME', initiator: 'server' },
    ],
  ])('end with close status and cause when the connection %s', async (_title, end, expected, cause) => {
    const recorded = await Recorded.start();
    end(await RawClient.connect(recorded.test.url));
    expect(await recorded.disconnect()).toMatchObject({ closeStatus: expected, cause });
    await recorded.test.app.close();
    expect(recorded.names.filter((name) => name === 'SessionDisconnect')).toHaveLength(1);
  });

  it('are one end only for a connection that never connected', async () => {
    const recorded = await Recorded.start();
    const client = await RawClient.open(recorded.test.url);
    client.terminate();
    expect((await recorded.disconnect()).user).toBeUndefined();
    expect(recorded.names).toEqual(['SessionDisconnect']);
  });

  it.each(['CONNECT', 'SUBSCRIBE', 'UNSUBSCRIBE'])(
    'do not tell of a %s that an interceptor has stopped',
    async (type) => {
      const veto: ChannelInterceptor = {
        preSend: (message) => (message.headers.simpMessageType === type ? null : message),
      };
      const recorded = await Recorded.start({ stomp: { interceptors: { clientInbound: [veto] } } });
      const client = await RawClient.open(recorded.test.url);
      client.send('CONNECT\naccept-version:1.2\n\n\0SUBSCRIBE\nid:a\ndestination:/topic/a\n\n\0');
      client.send('UNSUBSCRIBE\nid:a\n\n\0DISCONNECT\n\n\0');
      await client.closed;
      await recorded.disconnect();
      const stopped = type.toLowerCase();
      expect(recorded.names.filter((name) => name.toLowerCase().startsWith(`session${stopped}`))).toEqual([]);
    },
  );

  it('tell of a subscription when it is live: what is sent then reaches it, behind its receipt', async () => {
    @Injectable()
    class Greeter {
      constructor(private readonly template: SimpMessagingTemplate) {}

      @EventListener()
      subscribed({ message }: SessionSubscribedEvent): void {
        void this.template.convertAndSend(message.headers.simpDestination ?? '', 'welcome');
      }
    }
    const { url } = await startTestApp({ providers: [Greeter] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:a\ndestination:/topic/a\nreceipt:r\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(bodyOf(await client.next())).toBe('welcome');
  });

  it('find the user registry up to date', async () => {
    const seen: string[] = [];
    @Injectable()
    class Presence {
      constructor(private readonly registry: SimpUserRegistry) {}

      @EventListener(SessionConnectedEvent, SessionDisconnectEvent)
      changed({ session }: SessionEvent): void {
        seen.push(`${session.user?.name} ${this.registry.getUser('joe')?.sessions.length ?? 0}`);
      }
    }
    const { app, url } = await startTestApp({
      providers: [Presence],
      stomp: { interceptors: { clientInbound: [joe] } },
    });
    await RawClient.connect(url);
    const client = await RawClient.connect(url);
    client.send('DISCONNECT\n\n\0');
    await client.closed;
    await app.close();
    expect(seen).toEqual(['joe 1', 'joe 2', 'joe 1', 'joe 0']);
  });
});

describe('the availability of the broker', () => {
  it('is told at start and stop', async () => {
    const seen: boolean[] = [];
    @Injectable()
    class Watch {
      @EventListener()
      changed({ isBrokerAvailable }: BrokerAvailabilityEvent): void {
        seen.push(isBrokerAvailable);
      }
    }
    const { app } = await startTestApp({ providers: [Watch] });
    expect(seen).toEqual([true]);
    await app.close();
    expect(seen).toEqual([true, false]);
  });
});

describe('a method with @EventListener', () => {
  it('may be on a controller beside handlers, and listen to a base class', async () => {
    const seen: string[] = [];
    @Controller()
    class Mixed {
      @MessageMapping('/a')
      a(): void {}

      @EventListener(SessionEvent)
      any(event: SessionEvent): void {
        seen.push(event.constructor.name);
      }
    }
    const { app, url } = await startTestApp({ controllers: [Mixed] });
    await RawClient.connect(url);
    await app.close();
    expect(seen).toEqual(['SessionConnectEvent', 'SessionConnectedEvent', 'SessionDisconnectEvent']);
  });

  it('may be on a request-scoped provider, which each event gets one of', async () => {
    const seen: unknown[] = [];
    @Injectable({ scope: Scope.REQUEST })
    class PerEvent {
      @EventListener(SessionConnectEvent, SessionConnectedEvent)
      any(): void {
        seen.push(this);
      }
    }
    const { app, url } = await startTestApp({ providers: [PerEvent] });
    await RawClient.connect(url);
    await app.close();
    expect(seen).toHaveLength(2);
    expect(seen[0]).not.toBe(seen[1]);
  });

  it('that fails is logged by name and costs nobody anything', async () => {
    @Injectable()
    class Broken {
      @EventListener(SessionConnectedEvent)
      throws(): void {
        throw new Error('thrown');
      }

      @EventListener(SessionConnectedEvent)
      rejects(): Promise<void> {
        return Promise.reject(new Error('rejected'));
      }
    }
    const { url, logger } = await startTestApp({ providers: [Broken] });
    const client = await RawClient.connect(url);
    expect(await client.sync()).toEqual([]);
    expect(logger.textsOf('error')).toEqual([
      'A listener of SessionConnectedEvent failed: thrown',
      'A listener of SessionConnectedEvent failed: rejected',
    ]);
  });

  it('is awaited at the end of a session before the application closes', async () => {
    const steps: string[] = [];
    @Injectable()
    class Farewell {
      @EventListener()
      async left(_event: SessionDisconnectEvent): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve));
        steps.push('left');
      }

      onApplicationShutdown(): void {
        steps.push('shut down');
      }
    }
    const { app, url } = await startTestApp({ providers: [Farewell] });
    await RawClient.connect(url);
    await app.close();
    expect(steps).toEqual(['left', 'shut down']);
  });

  it('fails the boot on a provider of which every session has its own', async () => {
    @WebSocketScoped()
    class Cart {
      @EventListener(SessionConnectedEvent)
      joined(): void {}
    }
    await expect(startTestApp({ providers: [Cart] })).rejects.toThrow(
      'Cart is @WebSocketScoped(), so joined cannot listen to events. ' +
        'Listen in another provider and get the instance of the session from WebSocketScope.',
    );
  });

  @Injectable()
  class Deaf {
    @EventListener()
    what(_event: unknown): void {}
  }

  @Injectable()
  class TypeOnly {
    @EventListener()
    what(_event: SessionDisconnectType): void {}
  }

  @Injectable()
  class NoEvent {
    @EventListener()
    what(_message: Message): void {}
  }

  it.each([
    ['says nowhere what it listens to', Deaf],
    ['imports the class of its event as a type, of which nothing is left', TypeOnly],
    ['has a first parameter that is no event', NoEvent],
  ])('fails the boot when it %s', async (_why, type) => {
    await expect(startTestApp({ providers: [type] })).rejects.toThrow(
      `${type.name}.what listens to no event. Write @EventListener(SessionConnectedEvent), ` +
        'or give its first parameter the class of an event, imported without `type`.',
    );
  });
});

describe('StompEvents', () => {
  it('gives the events of one kind', async () => {
    const { app, url } = await startTestApp();
    const destinations: unknown[] = [];
    const subscription = app
      .get(StompEvents)
      .of(SessionSubscribeEvent)
      .subscribe(({ message }) => destinations.push(message.headers.simpDestination));
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:a\ndestination:/topic/a\n\n\0');
    await client.sync();
    subscription.unsubscribe();
    client.send('SUBSCRIBE\nid:b\ndestination:/topic/b\n\n\0');
    await client.sync();
    expect(destinations).toEqual(['/topic/a', '/topic/sync']);
  });
});

describe('an event emitter', () => {
  it('of @nestjs/event-emitter gets every event under its name', async () => {
    const seen: string[] = [];
    @Injectable()
    class Listener {
      @OnEvent('stomp.session.*')
      session(event: SessionEvent): void {
        seen.push(event.constructor.name);
      }

      @OnEvent('stomp.broker.availability')
      broker({ isBrokerAvailable }: BrokerAvailabilityEvent): void {
        seen.push(`broker ${isBrokerAvailable}`);
      }
    }
    const emitter = new EventEmitter2({ wildcard: true });
    const { app, url } = await startTestApp({
      imports: [EventEmitterModule.forRoot({ wildcard: true })],
      providers: [Listener],
      override: (builder) => builder.overrideProvider(EventEmitter2).useValue(emitter),
      stomp: { eventEmitter: emitter },
    });
    await RawClient.connect(url);
    await app.close();
    expect(seen).toEqual([
      'broker true',
      'SessionConnectEvent',
      'SessionConnectedEvent',
      'SessionDisconnectEvent',
      'broker false',
    ]);
  });

  it('of Node fits as well', async () => {
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    emitter.on('stomp.session.connected', (event) => seen.push(event));
    const { url } = await startTestApp({ stomp: { eventEmitter: emitter } });
    await RawClient.connect(url);
    expect(seen).toEqual([expect.any(SessionConnectedEvent)]);
  });
});

describe('the user registry', () => {
  @Controller()
  class Snapshots {
    @SubscribeMapping('/snapshot')
    snapshot(): string {
      return 'x';
    }
  }

  it('knows users, their sessions and subscriptions, and counts anonymous sessions', async () => {
    const named: ChannelInterceptor = {
      preSend(message) {
        const name = message.headers.nativeHeaders.get('login')?.[0];
        return name === undefined ? message : withHeaders(message, { simpUser: { name } });
      },
    };
    const { app, url } = await startTestApp({
      controllers: [Snapshots],
      stomp: { interceptors: { clientInbound: [named] } },
    });
    const registry = app.get(SimpUserRegistry);
    const anonymous = await RawClient.connect(url);
    const headers = 'accept-version:1.2\nlogin:joe\n';
    const one = await RawClient.connect(url, headers);
    const two = await RawClient.connect(url, headers);
    one.send(
      'SUBSCRIBE\nid:a\ndestination:/user/queue/a\n\n\0SUBSCRIBE\nid:s\ndestination:/app/snapshot\n\n\0',
    );
    one.send('SUBSCRIBE\nid:n\ndestination:/nowhere\n\n\0');
    anonymous.send('SUBSCRIBE\nid:t\ndestination:/topic/t\n\n\0');
    await one.sync();
    await anonymous.sync();
    expect([registry.userCount, registry.sessionCount, registry.anonymousSessionCount]).toEqual([1, 3, 1]);
    const user = registry.getUser('joe');
    expect(user?.principal).toEqual({ name: 'joe' });
    expect(
      user?.sessions.map(({ subscriptions }) => subscriptions.map(({ destination }) => destination)),
    ).toEqual([['/user/queue/a', '/app/snapshot'], []]);
    expect(registry.users.map(({ name }) => name)).toEqual(['joe']);
    const found = registry.findSubscriptions(({ destination }) => destination.startsWith('/topic/'));
    expect(found.map(({ id, session }) => [id, session.user])).toEqual([['t', undefined]]);
    expect(registry.anonymousSessions.map(({ id }) => id)).toEqual([found[0]?.session.id]);
    one.send('UNSUBSCRIBE\nid:a\n\n\0DISCONNECT\n\n\0');
    await one.closed;
    two.send('DISCONNECT\n\n\0');
    await two.closed;
    anonymous.send('UNSUBSCRIBE\nid:t\n\n\0');
    await anonymous.sync();
    expect([registry.userCount, registry.sessionCount, registry.getUser('joe')]).toEqual([0, 1, undefined]);
  });

  it('disconnects a user everywhere, with a code and a reason', async () => {
    const { app, url } = await startTestApp({ stomp: { interceptors: { clientInbound: [joe] } } });
    const registry = app.get(SimpUserRegistry);
    const clients = [await RawClient.connect(url), await RawClient.connect(url)];
    expect(registry.disconnectUser('nobody')).toBe(0);
    expect(registry.disconnectUser('joe', { code: 4003, reason: 'Banned' })).toBe(2);
    for (const client of clients) {
      expect(await client.closed).toEqual({ code: 4003, reason: 'Banned' });
    }
    const third = await RawClient.connect(url);
    const [session] = registry.getUser('joe')?.sessions ?? [];
    expect(registry.disconnectSession('no such session')).toBe(false);
    expect(registry.disconnectSession(session?.id ?? '')).toBe(true);
    expect(await third.closed).toEqual({ code: 1008, reason: 'Disconnected by the server' });
  });
});

describe('a principal with an end', () => {
  it('is not let in after it', async () => {
    const expired: ChannelInterceptor = {
      preSend: (message) => withHeaders(message, { simpUser: { name: 'joe', expiresAt: Date.now() - 1 } }),
    };
    const { app, url } = await startTestApp({ stomp: { interceptors: { clientInbound: [expired] } } });
    const client = await RawClient.open(url);
    client.send('CONNECT\naccept-version:1.2\n\n\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:The credentials have expired. Connect again with new ones\n' +
        'code:STOMP_ERR_PRINCIPAL_EXPIRED\ncontent-length:0\n\n\0',
    );
    expect((await client.closed).code).toBe(4401);
    expect(app.get(SimpUserRegistry).sessionCount).toBe(0);
  });

  it('in seconds, as the `exp` of a JWT is, is told in the log', async () => {
    const seconds: ChannelInterceptor = {
      preSend: (message) => withHeaders(message, { simpUser: { name: 'joe', expiresAt: 1_800_000_000 } }),
    };
    const { url, logger } = await startTestApp({ stomp: { interceptors: { clientInbound: [seconds] } } });
    const client = await RawClient.open(url);
    client.send('CONNECT\naccept-version:1.2\n\n\0');
    expect((await client.closed).code).toBe(4401);
    expect(logger.textsOf('warn')).toEqual([expect.stringContaining('it is in milliseconds')]);
  });

  it('ends its session then, and its subscriptions', async () => {
    const soon: ChannelInterceptor = {
      preSend: (message) =>
        message.headers.simpMessageType === 'CONNECT'
          ? withHeaders(message, { simpUser: { name: 'joe', expiresAt: new Date(Date.now() + 150) } })
          : message,
    };
    const { url } = await startTestApp({ stomp: { interceptors: { clientInbound: [soon] } } });
    const client = await RawClient.connect(url);
    expect((await client.next()).split('\n')[2]).toBe('code:STOMP_ERR_PRINCIPAL_EXPIRED');
    expect((await client.closed).code).toBe(4401);
  });
});
