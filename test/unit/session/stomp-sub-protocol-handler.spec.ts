import { describe, expect, it } from '@jest/globals';
import type { Message, MessageHeaders } from '../../../src/messaging/message.js';
import { EncodedFrame } from '../../../src/session/encoded-frame.js';
import { Deferred, settled } from '../../support/deferred.js';
import { MessageFlow } from '../../support/message-flow.js';

const SUBSCRIBE = 'SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0';

function message(headers: Partial<MessageHeaders> = {}): Message<Uint8Array> {
  return {
    payload: Buffer.from('hi'),
    headers: {
      simpMessageType: 'MESSAGE',
      simpDestination: '/topic/a',
      nativeHeaders: new Map(),
      ...headers,
    },
  };
}

describe('a broadcast', () => {
  it('is the same object for all receivers of one version and subscription id', () => {
    const flow = new MessageFlow();
    const clients = [1, 2, 3].map(() => flow.connect());
    for (const { say } of clients) say(SUBSCRIBE);
    void flow.template.convertAndSend('/topic/a', 'hi');
    const [one, two, three] = clients.map(({ transport }) => transport.sent.at(-1));
    expect(one).toBeInstanceOf(EncodedFrame);
    expect(two).toBe(one);
    expect(three).toBe(one);
  });

  it('differs for another subscription id and for another version, but not in its message-id', () => {
    const flow = new MessageFlow();
    const clients = [
      flow.connect(),
      flow.connect(),
      flow.connect('accept-version:1.1\n'),
      flow.connect('accept-version:1.0\n'),
    ];
    clients[0].say(SUBSCRIBE);
    clients[1].say('SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0');
    clients[2].say(SUBSCRIBE);
    clients[3].say('SUBSCRIBE\ndestination:/topic/a\n\n\0');
    for (const { transport } of clients) transport.take();
    void flow.template.convertAndSend('/topic/a', 'hi', { h: 'a:b\r' });
    const frames = clients.map(({ transport }) => transport.take()[0]);
    const id = /^message-id:(.*)$/m.exec(frames[0])?.[1];
    const rest = `content-type:text/plain;charset=UTF-8\nsubscription:0\nmessage-id:${String(id)}\ncontent-length:2\n\nhi\0`;
    expect(frames[0]).toBe(`MESSAGE\nh:a\\cb\\r\ndestination:/topic/a\n${rest}`);
    expect(frames[1]).toBe(frames[0].replace('subscription:0', 'subscription:1'));
    expect(frames[2]).toBe(`MESSAGE\nh:a\\cb \ndestination:/topic/a\n${rest}`);
    expect(frames[3]).toBe(`MESSAGE\nh:a:b \ndestination:/topic/a\n${rest.replace('subscription:0\n', '')}`);
  });

  it('names messages with letters, digits and a dash, each one differently [A113] [BRK-20]', () => {
    const flow = new MessageFlow();
    const { transport, say } = flow.connect();
    say(SUBSCRIBE);
    for (let i = 0; i < 50; i++) void flow.template.convertAndSend('/topic/a', 'hi');
    const ids = transport.take().map((frame) => /^message-id:(.*)$/m.exec(frame)?.[1]);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9-]+$/);
    expect(new Set(ids).size).toBe(50);
  });

  it('does not carry the session id of a receiver or of the sender', () => {
    const flow = new MessageFlow();
    const { session, transport, say } = flow.connect();
    say(SUBSCRIBE, 'SEND\ndestination:/topic/a\n\nhi\0');
    expect(transport.take().join('')).not.toContain(session.id);
  });

  it('that fails for one receiver is logged and reaches the others [BRK-25]', () => {
    const flow = new MessageFlow();
    const [first, broken, last] = [flow.connect(), flow.connect(), flow.connect()];
    for (const { say } of [first, broken, last]) say(SUBSCRIBE);
    broken.transport.send = () => {
      throw new Error('socket in pieces');
    };
    void flow.template.convertAndSend('/topic/a', 'hi');
    expect(first.transport.take()).toHaveLength(1);
    expect(last.transport.take()).toHaveLength(1);
    expect(flow.log.lines).toEqual([
      `error A message was not delivered to session ${broken.session.id}. Error: socket in pieces`,
    ]);
  });

  it('passes over receivers that are gone, and subscriptions that do not stand [BRK-26]', () => {
    const flow = new MessageFlow();
    const { session, transport, say } = flow.connect();
    say(SUBSCRIBE);
    transport.take();
    flow.handler.handleBroadcast(message(), [
      { sessionId: 'gone', subscriptionId: '0' },
      { sessionId: '__proto__', subscriptionId: '0' },
      { sessionId: session.id, subscriptionId: 'never' },
      { sessionId: session.id, subscriptionId: '0' },
    ]);
    expect(transport.take()).toHaveLength(1);
    expect(flow.log.lines).toEqual([]);
  });
});

