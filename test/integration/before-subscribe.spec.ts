import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Catch,
  Controller,
  ParseIntPipe,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { catchError, EMPTY, map, of, type Observable } from 'rxjs';
import {
  BeforeSubscribe,
  DestinationVariable,
  MessageRejectedError,
  Principal,
  SimpMessagingTemplate,
  SimpleBroker,
  SubscribeMapping,
  type SimpSession,
  type StompPrincipal,
} from 'nestjs-stomp';
import { bodyOf, headerOf } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

const subscribe = (destination: string, id = 's'): string =>
  `SUBSCRIBE\nid:${id}\ndestination:${destination}\nreceipt:r\n\n\0`;
const RECEIPT = 'RECEIPT\nreceipt-id:r\n\n\0';

class OnlyMembers implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToWs().getClient<SimpSession>().attributes.get('member') === true;
  }
}

@Catch()
class Swallowing implements ExceptionFilter {
  catch(): void {}
}

@Controller()
class Doors {
  readonly asked: string[] = [];

  @BeforeSubscribe('/topic/rooms/{room}')
  room(@DestinationVariable('room') room: string, @Principal() user: StompPrincipal | null): boolean {
    this.asked.push(`${room} ${user?.name ?? 'nobody'}`);
    return room !== 'closed';
  }

  @BeforeSubscribe('/topic/members/**', '/user/queue/members')
  @UseGuards(OnlyMembers)
  members(): void {
    this.asked.push('members');
  }

  @BeforeSubscribe('/topic/numbers/{n}')
  async numbers(@DestinationVariable('n', ParseIntPipe) n: number): Promise<boolean> {
    await Promise.resolve();
    return n > 5;
  }

  @BeforeSubscribe('/topic/swallowed/{x}')
  @UseFilters(Swallowing)
  swallowed(): never {
    throw new Error('secret');
  }

  @BeforeSubscribe('/topic/fails/{how}')
  fails(@DestinationVariable('how') how: string): Observable<boolean> {
    if (how === 'bug') throw new Error('secret');
    if (how === 'http') throw new BadRequestException(['a is wrong', 'b is wrong']);
    if (how === 'stomp') throw new MessageRejectedError('Not today');
    return of(how === 'yes');
  }

  @BeforeSubscribe('/topic/turned')
  @UseInterceptors({ intercept: (_context, next) => next.handle().pipe(map((value) => !value)) })
  turned(): boolean {
    return true;
  }

  @BeforeSubscribe('/topic/dropped')
  @UseInterceptors({ intercept: (_context, next) => next.handle().pipe(catchError(() => EMPTY)) })
  dropped(): never {
    throw new Error('secret');
  }

  @BeforeSubscribe('/app/secret')
  secret(): boolean {
    return false;
  }

  @SubscribeMapping('/secret')
  answer(): string {
    return 'secret';
  }
}

