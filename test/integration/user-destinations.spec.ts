import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { ConnectedSocket } from '@nestjs/websockets';
import {
  MessageMapping,
  SendTo,
  SendToUser,
  SimpMessagingTemplate,
  SubscribeMapping,
  withHeaders,
  type ChannelInterceptor,
  type Message,
  type SimpSession,
  type StompPrincipal,
} from 'nestjs-stomp';
import { bodyOf, headerOf, masked } from '../support/exchange.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp, type TestApp, type TestAppSetup } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

@Controller()
class WhoAmI {
  @SubscribeMapping('/session')
  session(@ConnectedSocket() { id }: SimpSession): string {
    return id;
  }
}

@Controller()
class Answers {
  @MessageMapping('/default')
  @SendToUser()
  default(text: string): string {
    return text;
  }

  @MessageMapping('/one')
  @SendToUser({ broadcast: false })
  one(text: string): string {
    return text;
  }

  @MessageMapping('/to/{id}')
  @SendToUser('/queue/a', '/queue/b/{id}')
  several(text: string): string {
    return text;
  }

  @MessageMapping('/both')
  @SendTo('/topic/everybody')
  @SendToUser('/queue/mine')
  both(text: string): string {
    return text;
  }

  @SubscribeMapping('/initial')
  @SendToUser('/queue/initial')
  initial(): string {
    return 'x';
  }
}

@Controller()
@SendTo('/topic/class')
@SendToUser('/queue/class')
class OnClass {
  @MessageMapping('/inherit')
  inherit(text: string): string {
    return text;
  }

  @MessageMapping('/own')
  @SendTo('/topic/own')
  own(text: string): string {
    return text;
  }

  @MessageMapping('/bare')
  @SendTo()
  bare(text: string): string {
    return text;
  }

  @MessageMapping('/mine')
  @SendToUser('/queue/mine')
  mine(text: string): string {
    return text;
  }
}

/** Anybody is who `login` says; `account` is the name in destinations. */
const login: ChannelInterceptor = {
  preSend(message: Message) {
    if (message.headers.simpMessageType !== 'CONNECT') return message;
    const first = (name: string): string | undefined => message.headers.nativeHeaders.get(name)?.[0];
    const name = first('login');
    if (name === undefined) return message;
    const simpUser: StompPrincipal = { name, destinationUserName: first('account') };
    return withHeaders(message, { simpUser });
  },
};

function start(setup: TestAppSetup = {}): Promise<TestApp> {
  return startTestApp({
    ...setup,
    stomp: { ...setup.stomp, interceptors: { clientInbound: [login], ...setup.stomp?.interceptors } },
  });
}

async function connectAs(url: string, name?: string, more = ''): Promise<RawClient> {
  const who = name === undefined ? '' : `login:${name}\n`;
  return RawClient.connect(url, `accept-version:1.2\nheart-beat:0,0\n${who}${more}`);
}

async function subscribed(client: RawClient, destination: string, id = 'u'): Promise<RawClient> {
  client.send(`SUBSCRIBE\nid:${id}\ndestination:${destination}\n\n\0`);
  expect(await client.sync()).toEqual([]);
  return client;
}

const received = async (client: RawClient): Promise<string[]> => (await client.sync()).map(masked);
const bodies = async (client: RawClient): Promise<string[]> => (await client.sync()).map(bodyOf);

