import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, ParseIntPipe, ValidationPipe } from '@nestjs/common';
import { IsString } from 'class-validator';
import {
  Header,
  Message,
  MessageHeaders,
  MessageMapping,
  Payload,
  SimpSession,
  StompPrincipal,
  SubscribeMapping,
} from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { namingUsers } from '../support/naming-users.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';
import type { Message as TypeOnlyMessage } from 'nestjs-stomp';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

class Line {
  @IsString()
  readonly text: string = '';
}

@Controller()
class Typed {
  @MessageMapping('/message')
  message(message: Message<Uint8Array>): unknown {
    return { body: Buffer.from(message.payload).toString(), to: message.headers.simpDestination };
  }

  @MessageMapping('/headers')
  headers(headers: MessageHeaders): unknown {
    return { foo: headers.nativeHeaders.get('foo') };
  }

  @MessageMapping('/session')
  session(session: SimpSession, body: string): unknown {
    session.attributes.set('said', body);
    return { known: session.id.length, said: [...session.attributes.values()] };
  }

  @MessageMapping('/user')
  user(user: StompPrincipal): unknown {
    return { user };
  }

  @MessageMapping('/mixed/{x}')
  mixed(
    session: SimpSession,
    line: Line,
    headers: MessageHeaders,
    @Header('n', ParseIntPipe) n: number,
    message: Message,
    user: StompPrincipal,
  ): unknown {
    const isSame = message.headers === headers && headers.simpSession === session;
    return { isSame, line, n, user: user.name, lookup: headers.lookupDestination };
  }

  @MessageMapping('/decorated')
  decorated(@Payload() message: Message): unknown {
    return { message };
  }

  @MessageMapping('/type-only')
  typeOnly(message: TypeOnlyMessage): unknown {
    return { message };
  }

  @SubscribeMapping('/both')
  @MessageMapping('/both')
  both(headers: MessageHeaders): unknown {
    return { type: headers.simpMessageType };
  }
}

async function results(url: string, ...frames: readonly string[]): Promise<unknown[]> {
  return (await exchange(url, ...frames)).map((frame) => JSON.parse(bodyOf(frame)) as unknown);
}

describe('A parameter without decorator', () => {
  it('[ANN-22] of type Message is the message, its payload as bytes', async () => {
    const { url } = await startTestApp({ controllers: [Typed] });
    expect(await results(url, 'SEND\ndestination:/app/message\n\nhi\0')).toEqual([
      { body: 'hi', to: '/app/message' },
    ]);
  });

  it('[ANN-22] of type Message takes an empty body too', async () => {
    const { url } = await startTestApp({ controllers: [Typed] });
    expect(await results(url, 'SEND\ndestination:/app/message\n\n\0')).toEqual([
      { body: '', to: '/app/message' },
    ]);
  });

  it('[ANN-18] of type MessageHeaders is all headers', async () => {
    const { url } = await startTestApp({ controllers: [Typed] });
    expect(await results(url, 'SEND\ndestination:/app/headers\nfoo:1\nfoo:2\n\n\0')).toEqual([
      { foo: ['1', '2'] },
    ]);
  });

  it('of type SimpSession is the session, and the one beside it the payload', async () => {
    const { url } = await startTestApp({ controllers: [Typed] });
    expect(await results(url, 'SEND\ndestination:/app/session\n\nhi\0')).toEqual([
      { known: 36, said: ['hi'] },
    ]);
  });

  it("[ANN-21] of type StompPrincipal is the session's user, or null while it is anonymous", async () => {
    const { url } = await startTestApp({
      controllers: [Typed],
      stomp: { interceptors: { clientInbound: [namingUsers] } },
    });
    expect(await results(url, 'SEND\ndestination:/app/user\n\n\0')).toEqual([{ user: null }]);
    const joe = await RawClient.connect(url, 'accept-version:1.2\nlogin:joe\n');
    joe.send('SUBSCRIBE\nid:all\ndestination:/topic/**\n\n\0SEND\ndestination:/app/user\n\n\0');
    expect(bodyOf(await joe.next())).toBe('{"user":{"name":"joe"}}');
  });

  it('[ANN-7] is found by its type in any order, and every other one is the payload, through global pipes', async () => {
    const { url, logger } = await startTestApp({
      controllers: [Typed],
      stomp: { interceptors: { clientInbound: [namingUsers] } },
      prepare: (app) =>
        app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true })),
    });
    const joe = await RawClient.connect(url, 'accept-version:1.2\nlogin:joe\n');
    joe.send('SUBSCRIBE\nid:all\ndestination:/topic/**\n\n\0');
    joe.send('SEND\ndestination:/app/mixed/1\nn:7\n\n{"text":"tea"}\0');
    const [frame = ''] = await joe.sync();
    expect(JSON.parse(bodyOf(frame))).toEqual({
      isSame: true,
      line: { text: 'tea' },
      n: 7,
      user: 'joe',
      lookup: '/mixed/1',
    });
    joe.send('SEND\ndestination:/app/mixed/1\nn:7\n\n{"text":7}\0');
    expect(await joe.sync()).toEqual([]);
    expect(logger.textsOf('warn')).toEqual([expect.stringMatching(/Typed\.mixed/)]);
  });

  it('is found by its type for both mappings of one method', async () => {
    const { url } = await startTestApp({ controllers: [Typed] });
    expect(
      await results(url, 'SUBSCRIBE\nid:s\ndestination:/app/both\n\n\0', 'SEND\ndestination:/app/both\n\n\0'),
    ).toEqual([{ type: 'SUBSCRIBE' }, { type: 'MESSAGE' }]);
  });

  it('is the payload where the type is not known at run time, because it was imported with `import type`', async () => {
    const { url } = await startTestApp({ controllers: [Typed] });
    expect(await results(url, 'SEND\ndestination:/app/type-only\n\n{"a":1}\0')).toEqual([
      { message: { a: 1 } },
    ]);
  });
});

describe('A parameter with a decorator', () => {
  it('is what the decorator says, whatever its type', async () => {
    const { url } = await startTestApp({ controllers: [Typed] });
    expect(await results(url, 'SEND\ndestination:/app/decorated\n\n{"a":1}\0')).toEqual([
      { message: { a: 1 } },
    ]);
  });
});

describe('The types of parameters', () => {
  it('are types like any interface: a literal is one, and may be spread', () => {
    const headers: MessageHeaders = { simpMessageType: 'MESSAGE', nativeHeaders: new Map() };
    const message: Message<string> = { payload: 'a', headers };
    const copy: TypeOnlyMessage = { ...message, headers: { ...headers, custom: 1 } };
    expect(copy.headers['custom']).toBe(1);
    expect(message).not.toBeInstanceOf(Message);
  });
});