describe('a method with @BeforeSubscribe', () => {
  it('lets a subscription pass before the broker has it', async () => {
    const { app, url } = await startTestApp({ controllers: [Doors] });
    const client = await RawClient.connect(url);
    client.send(subscribe('/topic/rooms/kitchen'));
    expect(await client.next()).toBe(RECEIPT);
    expect(app.get(Doors).asked).toEqual(['kitchen nobody']);
    void app.get(SimpMessagingTemplate).convertAndSend('/topic/rooms/kitchen', 'tea');
    expect(bodyOf(await client.next())).toBe('tea');
  });

  it.each([
    ['/topic/rooms/closed', 'Access denied'],
    ['/topic/members/a/b', 'Forbidden resource'],
    ['/user/queue/members', 'Forbidden resource'],
    ['/topic/numbers/five', 'Validation failed (numeric string is expected)'],
    ['/topic/numbers/5', 'Access denied'],
    ['/topic/swallowed/x', 'Access denied'],
    ['/topic/fails/bug', 'The subscription could not be checked'],
    ['/topic/fails/http', 'a is wrong; b is wrong'],
    ['/topic/fails/stomp', 'Not today'],
    ['/topic/fails/no', 'Access denied'],
    ['/topic/turned', 'Access denied'],
    ['/topic/dropped', 'Access denied'],
    ['/topic//rooms//closed', 'Access denied'],
    ['/app/secret', 'Access denied'],
  ])('refuses %s: %s, and nobody has registered anything', async (destination, text) => {
    const { app, url } = await startTestApp({ controllers: [Doors] });
    const client = await RawClient.connect(url);
    client.send(subscribe(destination));
    const error = await client.next();
    expect([headerOf(error, 'message'), headerOf(error, 'code')]).toEqual([text, 'STOMP_ERR_REJECTED']);
    expect((await client.closed).code).toBe(1008);
    expect(app.get(SimpleBroker).subscriptionCount).toBe(0);
  });

  it.each(['/topic/numbers/6', '/topic/fails/yes', '/topic/others', '/topic/*x/y/z'])(
    'lets %s pass',
    async (destination) => {
      const { url } = await startTestApp({ controllers: [Doors] });
      const client = await RawClient.connect(url);
      client.send(subscribe(destination));
      expect(await client.next()).toBe(RECEIPT);
    },
  );

  it.each([
    '/topic/**',
    '/**',
    '/topic/rooms/*',
    '/topic/*/kitchen',
    '/topic/{a}/{b}',
    '/topic/room?/x',
    '/topic/*/*',
    '/user/queue/*',
    '/user/**',
  ])('is not to be passed by with the wildcards of %s', async (destination) => {
    const { app, url } = await startTestApp({ controllers: [Doors] });
    const client = await RawClient.connect(url);
    client.send(subscribe(destination));
    expect(headerOf(await client.next(), 'message')).toBe(
      'Wildcards are not allowed here. Subscribe to one destination',
    );
    expect(app.get(SimpleBroker).subscriptionCount).toBe(0);
  });

  it('is asked about wildcards where all that they match is its own', async () => {
    const { app, url } = await startTestApp({ controllers: [Doors] });
    const client = await RawClient.connect(url);
    client.send(subscribe('/topic/members/*'));
    expect(headerOf(await client.next(), 'message')).toBe('Forbidden resource');
    expect(app.get(Doors).asked).toEqual([]);
  });

  it('is one of several, all of which have to agree', async () => {
    const asked: string[] = [];
    @Controller()
    class Both {
      @BeforeSubscribe('/topic/**')
      all(): boolean {
        asked.push('all');
        return true;
      }

      @BeforeSubscribe('/topic/a')
      one(): boolean {
        asked.push('one');
        return false;
      }
    }
    const { url } = await startTestApp({ controllers: [Both] });
    const client = await RawClient.connect(url);
    client.send(subscribe('/topic/a'));
    expect(headerOf(await client.next(), 'message')).toBe('Access denied');
    expect(asked.sort()).toEqual(['all', 'one']);
  });

  it('has the guards of the application, too', async () => {
    @Controller()
    class Open {
      @BeforeSubscribe('/topic/a')
      a(): void {}
    }
    const { url } = await startTestApp({
      controllers: [Open],
      providers: [{ provide: APP_GUARD, useClass: OnlyMembers }],
    });
    const client = await RawClient.connect(url);
    client.send(subscribe('/topic/a'));
    expect(headerOf(await client.next(), 'message')).toBe('Forbidden resource');
  });

  it('costs a client its subscription only, where refusals are reported', async () => {
    const { url } = await startTestApp({ controllers: [Doors], stomp: { rejections: 'report' } });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n\0');
    client.send(subscribe('/topic/rooms/closed', 'x'));
    const report = await client.next();
    expect(report.replace(/message-id:.*/, 'message-id:*')).toBe(
      'MESSAGE\nmessage:Access denied\ncode:STOMP_ERR_REJECTED\nreceipt-id:r\n' +
        'destination:/user/queue/errors\ncontent-type:application/json\nsubscription:e\nmessage-id:*\n' +
        `content-length:${bodyOf(report).length}\n\n` +
        '{"code":"STOMP_ERR_REJECTED","message":"Access denied","command":"SUBSCRIBE",' +
        '"destination":"/topic/rooms/closed","receipt":"r","subscription":"x"}\0',
    );
    expect(await client.sync()).toEqual([]);
  });

  it.each([
    ['/topic/rooms/closed', 'Access denied (Doors.room refused it)'],
    ['/topic/members/a', 'Forbidden resource (Doors.members: ForbiddenException)'],
    ['/topic/rooms/*', 'Subscribe to one destination (Doors.room looks at /topic/rooms/{room})'],
  ])('logs who refused %s, without a stack', async (destination, text) => {
    const { url, logger } = await startTestApp({ controllers: [Doors] });
    const client = await RawClient.connect(url);
    client.send(subscribe(destination));
    await client.closed;
    expect(logger.textsOf('warn')).toEqual([expect.stringMatching(/ ended\. STOMP_ERR_REJECTED, .*\)$/)]);
    expect(logger.textsOf('warn')[0]).toContain(text);
  });

  it('logs the stack of what was no answer but an accident', async () => {
    const { url, logger } = await startTestApp({ controllers: [Doors] });
    const client = await RawClient.connect(url);
    client.send(subscribe('/topic/fails/bug'));
    await client.closed;
    expect(logger.textsOf('warn')[0]).toMatch(/\(Error: secret\n +at /);
  });

  it('fails the boot when it wants a variable that its destination does not have', async () => {
    @Controller()
    class Misspelt {
      @BeforeSubscribe('/topic/rooms/{room}')
      a(@DestinationVariable('rom') _room: string): void {}
    }
    await expect(startTestApp({ controllers: [Misspelt] })).rejects.toThrow(
      "Misspelt.a wants @DestinationVariable('rom'), but /topic/rooms/{room} has no variable {rom}.",
    );
  });

  it('fails the boot without a destination', async () => {
    @Controller()
    class Blind {
      @BeforeSubscribe()
      a(): void {}
    }
    await expect(startTestApp({ controllers: [Blind] })).rejects.toThrow(
      'Blind.a looks at no subscription. Give @BeforeSubscribe a destination.',
    );
  });
});