describe('a message for a user', () => {
  it('reaches every session of the user that has subscribed, as /user and the destination', async () => {
    const { app, url } = await start();
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/push');
    const joesPhone = await subscribed(await connectAs(url, 'joe'), '/user/queue/push', 'phone');
    const idle = await connectAs(url, 'joe');
    const eve = await subscribed(await connectAs(url, 'eve'), '/user/queue/push');
    expect(app.get(SimpMessagingTemplate).convertAndSendToUser('joe', '/queue/push', 'hello')).toBe(
      'handled',
    );
    const frame = (id: string): string =>
      'MESSAGE\ndestination:/user/queue/push\ncontent-type:text/plain;charset=UTF-8\n' +
      `subscription:${id}\nmessage-id:*\ncontent-length:5\n\nhello\0`;
    expect(await received(joe)).toEqual([frame('u')]);
    expect(await received(joesPhone)).toEqual([frame('phone')]);
    expect(await received(idle)).toEqual([]);
    expect(await received(eve)).toEqual([]);
  });

  it('may be for one of the sessions', async () => {
    const { app, url } = await start({ controllers: [WhoAmI] });
    const one = await subscribed(await connectAs(url, 'joe'), '/user/queue/push');
    const two = await subscribed(await connectAs(url, 'joe'), '/user/queue/push');
    one.send('SUBSCRIBE\nid:id\ndestination:/app/session\n\n\0');
    const sessionId = bodyOf(await one.next());
    const template = app.get(SimpMessagingTemplate);
    expect(template.convertAndSendToUser('joe', '/queue/push', 'x', {}, { sessionId })).toBe('handled');
    expect(await bodies(one)).toEqual(['x']);
    expect(await bodies(two)).toEqual([]);
  });

  it('says in its return value and in the debug log when it reached nobody', async () => {
    const { app, url, logger } = await start();
    const template = app.get(SimpMessagingTemplate);
    expect(template.convertAndSendToUser('joe', '/queue/push', 'x')).toBe('unhandled');
    expect(logger.textsOf('debug')).toContain(
      'MESSAGE to "/user/joe/queue/push" reached nobody: the user is not connected',
    );
    await subscribed(await connectAs(url, 'joe'), '/user/queue/other');
    expect(template.convertAndSendToUser('joe', '/queue/push', 'x')).toBe('unhandled');
    expect(logger.textsOf('debug')).toContain(
      'MESSAGE to "/user/joe/queue/push" reached nobody: no broker or subscription has it',
    );
  });

  it('ends with the subscription, and with the session', async () => {
    const { app, url } = await start();
    const template = app.get(SimpMessagingTemplate);
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/push');
    joe.send('UNSUBSCRIBE\nid:u\nreceipt:r\n\n\0');
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(template.convertAndSendToUser('joe', '/queue/push', 'x')).toBe('unhandled');
    await subscribed(joe, '/user/queue/push');
    joe.send('DISCONNECT\n\n\0');
    await joe.closed;
    expect(template.convertAndSendToUser('joe', '/queue/push', 'x')).toBe('unhandled');
  });

  it.each([
    ['a name with a slash', 'a/b', 'a/b'],
    ['a name with a percent sign', '100%', '100%'],
    ['a name with the code of a slash', 'a%2Fb', 'a%2Fb'],
    ['the name of a property of objects', '__proto__', '__proto__'],
    ['a name with a space and an umlaut', 'Jörg M', 'Jörg M'],
  ])('finds %s', async (_title, name, asked) => {
    const { app, url } = await start();
    const client = await subscribed(await connectAs(url, name), '/user/queue/push');
    void app.get(SimpMessagingTemplate).convertAndSendToUser(asked, '/queue/push', 'x');
    expect(await bodies(client)).toEqual(['x']);
  });

  it('goes by the name in destinations, while CONNECTED tells the name of the person', async () => {
    const { app, url } = await start();
    const client = await RawClient.open(url);
    client.send('CONNECT\naccept-version:1.2\nheart-beat:0,0\nlogin:Joe Doe\naccount:4711\n\n\0');
    expect(headerOf(await client.next(), 'user-name')).toBe('Joe Doe');
    await subscribed(client, '/user/queue/push');
    const template = app.get(SimpMessagingTemplate);
    expect(template.convertAndSendToUser('Joe Doe', '/queue/push', 'x')).toBe('unhandled');
    expect(template.convertAndSendToUser('4711', '/queue/push', 'y')).toBe('handled');
    expect(await bodies(client)).toEqual(['y']);
  });

  it('is refused for nobody, and for no destination', async () => {
    const { app } = await start();
    const template = app.get(SimpMessagingTemplate);
    expect(() => template.convertAndSendToUser('', '/queue/x', 'x')).toThrow('The name of the user is empty');
    expect(() => template.convertAndSendToUser('joe', '', 'x')).toThrow('The destination is empty');
  });

  it('keeps the order of what was sent', async () => {
    const { app, url } = await start();
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/push');
    const template = app.get(SimpMessagingTemplate);
    const numbers = Array.from({ length: 300 }, (_, index) => String(index));
    for (const number of numbers) void template.convertAndSendToUser('joe', '/queue/push', number);
    expect(await bodies(joe)).toEqual(numbers);
  });
});

