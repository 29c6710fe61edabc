import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  createParamDecorator,
  Inject,
  Injectable,
  Scope,
  UseGuards,
  type ExecutionContext,
  type Provider,
} from '@nestjs/common';
import {
  APP_GUARD,
  APP_INTERCEPTOR,
  ContextIdFactory,
  REQUEST,
  type ContextId,
  type ContextIdStrategy,
  type HostComponentInfo,
} from '@nestjs/core';
import { ClsGuard, ClsInterceptor, ClsModule, ClsService } from 'nestjs-cls';
import {
  MessageMapping,
  withHeaders,
  type ChannelInterceptor,
  type Message,
  type SimpSession,
} from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

const say = (path: string, body: string): string => `SEND\ndestination:/app/${path}\n\n${body}\0`;

describe('nestjs-cls', () => {
  @Injectable()
  class Deep {
    constructor(private readonly cls: ClsService) {}

    async who(): Promise<string> {
      await new Promise((resolve) => setImmediate(resolve));
      return `${this.cls.get<string>('body')} ${typeof this.cls.getId()}`;
    }
  }

  @Controller()
  class Handlers {
    constructor(
      private readonly cls: ClsService,
      private readonly deep: Deep,
    ) {}

    @MessageMapping('/who')
    async who(body: string): Promise<string> {
      this.cls.set('body', body);
      return this.deep.who();
    }
  }

  it.each<[string, Provider]>([
    ['its guard', { provide: APP_GUARD, useClass: ClsGuard }],
    ['its interceptor', { provide: APP_INTERCEPTOR, useClass: ClsInterceptor }],
  ])('keeps the context of a message through %s', async (_title, provider) => {
    const { url } = await startTestApp({
      imports: [
        ClsModule.forRoot({ global: true, guard: { generateId: true }, interceptor: { generateId: true } }),
      ],
      controllers: [Handlers],
      providers: [Deep, provider],
      stomp: { preserveReceiveOrder: false },
    });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s\ndestination:/topic/who\n\n\0');
    const bodies = ['a', 'b', 'c', 'd'];
    for (const body of bodies) client.send(say('who', body));
    const received = await Promise.all(bodies.map(() => client.next()));
    expect(received.map(bodyOf).sort()).toEqual(bodies.map((body) => `${body} string`));
  });
});

describe('durable providers', () => {
  /** One tree of providers for each tenant, whose name is in a header of CONNECT. */
  class ByTenant implements ContextIdStrategy<Message> {
    readonly #tenants = new Map<unknown, ContextId>();

    attach(contextId: ContextId, { headers }: Message) {
      const tenant = headers.simpSessionAttributes?.get('tenant');
      let ofTenant = this.#tenants.get(tenant);
      if (ofTenant === undefined) this.#tenants.set(tenant, (ofTenant = ContextIdFactory.create()));
      const shared = ofTenant;
      return {
        resolve: (info: HostComponentInfo) => (info.isTreeDurable ? shared : contextId),
        payload: { tenant },
      };
    }
  }

  const made: string[] = [];

  @Injectable({ scope: Scope.REQUEST, durable: true })
  class Database {
    readonly rows: string[] = [];

    constructor(@Inject(REQUEST) readonly context: { tenant: string }) {
      made.push(context.tenant);
    }
  }

  @Controller({ scope: Scope.REQUEST, durable: true })
  class Rows {
    constructor(private readonly database: Database) {}

    @MessageMapping('/row')
    row(text: string): string {
      this.database.rows.push(text);
      return `${this.database.context.tenant}: ${this.database.rows.join(',')}`;
    }
  }

  afterEach(() => {
    // Nest has no way to take a strategy back.
    ContextIdFactory.apply(undefined as unknown as ContextIdStrategy);
    made.length = 0;
  });

  it('are shared by the messages of a tenant, and by nobody else', async () => {
    ContextIdFactory.apply(new ByTenant());
    const tenantOf: ChannelInterceptor = {
      preSend(message) {
        const { simpMessageType, nativeHeaders, simpSessionAttributes } = message.headers;
        if (simpMessageType === 'MESSAGE') {
          simpSessionAttributes?.set('tenant', nativeHeaders.get('tenant')?.[0]);
        }
        return withHeaders(message, {});
      },
    };
    const { url } = await startTestApp({
      controllers: [Rows],
      providers: [Database],
      stomp: { interceptors: { clientInbound: [tenantOf] } },
    });
    const row = (tenant: string, text: string): string =>
      `SEND\ndestination:/app/row\ntenant:${tenant}\n\n${text}\0`;
    const first = await exchange(url, row('a', '1'), row('b', '2'), row('a', '3'));
    const second = await exchange(url, row('a', '4'));
    expect([...first, ...second].map(bodyOf)).toEqual(['a: 1', 'b: 2', 'a: 1,3', 'a: 1,3,4']);
    expect(made).toEqual(['a', 'b']);
  });
});

describe('a custom parameter decorator', () => {
  const FromSession = createParamDecorator((key: string, context: ExecutionContext) =>
    context.switchToWs().getClient<SimpSession>().attributes.get(key),
  );

  it('sees session and payload as with any gateway', async () => {
    const Body = createParamDecorator((_data: unknown, context: ExecutionContext) =>
      context.switchToWs().getData<string>().toUpperCase(),
    );
    @Controller()
    class Handlers {
      @MessageMapping('/echo')
      @UseGuards({
        canActivate: (context: ExecutionContext) => {
          context.switchToWs().getClient<SimpSession>().attributes.set('seen', 'by the guard');
          return true;
        },
      })
      echo(@FromSession('seen') seen: string, @Body() body: string, _text: string): string {
        return `${seen} ${body}`;
      }
    }
    const { url } = await startTestApp({ controllers: [Handlers] });
    expect((await exchange(url, say('echo', 'hi'))).map(bodyOf)).toEqual(['by the guard HI']);
  });
});
