import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Inject,
  Injectable,
  Scope,
  UseGuards,
  type CanActivate,
  type OnModuleDestroy,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import {
  EventListener,
  MessageMapping,
  SessionConnectedEvent,
  SessionDisconnectEvent,
  SimpUserRegistry,
  WebSocketScope,
  WebSocketScoped,
  type Message,
  type SimpSession,
} from 'nestjs-stomp';
import { Deferred } from '../support/deferred.js';
import { turnUntil } from '../support/event-loop.js';
import { exchange, bodyOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

const steps: string[] = [];

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
  steps.length = 0;
});

@Injectable()
class Shared {}

@Injectable({ scope: Scope.REQUEST })
class OfAMessage {
  constructor(@Inject(REQUEST) readonly request: unknown) {}
}

@WebSocketScoped()
class Cart implements OnModuleDestroy {
  readonly items: string[] = [];

  constructor(
    readonly shared: Shared,
    readonly inner: OfAMessage,
    @Inject(REQUEST) readonly session: SimpSession,
  ) {
    steps.push('made');
  }

  async onModuleDestroy(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    steps.push(`destroyed with ${this.items.join(',')}`);
  }
}

@Controller()
class Shop {
  constructor(
    private readonly cart: Cart,
    private readonly ofMessage: OfAMessage,
    private readonly shared: Shared,
  ) {}

  @MessageMapping('/add')
  add(item: string): string {
    this.cart.items.push(item);
    return this.cart.items.join(',');
  }

  @MessageMapping('/look')
  look(): string {
    const { headers } = this.ofMessage.request as Message;
    return [
      headers.simpSession === this.cart.session,
      this.cart.inner.request === this.cart.session,
      this.cart.shared === this.shared,
    ].join(',');
  }
}

const add = (item: string): string => `SEND\ndestination:/app/add\n\n${item}\0`;

