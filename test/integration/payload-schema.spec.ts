import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Body,
  Catch,
  Controller,
  DefaultValuePipe,
  ParseIntPipe,
  ParseUUIDPipe,
  Post,
  Scope,
  StandardSchemaValidationPipe,
  UseFilters,
  UsePipes,
  ValidationPipe,
  type ArgumentMetadata,
  type ArgumentsHost,
  type ExceptionFilter,
  type PipeTransform,
} from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { MessageBody } from '@nestjs/websockets';
import { IsInt } from 'class-validator';
import { z } from 'zod';
import { DestinationVariable, Header, MessageMapping, Payload } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { deactivateStompJsClients, StompJsClient } from '../support/stompjs-client.js';
import { closeTestApps, startTestApp, type TestAppSetup } from '../support/test-app.js';

afterEach(async () => {
  await deactivateStompJsClients();
  terminateRawClients();
  await closeTestApps();
});

const order = z.object({ count: z.coerce.number().int(), note: z.string().default('none') });
type Order = z.infer<typeof order>;

class Trade {
  @IsInt()
  readonly count: number = 0;
}

/** Of an application that has no use for Nest's. */
class ZodPipe implements PipeTransform {
  constructor(private readonly type: z.ZodType) {}

  transform(value: unknown, _metadata: ArgumentMetadata): unknown {
    const { success, data, error } = this.type.safeParse(value);
    if (!success) throw new BadRequestException(error.issues.map(({ message }) => message));
    return data;
  }
}

const seen: string[] = [];

@Catch(BadRequestException)
class Telling implements ExceptionFilter {
  catch(error: BadRequestException, host: ArgumentsHost): void {
    seen.push(`${host.getType()} ${JSON.stringify(error.getResponse())}`);
  }
}

const handlers = {
  schema: '/app/schema',
  trade: '/app/trade',
} as const;

@Controller()
class OnNothing {
  @MessageMapping('/schema')
  schema(@Payload({ schema: order }) value: Order): unknown {
    return { value };
  }

  @MessageMapping('/trade')
  trade(@Payload() value: Trade): unknown {
    return { value };
  }

  @Post('/http')
  http(@Body({ schema: order }) value: Order): unknown {
    return value;
  }
}

@Controller()
@UsePipes(new StandardSchemaValidationPipe(), new ValidationPipe())
class OnClass extends OnNothing {}

@Controller()
class OnMethod {
  @MessageMapping('/schema')
  @UsePipes(StandardSchemaValidationPipe)
  schema(@Payload({ schema: order }) value: Order): unknown {
    return { value };
  }

  @MessageMapping('/trade')
  @UsePipes(ValidationPipe)
  trade(value: Trade): unknown {
    return { value };
  }
}

@Controller()
class OnParameter {
  @MessageMapping('/schema')
  schema(@Payload({ required: true, schema: order }, StandardSchemaValidationPipe) value: Order): unknown {
    return { value };
  }

  @MessageMapping('/trade')
  trade(@Payload(new ValidationPipe()) value: Trade): unknown {
    return { value };
  }
}

@Controller()
class OnMessageBody {
  @MessageMapping('/schema')
  schema(@MessageBody({ schema: order, pipes: [StandardSchemaValidationPipe] }) value: Order): unknown {
    return { value };
  }

  @MessageMapping('/trade')
  trade(@MessageBody(ValidationPipe) value: Trade): unknown {
    return { value };
  }
}

const places: [string, TestAppSetup][] = [
  [
    'the application',
    {
      controllers: [OnNothing],
      prepare: (app) => app.useGlobalPipes(new StandardSchemaValidationPipe(), new ValidationPipe()),
    },
  ],
  ['the class', { controllers: [OnClass] }],
  ['the method', { controllers: [OnMethod] }],
  ['the parameter', { controllers: [OnParameter] }],
  ["the parameter, by Nest's own decorator", { controllers: [OnMessageBody] }],
];

async function results(url: string, ...frames: readonly string[]): Promise<unknown[]> {
  return (await exchange(url, ...frames)).map((frame) => JSON.parse(bodyOf(frame)) as unknown);
}