describe('a message for one session', () => {
  it('reaches its subscription, if it stands', () => {
    const flow = new MessageFlow();
    const { session, transport, say } = flow.connect();
    say(SUBSCRIBE);
    transport.take();
    const to = { simpSessionId: session.id, simpSubscriptionId: '0' };
    expect(flow.handler.handleMessage(message(to))).toBe(true);
    expect(transport.take()).toEqual([
      expect.stringMatching(/^MESSAGE\n[^]*\nsubscription:0\n[^]*\n\nhi\0$/),
    ]);
    expect(flow.handler.handleMessage(message({ ...to, simpSubscriptionId: '1' }))).toBe(false);
    expect(transport.take()).toEqual([]);
  });

  it('reaches nobody when the session is gone, or none is named', () => {
    const flow = new MessageFlow();
    expect(flow.handler.handleMessage(message({ simpSessionId: 'gone', simpSubscriptionId: '0' }))).toBe(
      false,
    );
    expect(flow.handler.handleMessage(message())).toBe(false);
    expect(flow.log.lines).toEqual([]);
  });

  it('does not reach a session that has not connected', () => {
    const flow = new MessageFlow();
    const { session, transport } = flow.open();
    const to = { simpSessionId: session.id, simpSubscriptionId: '0' };
    expect(flow.handler.handleMessage(message(to))).toBe(false);
    expect(transport.sent).toEqual([]);
  });

  it.each<[string, Partial<MessageHeaders>, unknown]>([
    ['without a subscription', {}, Buffer.from('hi')],
    ['that is not bytes', { simpSubscriptionId: '0' }, { hi: true }],
    ['of another type', { simpSubscriptionId: '0', simpMessageType: 'OTHER' }, Buffer.from('hi')],
  ])('%s is logged and dropped', (_, headers, payload) => {
    const flow = new MessageFlow();
    const { session, transport, say } = flow.connect();
    say(SUBSCRIBE);
    transport.take();
    const sent = { payload, headers: { ...message(headers).headers, simpSessionId: session.id } };
    expect(flow.handler.handleMessage(sent)).toBe(false);
    expect(transport.take()).toEqual([]);
    expect(flow.log.lines).toEqual([
      `error A ${sent.headers.simpMessageType} without bytes or subscription was sent to session ${session.id}`,
    ]);
  });
});

describe('the end of all sessions', () => {
  it('is over at once when there are none', async () => {
    await expect(new MessageFlow().handler.closeAll()).resolves.toBeUndefined();
  });

  it('is over when the application has finished with the end of each', async () => {
    const flow = new MessageFlow();
    const work = [new Deferred(), new Deferred()];
    let ends = 0;
    flow.inbound.subscribe({
      handleMessage: ({ headers }) =>
        headers.simpMessageType === 'DISCONNECT' && work[ends++].promise.then(() => true),
    });
    flow.connect();
    flow.connect();
    let isOver = false;
    const over = flow.handler.closeAll().then(() => (isOver = true));
    work[1].resolve();
    await settled();
    expect(isOver).toBe(false);
    work[0].resolve();
    await over;
    expect(flow.handler.sessionCount).toBe(0);
  });
});

describe('sessions', () => {
  it('have ids that cannot be guessed', () => {
    const flow = new MessageFlow();
    const ids = [flow.open(), flow.open()].map(({ session }) => session.id);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids[1]).not.toBe(ids[0]);
  });

  it('know the request that opened them', () => {
    expect(new MessageFlow().open().session.handshake).toEqual({
      url: '/stomp',
      headers: {},
      remoteAddress: '127.0.0.1',
    });
  });
});