describe('a provider with the scope of a session', () => {
  it('is made once a session, and kept from message to message', async () => {
    const { url } = await startTestApp({ controllers: [Shop], providers: [Cart, Shared, OfAMessage] });
    expect((await exchange(url, add('a'), add('b'), add('c'))).map(bodyOf)).toEqual(['a', 'a,b', 'a,b,c']);
    expect((await exchange(url, add('x'))).map(bodyOf)).toEqual(['x']);
    expect(steps.filter((step) => step === 'made')).toHaveLength(2);
  });

  it('has the session injected, its own instances of what lives for a request, and what all share', async () => {
    const { url } = await startTestApp({ controllers: [Shop], providers: [Cart, Shared, OfAMessage] });
    const look = 'SEND\ndestination:/app/look\n\n\0';
    expect((await exchange(url, look, look)).map(bodyOf)).toEqual(['true,true,true', 'true,true,true']);
  });

  it('is not made for a session that does not need it', async () => {
    const { url } = await startTestApp({ controllers: [Shop], providers: [Cart, Shared, OfAMessage] });
    await exchange(url);
    expect(steps).toEqual([]);
  });

  it('is destroyed with the session, after the listeners of its end, and awaited', async () => {
    @Injectable()
    class Listener {
      constructor(private readonly scope: WebSocketScope) {}

      @EventListener()
      async left({ session }: SessionDisconnectEvent): Promise<void> {
        const cart = await this.scope.resolve(session, Cart);
        steps.push(`left with ${cart.items.join(',')}`);
      }
    }
    const { app, url } = await startTestApp({
      controllers: [Shop],
      providers: [Cart, Shared, OfAMessage, Listener],
    });
    await exchange(url, add('a'));
    await app.close();
    expect(steps).toEqual(['made', 'left with a', 'destroyed with a']);
  });

  it('may be asked for outside of handlers, as long as the session lives', async () => {
    const sessions: SimpSession[] = [];
    @Injectable()
    class Listener {
      constructor(private readonly scope: WebSocketScope) {}

      @EventListener()
      async joined({ session }: SessionConnectedEvent): Promise<void> {
        sessions.push(session);
        (await this.scope.resolve(session, Cart)).items.push('welcome gift');
      }
    }
    const { app, url } = await startTestApp({
      controllers: [Shop],
      providers: [Cart, Shared, OfAMessage, Listener],
    });
    expect((await exchange(url, add('a'))).map(bodyOf)).toEqual(['welcome gift,a']);
    const scope = app.get(WebSocketScope);
    await expect(scope.resolve(sessions[0], Shared)).rejects.toThrow(
      'Shared is no provider of a session. Decorate it with @WebSocketScoped() and list it in a module.',
    );
    await app.close();
    await expect(scope.resolve(sessions[0], Cart)).rejects.toThrow('The session of Cart has ended.');
  });

  it('is the same in a guard as in the handler', async () => {
    @Injectable()
    class NoMoreThanTwo implements CanActivate {
      constructor(private readonly cart: Cart) {}

      canActivate(): boolean {
        return this.cart.items.length < 2;
      }
    }
    @Controller()
    class Guarded {
      constructor(private readonly cart: Cart) {}

      @MessageMapping('/add')
      @UseGuards(NoMoreThanTwo)
      add(item: string): string {
        this.cart.items.push(item);
        return this.cart.items.join(',');
      }
    }
    const { url } = await startTestApp({ controllers: [Guarded], providers: [Cart, Shared, OfAMessage] });
    expect((await exchange(url, add('a'), add('b'), add('c'))).map(bodyOf)).toEqual(['a', 'a,b']);
    expect(steps).toEqual(['made']);
  });

  it('that fails to end is logged, and the others end', async () => {
    @WebSocketScoped()
    class Stubborn implements OnModuleDestroy {
      onModuleDestroy(): void {
        throw new Error('no');
      }
    }
    @Controller()
    class Both {
      constructor(
        readonly stubborn: Stubborn,
        readonly cart: Cart,
      ) {}

      @MessageMapping('/add')
      add(item: string): void {
        this.cart.items.push(item);
      }
    }
    const { app, url, logger } = await startTestApp({
      controllers: [Both],
      providers: [Stubborn, Cart, Shared, OfAMessage],
    });
    await exchange(url, add('a'));
    await app.close();
    expect(logger.textsOf('error')).toEqual(['Stubborn.onModuleDestroy failed: Error: no']);
    expect(steps).toEqual(['made', 'destroyed with a']);
  });

  it('is destroyed, too, if the session ends while it is being made', async () => {
    const [asked, gate] = [new Deferred(), new Deferred()];
    const connection = {
      provide: 'CONNECTION',
      scope: Scope.REQUEST,
      useFactory: async () => {
        asked.resolve();
        await gate.promise;
        return {};
      },
    };
    @WebSocketScoped()
    class Late implements OnModuleDestroy {
      constructor(@Inject('CONNECTION') readonly connection: object) {
        steps.push('made');
      }

      onModuleDestroy(): void {
        steps.push('destroyed');
      }
    }
    @Controller()
    class Handlers {
      constructor(readonly late: Late) {}

      @MessageMapping('/late')
      handle(): void {
        steps.push('handled');
      }
    }
    const { app, url } = await startTestApp({ controllers: [Handlers], providers: [Late, connection] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/late\n\n\0');
    await asked.promise;
    const registry = app.get(SimpUserRegistry);
    const [session] = registry.anonymousSessions;
    registry.disconnectSession(session.id);
    await client.closed;
    await turnUntil(() => registry.sessionCount === 0);
    gate.resolve();
    await turnUntil(() => steps.length >= 2);
    expect(steps).toEqual(['made', 'destroyed']);
  });

  it('is not shared by sessions that send at the same time', async () => {
    const { url } = await startTestApp({ controllers: [Shop], providers: [Cart, Shared, OfAMessage] });
    const clients = await Promise.all(['p', 'q', 'r'].map(() => RawClient.connect(url)));
    for (const [index, client] of clients.entries()) {
      for (let i = 0; i < 5; i++) {
        client.send(`SEND\ndestination:/app/add\nreceipt:${i}\n\n${'pqr'[index]}\0`);
      }
    }
    for (const client of clients) for (let i = 0; i < 5; i++) await client.next();
    await closeTestApps();
    expect(steps.filter((step) => step.startsWith('destroyed')).sort()).toEqual([
      'destroyed with p,p,p,p,p',
      'destroyed with q,q,q,q,q',
      'destroyed with r,r,r,r,r',
    ]);
  });
});