describe('A schema', () => {
  const UNREAD =
    'OnNothing.schema has a schema that nothing validates. ' +
    'Give it, its class or the application a StandardSchemaValidationPipe.';

  it.each<[string, TestAppSetup]>([
    ['no pipe at all', { controllers: [OnNothing] }],
    [
      'pipes that do not look at it',
      { controllers: [OnNothing], prepare: (app) => app.useGlobalPipes(new ValidationPipe()) },
    ],
    [
      'a pipe that does not run for handlers',
      {
        controllers: [OnNothing],
        stomp: { useGlobalEnhancers: false },
        prepare: (app) => app.useGlobalPipes(new StandardSchemaValidationPipe()),
      },
    ],
  ])('with %s is warned of at the boot, because it looks validated', async (_what, setup) => {
    const { logger } = await startTestApp(setup);
    expect(logger.textsOf('warn')).toContain(UNREAD);
  });

  it.each<[string, TestAppSetup]>([
    ...places,
    [
      'a pipe of the application that Nest makes for each message',
      {
        controllers: [OnNothing],
        providers: [{ provide: APP_PIPE, scope: Scope.REQUEST, useClass: StandardSchemaValidationPipe }],
      },
    ],
    [
      'a pipe that the application has written',
      { controllers: [OnNothing], prepare: (app) => app.useGlobalPipes(new ZodPipe(order)) },
    ],
  ])('is not warned of when it is validated: %s', async (_where, setup) => {
    const { logger } = await startTestApp(setup);
    expect(logger.textsOf('warn')).toEqual([]);
  });
});

describe.each(places)('[ANN-12] A payload that is validated for %s', (_place, setup) => {
  it('is what its schema makes of it', async () => {
    const { url } = await startTestApp(setup);
    expect(await results(url, `SEND\ndestination:${handlers.schema}\n\n{"count":"7"}\0`)).toEqual([
      { value: { count: 7, note: 'none' } },
    ]);
  });

  it.each([
    ['its schema', handlers.schema, 'count: Invalid input: expected number, received NaN'],
    ["its class's decorators", handlers.trade, 'count must be an integer number'],
  ])(
    'is refused by %s: the client that asked for a receipt is told why',
    async (_what, destination, text) => {
      const { url, logger } = await startTestApp(setup);
      const client = await RawClient.connect(url);
      client.send(`SEND\ndestination:${destination}\nreceipt:r\n\n{"count":"x"}\0`);
      expect(await client.next()).toBe(
        `ERROR\nmessage:${text.replaceAll(':', '\\c')}\nreceipt-id:r\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0`,
      );
      expect(logger.textsOf('error')).toEqual([]);
    },
  );

  it('is refused where an exception filter sees it, and the session lives on', async () => {
    seen.length = 0;
    const { url } = await startTestApp({
      ...setup,
      prepare: (app) => {
        setup.prepare?.(app);
        app.useGlobalFilters(new Telling());
      },
    });
    const frames = await exchange(url, `SEND\ndestination:${handlers.schema}\nreceipt:r\n\n{"count":"x"}\0`);
    expect(frames).toEqual(['RECEIPT\nreceipt-id:r\n\n\0']);
    expect(seen).toEqual([expect.stringMatching(/^ws .*expected number, received NaN/)]);
  });
});

describe('@Payload with a schema', () => {
  it('is not validated while no pipe does it, as everywhere in Nest', async () => {
    const { url } = await startTestApp({ controllers: [OnNothing] });
    expect(await results(url, `SEND\ndestination:${handlers.schema}\n\n{"count":"x"}\0`)).toEqual([
      { value: { count: 'x' } },
    ]);
  });

  it('that is not required is undefined for an empty body, and its schema is asked', async () => {
    @Controller()
    class Optional {
      @MessageMapping('/optional')
      optional(
        @Payload({ required: false, schema: order.optional() }, StandardSchemaValidationPipe) value?: Order,
      ): unknown {
        return { value: value ?? 'undefined' };
      }

      @MessageMapping('/demanding')
      @UseFilters(Telling)
      demanding(
        @Payload({ required: false, schema: order }, StandardSchemaValidationPipe) value: Order,
      ): unknown {
        return { value };
      }
    }
    seen.length = 0;
    const { url } = await startTestApp({ controllers: [Optional] });
    expect(
      await results(
        url,
        'SEND\ndestination:/app/optional\n\n\0',
        'SEND\ndestination:/app/optional\n\n{"count":1}\0',
        'SEND\ndestination:/app/demanding\n\n\0',
      ),
    ).toEqual([{ value: 'undefined' }, { value: { count: 1, note: 'none' } }]);
    expect(seen).toHaveLength(1);
  });

  it('reaches a StompJS client converted', async () => {
    const { url } = await startTestApp({ controllers: [OnParameter] });
    const stompJs = new StompJsClient(url);
    await stompJs.connect();
    const values = await stompJs.subscribe('/topic/schema');
    stompJs.client.publish({ destination: handlers.schema, body: '{"count":"9","note":"a"}' });
    expect((await values.next()).body).toBe('{"value":{"count":9,"note":"a"}}');
  });
});

