import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, ParseIntPipe } from '@nestjs/common';
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import {
  DestinationVariable,
  Header,
  MessageMapping,
  Payload,
  Principal,
  StompMessage,
  SubscribeMapping,
} from 'nestjs-stomp';
import type { Message, SimpSession, StompPrincipal } from 'nestjs-stomp';
import { bodyOf, exchange } from '../support/exchange.js';
import { namingUsers } from '../support/naming-users.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

@Controller()
class Parameters {
  @MessageMapping('/principal')
  principal(@Principal() user: StompPrincipal | null): unknown {
    return { user };
  }

  @MessageMapping('/mixed/{room}')
  mixed(
    first: string,
    @ConnectedSocket() session: SimpSession,
    @DestinationVariable('room') room: string,
    last: string,
    @Header('simpSessionId') id: string,
  ): unknown[] {
    return [first, session.id === id, room, last];
  }

  @MessageMapping('/property')
  property(@MessageBody('name') name: string, @MessageBody('toString') inherited: unknown): unknown {
    return { name, inherited: inherited === undefined };
  }

  @MessageMapping('/property-piped')
  propertyPiped(@MessageBody('n', ParseIntPipe) n: number, @Payload() whole: object): unknown[] {
    return [n, whole];
  }

  @MessageMapping('/attributes')
  attributes(@ConnectedSocket() session: SimpSession): number {
    const visits = ((session.attributes.get('visits') as number | undefined) ?? 0) + 1;
    session.attributes.set('visits', visits);
    return visits;
  }
}

/** The bodies that come back, as JSON. */
async function results(url: string, ...frames: readonly string[]): Promise<unknown[]> {
  return (await exchange(url, ...frames)).map((frame) => JSON.parse(bodyOf(frame)) as unknown);
}

describe('@Principal', () => {
  it('[ANN-21] is the user of the session, or null while it is anonymous', async () => {
    const { url } = await startTestApp({
      controllers: [Parameters],
      stomp: { interceptors: { clientInbound: [namingUsers] } },
    });
    const frame = 'SEND\ndestination:/app/principal\n\n\0';
    expect(await results(url, frame)).toEqual([{ user: null }]);
    const joe = await RawClient.connect(url, 'accept-version:1.2\nlogin:joe\n');
    joe.send('SUBSCRIBE\nid:all\ndestination:/topic/principal\n\n\0');
    joe.send(frame);
    expect((await joe.sync()).map(bodyOf)).toEqual(['{"user":{"name":"joe"}}']);
  });
});

describe('A parameter', () => {
  it('[ANN-7] without a decorator is the payload, wherever it stands and however many there are', async () => {
    const { url } = await startTestApp({ controllers: [Parameters] });
    expect(await results(url, 'SEND\ndestination:/app/mixed/1\n\nhi\0')).toEqual([['hi', true, '1', 'hi']]);
  });

  it('with @MessageBody of a property is that property of the body, and nothing that objects inherit', async () => {
    const { url } = await startTestApp({ controllers: [Parameters] });
    const frames = ['{"name":"joe"}', '{}', '[]', '"text"', 'null'].map(
      (body) => `SEND\ndestination:/app/property\n\n${body}\0`,
    );
    expect(await results(url, ...frames)).toEqual([
      { name: 'joe', inherited: true },
      ...Array.from({ length: 4 }, () => ({ inherited: true })),
    ]);
  });

  it('with @MessageBody of a property goes through its pipes, beside the whole payload', async () => {
    const { url } = await startTestApp({ controllers: [Parameters] });
    expect(await results(url, 'SEND\ndestination:/app/property-piped\n\n{"n":"12"}\0')).toEqual([
      [12, { n: '12' }],
    ]);
  });

  it('with @ConnectedSocket is the session: its attributes live as long as it does, and no longer', async () => {
    const { url } = await startTestApp({ controllers: [Parameters] });
    const frame = 'SEND\ndestination:/app/attributes\n\n\0';
    expect(await results(url, frame, frame)).toEqual([1, 2]);
    expect(await results(url, frame)).toEqual([1]);
  });

  it('with @ConnectedSocket may end the session', async () => {
    @Controller()
    class Kicking {
      @MessageMapping('/kick')
      kick(@ConnectedSocket() session: SimpSession): void {
        session.close(4001, 'kicked');
      }
    }
    const { url } = await startTestApp({ controllers: [Kicking] });
    const client = await RawClient.connect(url);
    client.send('SEND\ndestination:/app/kick\n\n\0');
    expect(await client.closed).toEqual({ code: 4001, reason: 'kicked' });
    expect(await client.next()).toBe('');
  });

  it('with @StompMessage is the message, its payload as bytes', async () => {
    const seen: Message<Uint8Array>[] = [];
    @Controller()
    class Whole {
      @MessageMapping('/whole')
      @SubscribeMapping('/whole')
      whole(@StompMessage() message: Message<Uint8Array>): void {
        seen.push(message);
      }
    }
    const { url } = await startTestApp({ controllers: [Whole] });
    await exchange(
      url,
      'SEND\ndestination:/app/whole\ncontent-length:3\n\na\0b\0',
      'SUBSCRIBE\nid:s\ndestination:/app/whole\n\n\0',
    );
    expect(
      seen.map(({ payload, headers }) => [Buffer.from(payload).toString(), headers.simpMessageType]),
    ).toEqual([
      ['a\0b', 'MESSAGE'],
      ['', 'SUBSCRIBE'],
    ]);
    expect(seen[1]?.headers.simpSubscriptionId).toBe('s');
  });
});
