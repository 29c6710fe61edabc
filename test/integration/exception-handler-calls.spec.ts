import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  createParamDecorator,
  Inject,
  Injectable,
  ParseIntPipe,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import { APP_GUARD, APP_PIPE, REQUEST } from '@nestjs/core';
import { ConnectedSocket } from '@nestjs/websockets';
import {
  DestinationVariable,
  Header,
  Headers,
  MessageControllerAdvice,
  MessageExceptionHandler,
  MessageMapping,
  Payload,
  Principal,
  StompMessage,
  type Message,
  type MessageHeaders,
  type SimpSession,
} from 'nestjs-stomp';
import { listenToErrors, newsAfter } from '../support/error-listener.js';
import { namingUsers } from '../support/naming-users.js';
import { terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

const Destination = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.getArgByIndex<Message>(2).headers.simpDestination,
);

class Failing {
  @MessageMapping('/fail/{what}')
  fail(): never {
    throw new Error('broken');
  }
}

const FAIL = 'SEND\ndestination:/app/fail/it\nn:7\n\n{"text":"hi"}\0';

describe('A parameter of an exception handler', () => {
  it('[ANN-46] may be everything that a parameter of a handler may be, and the exception', async () => {
    @Controller()
    class Asking extends Failing {
      @MessageExceptionHandler()
      failed(
        error: Error,
        @Payload() payload: { text: string },
        @Header('n', ParseIntPipe) n: number,
        @Headers() headers: MessageHeaders,
        @DestinationVariable('what') what: string,
        @Principal() user: { name: string },
        @StompMessage() message: Message<Uint8Array>,
        @ConnectedSocket() session: SimpSession,
        @Destination() destination: string,
      ): object {
        return [
          error.message,
          payload,
          n,
          headers.lookupDestination,
          what,
          user.name,
          message.payload.length,
          session.id === headers.simpSessionId,
          destination,
        ];
      }
    }
    const { url } = await startTestApp({
      controllers: [Asking],
      stomp: { interceptors: { clientInbound: [namingUsers] } },
    });
    const client = await listenToErrors(url, 'ann');
    expect(await newsAfter(client, FAIL)).toEqual([
      'errors: ["broken",{"text":"hi"},7,"/fail/it","it","ann",13,true,"/app/fail/it"]',
    ]);
  });

  it.each(['text', 'untyped'])(
    'without decorator is the payload, if its type is none of an error: %s',
    async (kind) => {
      @Controller()
      class Asking extends Failing {
        @MessageExceptionHandler(TypeError)
        untyped(text: string, error: TypeError | string): string {
          return `${text} ${String(error)}`;
        }

        @MessageExceptionHandler()
        text(text: string, error: Error): string {
          return `${text} ${error.message}`;
        }

        @MessageMapping('/type')
        type(): never {
          throw new TypeError('untyped');
        }
      }
      const { url } = await startTestApp({ controllers: [Asking] });
      const client = await listenToErrors(url);
      const frame = kind === 'text' ? FAIL : FAIL.replace('/fail/it', '/type');
      expect(await newsAfter(client, frame)).toEqual([
        kind === 'text' ? 'errors: {"text":"hi"} broken' : 'errors: {"text":"hi"} TypeError: untyped',
      ]);
    },
  );

  it.each([
    [
      'an exception that there is none of',
      'has a parameter RangeError, and neither the exception nor a cause',
    ],
    ['a body that cannot be read', 'The JSON body is not a number'],
  ])('may ask in vain for %s; then the exception handler has failed', async (what, text) => {
    @Controller()
    class Exception extends Failing {
      @MessageExceptionHandler(Error)
      failed(_error: RangeError): string {
        return 'never';
      }
    }
    @Controller()
    class Body extends Failing {
      @MessageExceptionHandler(Error)
      failed(@Payload() _number: number): string {
        return 'never';
      }
    }
    const controller = what.startsWith('a body') ? Body : Exception;
    const { url, logger } = await startTestApp({ controllers: [controller] });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, FAIL)).toEqual([expect.stringContaining('STOMP_ERR_HANDLER')]);
    expect(logger.textsOf('error')).toEqual([
      expect.stringContaining(text),
      expect.stringContaining(`${controller.name}.fail failed`),
    ]);
  });

  it('goes through its own pipes, those given by class too, and through no others', async () => {
    @Injectable()
    class Shout implements PipeTransform<string, string> {
      transform(value: string): string {
        return `${value}!`;
      }
    }
    const no = { transform: () => 'no' };
    @Controller()
    @UsePipes(no)
    class Asking extends Failing {
      @MessageExceptionHandler()
      failed(@DestinationVariable('what', Shout) what: string, text: string): string {
        return `${what} ${text}`;
      }
    }
    const { url } = await startTestApp({
      controllers: [Asking],
      providers: [{ provide: APP_PIPE, useValue: no }],
    });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, FAIL)).toEqual(['errors: it! {"text":"hi"}']);
  });

  it('has pipes made for the message, in whatever host, if they are request-scoped', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Addressed implements PipeTransform<string, string> {
      constructor(@Inject(REQUEST) private readonly message: Message) {}

      transform(value: string): string {
        return `${value} of ${this.message.headers.simpDestination}`;
      }
    }
    class Made extends Failing {
      @MessageExceptionHandler()
      failed(@DestinationVariable('what', Addressed) what: string): string {
        return what;
      }
    }
    @MessageControllerAdvice()
    class Advice {
      @MessageExceptionHandler(RangeError)
      failed(@DestinationVariable('what', Addressed) what: string): string {
        return `advice, ${what}`;
      }
    }
    @Controller()
    class Other {
      @MessageMapping('/range/{what}')
      fail(): never {
        throw new RangeError();
      }
    }
    const { url } = await startTestApp({
      controllers: [Other],
      providers: [{ provide: 'MADE', useFactory: () => new Made() }, Advice],
    });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, FAIL, 'SEND\ndestination:/app/range/that\n\n\0')).toEqual([
      'errors: it of /app/fail/it',
      'errors: advice, that of /app/range/that',
    ]);
  });
});

