import { describe, expect, it } from '@jest/globals';
import { SessionError } from '../../../src/session/session-error.js';
import { Deferred, settled } from '../../support/deferred.js';
import { MessageFlow, type FlowSetup } from '../../support/message-flow.js';

/** Everything that a flow holds for its clients. */
function held({ handler, broker, wheel, clock }: MessageFlow) {
  return {
    sessions: handler.sessionCount,
    brokerSessions: broker.sessionCount,
    subscriptions: broker.subscriptionCount,
    timers: wheel.size,
    intervals: clock.intervals,
  };
}

const NOTHING = { sessions: 0, brokerSessions: 0, subscriptions: 0, timers: 0, intervals: 0 };

/** A subscribed client with heart-beats both ways. */
function subscribed(setup: FlowSetup = {}) {
  const flow = new MessageFlow({ broker: { heartbeat: [1_000, 1_000] }, ...setup });
  const client = flow.connect('accept-version:1.2\nheart-beat:1000,1000\n');
  client.say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0', 'SUBSCRIBE\nid:1\ndestination:/topic/*\n\n\0');
  return { flow, ...client };
}

describe('The end from the server’s side', () => {
  it.each([401, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5, Number.NaN])(
    'is refused with %d, which may not be sent, before anything has ended',
    async (code) => {
      const { flow, session, transport, say } = subscribed();
      expect(() => session.close(code)).toThrow(RangeError);
      await settled();
      expect(held(flow)).toMatchObject({ sessions: 1, brokerSessions: 1, subscriptions: 2 });
      expect(transport.closed).toBeUndefined();
      say('DISCONNECT\n\n\0');
      await settled();
      expect(held(flow)).toMatchObject({ sessions: 0, brokerSessions: 0, timers: 0 });
    },
  );

  it.each([1000, 1003, 1007, 1014, 3000, 4401, 4999])('may have the code %d', (code) => {
    const { session, transport } = subscribed();
    session.close(code, 'bye');
    expect(transport.closed).toEqual({ code, reason: 'bye' });
  });
});

describe('DISCONNECT', () => {
  it('is answered with its RECEIPT and a normal close', async () => {
    const { flow, transport, say } = subscribed();
    say('DISCONNECT\nreceipt:bye\n\n\0');
    await settled();
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:bye\n\n\0']);
    expect(transport.closed).toEqual({ code: 1000, reason: '' });
    expect(held(flow)).toMatchObject({ sessions: 0 });
  });

  it('without a receipt is answered with the close alone', async () => {
    const { transport, say } = subscribed();
    say('DISCONNECT\n\n\0');
    await settled();
    expect(transport.take()).toEqual([]);
    expect(transport.closed).toEqual({ code: 1000, reason: '' });
  });

  it('is the last frame that is looked at [A190]', async () => {
    const { flow, transport, say } = subscribed();
    say('DISCONNECT\nreceipt:bye\n\n\0SEND\ndestination:/topic/a\n\nx\0nonsense');
    say('SEND\ndestination:/topic/a\n\nx\0');
    await settled();
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:bye\n\n\0']);
    expect(transport.late).toEqual([]);
    expect(flow.receivedTypes).toEqual(['CONNECT', 'SUBSCRIBE', 'SUBSCRIBE', 'DISCONNECT']);
  });

  it('is answered after every receipt that was asked for before it [A191]', async () => {
    const { flow, transport, say } = subscribed();
    flow.onSend(() => settled());
    for (let i = 0; i < 100; i++) say(`SEND\ndestination:/app/${i}\nreceipt:${i}\n\n\0`);
    say('DISCONNECT\nreceipt:bye\n\n\0');
    expect(await transport.takeWhenSent(101)).toEqual(
      [...Array.from({ length: 100 }, (_, i) => String(i)), 'bye'].map(
        (id) => `RECEIPT\nreceipt-id:${id}\n\n\0`,
      ),
    );
  });

  it('ends the subscriptions: no MESSAGE follows its RECEIPT, nor comes while it is with the application [A192]', async () => {
    const { flow, transport, say } = subscribed();
    const answer = new Deferred();
    flow.inbound.subscribe({
      handleMessage: (message) =>
        message.headers.simpMessageType === 'DISCONNECT' && answer.promise.then(() => true),
    });
    say('DISCONNECT\nreceipt:bye\n\n\0');
    await flow.template.convertAndSend('/topic/a', 'x');
    answer.resolve();
    await settled();
    await flow.template.convertAndSend('/topic/a', 'x');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:bye\n\n\0']);
    expect(transport.late).toEqual([]);
  });

  it('is answered even if the application fails on it', async () => {
    const { flow, session, transport, say } = subscribed();
    flow.inbound.subscribe({
      handleMessage: () => {
        throw new Error('boom');
      },
    });
    say('DISCONNECT\nreceipt:bye\n\n\0');
    await settled();
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:bye\n\n\0']);
    expect(flow.log.lines).toEqual([`error The end of session ${session.id} was not handled. Error: boom`]);
    expect(held(flow)).toMatchObject({ sessions: 0, brokerSessions: 0, subscriptions: 0, timers: 0 });
  });
});

describe('the end of a session, for whatever reason, leaves nothing behind [A198]', () => {
  it.each<[string, (client: ReturnType<typeof subscribed>) => void]>([
    ['DISCONNECT', ({ say }) => say('DISCONNECT\n\n\0')],
    [
      'DISCONNECT and the close after it',
      ({ say, session }) => {
        say('DISCONNECT\n\n\0');
        session.transportClosed();
      },
    ],
    ['an error of the client', ({ say }) => say('SEND\n\n\0')],
    ['octets that are no frame', ({ say }) => say('GET / HTTP/1.1\n\n')],
    ['the close of the connection', ({ session }) => session.transportClosed()],
    [
      'two closes of the connection',
      ({ session }) => {
        session.transportClosed();
        session.transportClosed();
      },
    ],
    ['a close by the application', ({ session }) => session.close(4000, 'enough')],
    ['the end of the server', ({ flow }) => void flow.handler.closeAll()],
    ['silence', ({ flow }) => flow.clock.advance(10_000)],
    [
      'half a frame',
      ({ say, session }) => {
        say('SEND\ndestination:/topic/a\n');
        session.transportClosed();
      },
    ],
  ])('%s', async (_, end) => {
    const client = subscribed();
    expect(held(client.flow)).toEqual({
      sessions: 1,
      brokerSessions: 1,
      subscriptions: 2,
      timers: 2,
      intervals: 1,
    });
    end(client);
    await settled();
    client.flow.clock.advance(100);
    expect(held(client.flow)).toEqual(NOTHING);
    expect(client.session.subscriptions.size).toBe(0);
    expect(client.flow.receivedTypes.filter((type) => type === 'DISCONNECT')).toHaveLength(1);
    await client.flow.template.convertAndSend('/topic/a', 'x');
    expect(client.transport.late).toEqual([]);
  });

  it('a connection that never said CONNECT', async () => {
    const flow = new MessageFlow();
    const { session } = flow.open();
    session.transportClosed();
    await settled();
    flow.clock.advance(100);
    expect(held(flow)).toEqual(NOTHING);
  });

  it('a thousand sessions', async () => {
    const flow = new MessageFlow({ broker: { heartbeat: [1_000, 1_000] } });
    for (let i = 0; i < 1_000; i++) {
      const { session, say } = flow.connect(`accept-version:1.2\nheart-beat:${i}000,${i}000\n`);
      say('SUBSCRIBE\nid:0\ndestination:/topic/*\n\n\0');
      session.transportClosed();
    }
    await settled();
    flow.clock.advance(100);
    expect(held(flow)).toEqual(NOTHING);
  });
});

describe('a session that the server closes', () => {
  it('gets the close code and reason, and no ERROR', async () => {
    const { flow, session, transport } = subscribed();
    session.close();
    session.close(4000, 'too late');
    await settled();
    expect(transport.take()).toEqual([]);
    expect(transport.closed).toEqual({ code: 1000, reason: '' });
    expect(flow.receivedTypes.filter((type) => type === 'DISCONNECT')).toHaveLength(1);
  });

  it('is told that the server is going away when all are closed', async () => {
    const flow = new MessageFlow();
    const clients = [flow.connect(), flow.connect(), flow.open()];
    await flow.handler.closeAll();
    await settled();
    for (const { transport } of clients) {
      expect(transport.closed).toEqual({ code: 1001, reason: 'The server is going away' });
    }
    expect(flow.handler.sessionCount).toBe(0);
  });

  it('says why when the layer below failed, once', async () => {
    const { session, transport, flow } = subscribed();
    session.transportFailed(
      new SessionError('STOMP_ERR_WEBSOCKET', 'The WebSocket message is too big', 1009),
    );
    session.transportFailed(new SessionError('STOMP_ERR_WEBSOCKET', 'A text message is not UTF-8', 1007));
    await settled();
    expect(transport.take()).toEqual([
      'ERROR\nmessage:The WebSocket message is too big\ncode:STOMP_ERR_WEBSOCKET\ncontent-length:0\n\n\0',
    ]);
    expect(transport.closed?.code).toBe(1009);
    expect(flow.log.lines).toHaveLength(1);
  });
});

describe('a connection that is gone while its frames are being handled', () => {
  it('still has the frames handled that had arrived [A122]', async () => {
    const flow = new MessageFlow();
    const handled: string[] = [];
    flow.onSend(async (name) => {
      await Promise.resolve();
      handled.push(name);
    });
    const { session, say } = flow.connect();
    for (let i = 0; i < 1_000; i++) say(`SEND\ndestination:/app/${i}\n\n\0`);
    session.transportClosed();
    expect(handled.length).toBeLessThan(1_000);
    while (flow.handler.sessionCount > 0) await settled();
    expect(handled).toEqual(Array.from({ length: 1_000 }, (_, i) => String(i)));
    expect(flow.receivedTypes.slice(-2)).toEqual(['MESSAGE', 'DISCONNECT']);
    expect(held(flow)).toMatchObject({ sessions: 0, brokerSessions: 0, timers: 0 });
  });

  it('still has a DISCONNECT handled that had arrived, and only once', async () => {
    const { flow, session, say } = subscribed();
    flow.onSend(() => settled());
    say('SEND\ndestination:/app/a\n\n\0DISCONNECT\nreceipt:bye\n\n\0');
    session.transportClosed();
    while (flow.handler.sessionCount > 0) await settled();
    expect(flow.receivedTypes.filter((type) => type === 'DISCONNECT')).toHaveLength(1);
    flow.clock.advance(100);
    expect(held(flow)).toEqual(NOTHING);
  });

  it('is no longer heart-beaten nor expected to beat', () => {
    const { flow, session, transport, say } = subscribed();
    flow.onSend(() => new Promise(() => undefined));
    say('SEND\ndestination:/app/a\n\n\0');
    session.transportClosed();
    transport.take();
    flow.clock.advance(5_000);
    expect(transport.take()).toEqual([]);
    expect(flow.log.lines).toEqual([]);
  });

  it('is given ten seconds for a handler that never finishes, and then leaves', async () => {
    const { flow, session, say } = subscribed();
    const handled: string[] = [];
    const never = new Deferred();
    flow.onSend((name) => {
      handled.push(name);
      return never.promise;
    });
    say('SEND\ndestination:/app/a\n\n\0SEND\ndestination:/app/b\n\n\0');
    session.transportClosed();
    flow.clock.advance(9_999);
    await settled();
    expect(held(flow)).toMatchObject({ sessions: 1, brokerSessions: 1, subscriptions: 2 });
    flow.clock.advance(100);
    await settled();
    expect(held(flow)).toEqual(NOTHING);

    never.resolve();
    await settled();
    expect(handled).toEqual(['a']);
    expect(flow.receivedTypes.filter((type) => type === 'DISCONNECT')).toHaveLength(1);
  });
});

describe('a handler that never finishes', () => {
  it('holds up its own session only, which the server can still close', async () => {
    const { flow, session, transport, say } = subscribed();
    const other = flow.connect();
    flow.onSend(() => new Promise(() => undefined));
    say('SEND\ndestination:/app/a\n\n\0SEND\ndestination:/topic/a\n\n\0');
    other.say('SEND\ndestination:/topic/a\nreceipt:r\n\n\0');
    expect(other.transport.take()).toEqual(['RECEIPT\nreceipt-id:r\n\n\0']);
    expect(transport.take()).toHaveLength(2);
    session.close(4000, 'enough');
    await settled();
    expect(transport.closed).toEqual({ code: 4000, reason: 'enough' });
    expect(held(flow)).toMatchObject({ sessions: 1, subscriptions: 0 });
  });
});

describe('a connection that breaks while it is written to', () => {
  it('costs a line in the log and nobody else anything', async () => {
    const { flow, session, transport, say } = subscribed();
    const other = flow.connect();
    flow.onSend(() => settled());
    transport.send = () => {
      throw new Error('socket in pieces');
    };
    say('SEND\ndestination:/app/a\nreceipt:r\n\n\0');
    await settled();
    await settled();
    expect(flow.log.lines).toEqual([`error Session ${session.id} is broken. Error: socket in pieces`]);
    other.say('SEND\ndestination:/topic/a\nreceipt:r\n\n\0');
    expect(other.transport.take()).toEqual(['RECEIPT\nreceipt-id:r\n\n\0']);
  });
});