@Controller()
class Named {
  @MessageMapping('/numbers/{id}', '/numbers')
  numbers(
    @DestinationVariable('id', { required: false }, new DefaultValuePipe(0), ParseIntPipe) id: number,
    @Header('page', { required: false }, new DefaultValuePipe('1'), ParseIntPipe) page: number,
    @Header('size', { defaultValue: '20' }, ParseIntPipe) size: number,
  ): unknown {
    return { id, page, size };
  }

  @MessageMapping('/default/{id}', '/default')
  default(@DestinationVariable('id', { defaultValue: 'none' }) id: string): unknown {
    return { id };
  }

  @MessageMapping('/optional/{id}', '/optional')
  optional(@DestinationVariable('id', { required: false }) id?: string): unknown {
    return { id: id ?? 'undefined' };
  }

  @MessageMapping('/uuid/{id}')
  uuid(@DestinationVariable('id', ParseUUIDPipe) id: string): unknown {
    return { id };
  }

  @MessageMapping('/zod/{id}')
  zod(
    @DestinationVariable('id', new ZodPipe(z.enum(['a', 'b']))) id: string,
    @Header('since', new ZodPipe(z.iso.date())) since: string,
    @MessageBody('text', new ZodPipe(z.string().trim())) text: string,
  ): unknown {
    return { id, since, text };
  }
}

describe('@DestinationVariable and @Header', () => {
  it('are numbers through ParseIntPipe, and what DefaultValuePipe says where a mapping does not have them', async () => {
    const { url } = await startTestApp({ controllers: [Named] });
    expect(
      await results(
        url,
        'SEND\ndestination:/app/numbers/7\npage:3\nsize:5\n\n\0',
        'SEND\ndestination:/app/numbers\n\n\0',
        'SEND\ndestination:/app/numbers/seven\n\n\0',
      ),
    ).toEqual([
      { id: 7, page: 3, size: 5 },
      { id: 0, page: 1, size: 20 },
    ]);
  });

  it('take their default, or undefined, where a mapping does not have the variable', async () => {
    const { url } = await startTestApp({ controllers: [Named] });
    expect(
      await results(
        url,
        'SEND\ndestination:/app/default\n\n\0',
        'SEND\ndestination:/app/default/x\n\n\0',
        'SEND\ndestination:/app/optional\n\n\0',
        'SEND\ndestination:/app/optional/y\n\n\0',
      ),
    ).toEqual([{ id: 'none' }, { id: 'x' }, { id: 'undefined' }, { id: 'y' }]);
  });

  it('are refused by ParseUUIDPipe', async () => {
    const { url } = await startTestApp({ controllers: [Named] });
    const id = 'a50e8400-e29b-41d4-a716-446655440000';
    expect(
      await results(url, `SEND\ndestination:/app/uuid/${id}\n\n\0`, 'SEND\ndestination:/app/uuid/7\n\n\0'),
    ).toEqual([{ id }]);
  });

  it("go through an application's own pipe for zod", async () => {
    const { url, logger } = await startTestApp({ controllers: [Named] });
    expect(
      await results(
        url,
        'SEND\ndestination:/app/zod/a\nsince:2026-01-31\n\n{"text":" hi "}\0',
        'SEND\ndestination:/app/zod/c\nsince:2026-01-31\n\n{"text":"hi"}\0',
        'SEND\ndestination:/app/zod/a\nsince:yesterday\n\n{"text":"hi"}\0',
      ),
    ).toEqual([{ id: 'a', since: '2026-01-31', text: 'hi' }]);
    expect(logger.textsOf('warn')).toHaveLength(2);
  });
});