describe('An exception handler', () => {
  it('runs once, without guards, interceptors and filters: they had their say when the message came', async () => {
    const ran: string[] = [];
    const guard = { canActivate: () => ran.push('guard') > 0 };
    @Injectable()
    class GlobalGuard {
      canActivate(): boolean {
        return ran.push('global guard') > 0;
      }
    }
    @Controller()
    @UseGuards(guard)
    @UseInterceptors({
      intercept: (_context, next) => {
        ran.push('interceptor');
        return next.handle();
      },
    })
    @UseFilters({ catch: () => ran.push('filter') })
    class Guarded extends Failing {
      @MessageExceptionHandler()
      failed(): string {
        ran.push('exception handler');
        return 'handled';
      }
    }
    const { url } = await startTestApp({
      controllers: [Guarded],
      providers: [{ provide: APP_GUARD, useClass: GlobalGuard }],
    });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, FAIL)).toEqual(['errors: handled']);
    expect(ran).toEqual(['global guard', 'guard', 'interceptor', 'exception handler']);
  });

  it('is inherited, unless a method that overrides it does not say so', async () => {
    class Base extends Failing {
      @MessageExceptionHandler()
      failed(_error: Error): string {
        return `${this.constructor.name} answers`;
      }
    }
    @Controller()
    @MessageMapping('/heir')
    class Heir extends Base {}
    @Controller()
    @MessageMapping('/rebel')
    class Rebel extends Base {
      override failed(_error: Error): string {
        return 'not any more';
      }
    }
    const { url } = await startTestApp({ controllers: [Heir, Rebel] });
    const client = await listenToErrors(url);
    const frames = ['heir', 'rebel'].map((name) => FAIL.replace('/fail/it', `/${name}/fail/it`));
    expect(await newsAfter(client, ...frames)).toEqual([
      'errors: Heir answers',
      expect.stringContaining('STOMP_ERR_HANDLER'),
    ]);
  });

  it('that overrides another one asks for what it says itself', async () => {
    class InnerError extends Error {}
    class Thrower {
      @MessageMapping('/throw')
      fail(): never {
        throw new Error('outer', { cause: new InnerError('inner') });
      }

      @MessageExceptionHandler(InnerError)
      failed(error: Error): string {
        return `base ${error.message}`;
      }
    }
    @Controller()
    @MessageMapping('/base')
    class Base extends Thrower {}
    @Controller()
    @MessageMapping('/heir')
    class Heir extends Base {
      @MessageExceptionHandler()
      override failed(error: InnerError): string {
        return `heir ${error.message}`;
      }
    }
    const { url } = await startTestApp({ controllers: [Base, Heir] });
    const client = await listenToErrors(url);
    const frames = ['base', 'heir'].map((name) => `SEND\ndestination:/app/${name}/throw\n\n\0`);
    expect(await newsAfter(client, ...frames)).toEqual(['errors: base outer', 'errors: heir inner']);
  });

  it('may be of an instance that a factory has made, and so may an advice', async () => {
    class Made extends Failing {
      constructor(private readonly who: string) {
        super();
      }

      @MessageMapping('/type')
      type(): never {
        throw new TypeError('a bug');
      }

      @MessageExceptionHandler(TypeError)
      failed(): string {
        return `made for ${this.who}`;
      }
    }
    @MessageControllerAdvice()
    class Advice extends Failing {
      constructor(private readonly who: string) {
        super();
      }

      override fail(): never {
        throw new Error('not mapped');
      }

      @MessageExceptionHandler()
      failed(): string {
        return `advice of ${this.who}`;
      }
    }
    const { url } = await startTestApp({
      providers: [
        { provide: 'MADE', useFactory: () => new Made('ann') },
        { provide: 'ADVICE', useValue: new Advice('bob') },
      ],
    });
    const client = await listenToErrors(url);
    expect(await newsAfter(client, FAIL.replace('/fail/it', '/type'), FAIL)).toEqual([
      'errors: made for ann',
      'errors: advice of bob',
    ]);
  });

  it('of a request-scoped class is called on the instance that failed; an advice is made for the message', async () => {
    let made = 0;
    @Injectable({ scope: Scope.REQUEST })
    class Current {
      readonly number = ++made;

      constructor(@Inject(REQUEST) readonly message: Message) {}
    }
    @Controller({ scope: Scope.REQUEST })
    class Scoped {
      #seen = '';

      constructor(@Inject(Current) private readonly current: Current) {}

      @MessageMapping('/scoped')
      fail(text: string): never {
        this.#seen = text;
        throw text === 'own' ? new TypeError('own') : new Error('for the advice');
      }

      @MessageExceptionHandler(TypeError)
      failed(): string {
        return `${this.#seen} ${this.current.number}`;
      }
    }
    @MessageControllerAdvice()
    class Advice {
      constructor(@Inject(Current) private readonly current: Current) {}

      @MessageExceptionHandler()
      failed(): string {
        return `${this.current.message.headers.simpDestination} ${this.current.number}`;
      }
    }
    const { url } = await startTestApp({ controllers: [Scoped], providers: [Current, Advice] });
    const client = await listenToErrors(url);
    const frames = ['own', 'other', 'own'].map((text) => `SEND\ndestination:/app/scoped\n\n${text}\0`);
    expect(await newsAfter(client, ...frames)).toEqual([
      'errors: own 1',
      'errors: /app/scoped 2',
      'errors: own 3',
    ]);
  });
});