describe('a client', () => {
  it('sends to a user by name, who sees nothing of the sender but its headers', async () => {
    const { url } = await start();
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/chat');
    const eve = await connectAs(url, 'eve');
    eve.send('SEND\ndestination:/user/joe/queue/chat\nfoo:bar\nreceipt:r\nsubscription:evil\n\nhi\0');
    expect(await eve.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(await received(joe)).toEqual([
      'MESSAGE\ndestination:/user/queue/chat\nfoo:bar\nsubscription:u\nmessage-id:*\ncontent-length:2\n\nhi\0',
    ]);
  });

  it('reaches its own session only when it sends to itself, as in Spring', async () => {
    const { url } = await start();
    const one = await subscribed(await connectAs(url, 'joe'), '/user/queue/chat');
    const two = await subscribed(await connectAs(url, 'joe'), '/user/queue/chat');
    one.send('SEND\ndestination:/user/joe/queue/chat\n\nme\0');
    expect(await bodies(one)).toEqual(['me']);
    expect(await bodies(two)).toEqual([]);
  });

  it('learns nothing of who is connected', async () => {
    const { url } = await start();
    await connectAs(url, 'joe');
    const eve = await connectAs(url, 'eve');
    for (const name of ['joe', 'nobody']) {
      eve.send(`SEND\ndestination:/user/${name}/queue/chat\nreceipt:${name}\n\nhi\0`);
      expect(await eve.next()).toBe(`RECEIPT\nreceipt-id:${name}\n\n\0`);
    }
  });

  it('may not send to users where clients may not send to the broker', async () => {
    const { url } = await start({
      stomp: { simpleBroker: { destinationPrefixes: ['/topic', '/queue'], clientSend: 'deny' } },
    });
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/chat');
    const eve = await connectAs(url, 'eve');
    eve.send('SEND\ndestination:/user/joe/queue/chat\n\nhi\0');
    expect(headerOf(await eve.next(), 'code')).toBe('STOMP_ERR_REJECTED');
    expect(await bodies(joe)).toEqual([]);
  });

  it('cannot make another believe that its frames have failed', async () => {
    const { url } = await start();
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/errors');
    const eve = await connectAs(url, 'eve');
    eve.send('SEND\ndestination:/user/joe/queue/errors\n\n{"code":"STOMP_ERR_REJECTED"}\0');
    expect(headerOf(await eve.next(), 'message')).toBe('Only the server tells of failures');
    expect(await bodies(joe)).toEqual([]);
  });

  it.each(['/user/', '/user', '/user/joe', '/user/joe/', '/user//queue/x'])(
    'that sends to %s is told so if it asked',
    async (destination) => {
      const { url } = await start();
      const client = await connectAs(url, 'joe');
      client.send(`SEND\ndestination:${destination}\nreceipt:r\n\nhi\0`);
      expect(headerOf(await client.next(), 'code')).toBe('STOMP_ERR_NOT_ROUTABLE');
    },
  );

  it('cannot subscribe to a user destination that no broker has', async () => {
    const { url } = await start();
    const client = await connectAs(url, 'joe');
    client.send('SUBSCRIBE\nid:x\ndestination:/user/nowhere\nreceipt:r\n\n\0');
    expect(headerOf(await client.next(), 'code')).toBe('STOMP_ERR_NOT_ROUTABLE');
  });
});

describe('the private destination of a user', () => {
  it.each([
    '/queue/**',
    '/**',
    '/queue/*',
    '/queue/{x}',
    '/queue/push*',
    '/queue/push',
    '/queue/push-user*',
    '/user/joe/queue/push',
    '/user/*/queue/push',
    '/user/**',
    '/user/{a}/queue/{b}',
    '/user/../queue/push',
  ])('is not to be seen by somebody else who subscribes to %s', async (destination) => {
    const { app, url } = await start({ stomp: { simpleBroker: { destinationPrefixes: [] } } });
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/push');
    const eve = await connectAs(url, 'eve');
    const anonymous = await connectAs(url);
    for (const spy of [eve, anonymous]) spy.send(`SUBSCRIBE\nid:spy\ndestination:${destination}\n\n\0`);
    await eve.sync();
    await anonymous.sync();
    void app.get(SimpMessagingTemplate).convertAndSendToUser('joe', '/queue/push', 'secret');
    expect(await bodies(joe)).toEqual(['secret']);
    expect(await bodies(eve)).toEqual([]);
    expect(await bodies(anonymous)).toEqual([]);
  });

  it('may be a wildcard over what is one’s own', async () => {
    const { app, url } = await start();
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/*');
    const eve = await subscribed(await connectAs(url, 'eve'), '/user/**', 'all');
    const template = app.get(SimpMessagingTemplate);
    void template.convertAndSendToUser('joe', '/queue/a', 'for joe');
    void template.convertAndSendToUser('eve', '/queue/a', 'for eve');
    expect(await bodies(joe)).toEqual(['for joe']);
    expect(await bodies(eve)).toEqual([]);
  });

  it('does not get what is published on the destination of the same name', async () => {
    const { app, url } = await start();
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/push');
    void app.get(SimpMessagingTemplate).convertAndSend('/queue/push', 'for all');
    expect(await bodies(joe)).toEqual([]);
  });

  it('is written without a slash where the broker does so', async () => {
    const { app, url } = await start({
      stomp: { simpleBroker: { destinationPrefixes: ['jms.'] }, pathSeparator: '.' },
    });
    const joe = await RawClient.connect(url, 'accept-version:1.2\nheart-beat:0,0\nlogin:joe\n');
    joe.send('SUBSCRIBE\nid:u\ndestination:/user/jms.queue.call\nreceipt:r\n\n\0');
    expect(await joe.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(app.get(SimpMessagingTemplate).convertAndSendToUser('joe', '/jms.queue.call', 'x')).toBe(
      'handled',
    );
    expect(headerOf(await joe.next(), 'destination')).toBe('/user/jms.queue.call');
  });

  it('may begin with another prefix', async () => {
    const { app, url } = await start({ stomp: { userDestinationPrefix: '/me' } });
    const joe = await subscribed(await connectAs(url, 'joe'), '/me/queue/push');
    void app.get(SimpMessagingTemplate).convertAndSendToUser('joe', '/queue/push', 'x');
    expect((await received(joe)).map((frame) => headerOf(frame, 'destination'))).toEqual(['/me/queue/push']);
  });
});

describe('@SendToUser', () => {
  it.each([
    ['/app/default', ['/user/queue/default']],
    ['/app/to/7', ['/user/queue/a', '/user/queue/b/7']],
    ['/app/both', ['/user/queue/mine', '/topic/everybody']],
  ])('on %s answers at %j', async (destination, expected) => {
    const { url } = await start({ controllers: [Answers] });
    const joe = await connectAs(url, 'joe');
    await subscribed(joe, '/user/**');
    for (const path of ['default', 'a', 'b/7', 'mine'])
      await subscribed(joe, `/user/queue/${path}`, `user ${path}`);
    await subscribed(joe, '/topic/**', 't');
    joe.send(`SEND\ndestination:${destination}\n\nhi\0`);
    expect((await received(joe)).map((frame) => headerOf(frame, 'destination'))).toEqual(expected);
  });

  it('answers all sessions of the user, or only the one that asked', async () => {
    const { url } = await start({ controllers: [Answers] });
    const one = await subscribed(await connectAs(url, 'joe'), '/user/queue/*');
    const two = await subscribed(await connectAs(url, 'joe'), '/user/queue/*');
    const eve = await subscribed(await connectAs(url, 'eve'), '/user/queue/*');
    one.send('SEND\ndestination:/app/default\n\nall\0SEND\ndestination:/app/one\n\none\0');
    expect(await bodies(one)).toEqual(['all', 'one']);
    expect(await bodies(two)).toEqual(['all']);
    expect(await bodies(eve)).toEqual([]);
  });

  it('answers an anonymous session alone', async () => {
    const { url } = await start({ controllers: [Answers] });
    const one = await subscribed(await connectAs(url), '/user/queue/*');
    const two = await subscribed(await connectAs(url), '/user/queue/*');
    one.send('SEND\ndestination:/app/default\n\nme\0');
    expect(await bodies(one)).toEqual(['me']);
    expect(await bodies(two)).toEqual([]);
  });

  it('takes the place of the direct answer to a subscription', async () => {
    const { url } = await start({ controllers: [Answers] });
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/*');
    joe.send('SUBSCRIBE\nid:s\ndestination:/app/initial\n\n\0');
    expect((await received(joe)).map((frame) => headerOf(frame, 'subscription'))).toEqual(['u']);
  });

  it('reaches a name with a slash', async () => {
    const { url } = await start({ controllers: [Answers] });
    const client = await subscribed(await connectAs(url, 'a/b'), '/user/queue/*');
    client.send('SEND\ndestination:/app/default\n\nhi\0');
    expect(await bodies(client)).toEqual(['hi']);
  });
});

describe('@SendToUser and @SendTo on a class', () => {
  it.each([
    ['/app/inherit', ['/user/queue/class', '/topic/class']],
    ['/app/own', ['/topic/own']],
    ['/app/bare', ['/user/queue/class', '/topic/class']],
    ['/app/mine', ['/user/queue/mine']],
  ])('hold for %s as in Spring: %j', async (destination, expected) => {
    const { url } = await start({ controllers: [OnClass] });
    const joe = await subscribed(await connectAs(url, 'joe'), '/user/queue/*');
    await subscribed(joe, '/topic/**', 't');
    joe.send(`SEND\ndestination:${destination}\n\nhi\0`);
    expect((await received(joe)).map((frame) => headerOf(frame, 'destination'))).toEqual(expected);
  });

  it('fail the boot when a placeholder has no variable', async () => {
    @Controller()
    class Wrong {
      @MessageMapping('/a/{b}')
      @SendToUser('/queue/{c}')
      a(): void {}
    }
    await expect(start({ controllers: [Wrong] })).rejects.toThrow(
      'Wrong.a sends to /queue/{c}, but its mapping /a/{b} has no variable {c}.',
    );
  });
});
