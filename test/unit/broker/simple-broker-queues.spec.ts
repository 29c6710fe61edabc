import { describe, expect, it } from '@jest/globals';
import {
  type AcknowledgementSettings,
  DEFAULT_ACKNOWLEDGEMENT_SETTINGS,
} from '../../../src/broker/acknowledgement-settings.js';
import { type FirstMessage, withHeaders } from '../../../src/messaging/message.js';
import { Deferred, settled } from '../../support/deferred.js';
import { type FlowClient, MessageFlow } from '../../support/message-flow.js';

const DEAD = '/topic/dead';

function flowWith(settings: Partial<AcknowledgementSettings> = {}): MessageFlow {
  const acknowledgement = { ...DEFAULT_ACKNOWLEDGEMENT_SETTINGS, ...settings };
  return new MessageFlow({ broker: { queuePrefixes: ['/queue'], acknowledgement } });
}

function subscribed(flow: MessageFlow, mode: string, more = '', destination = '/queue/q'): FlowClient {
  const client = flow.connect();
  client.say(`SUBSCRIBE\nid:0\ndestination:${destination}\nack:${mode}\n${more}\n\0`);
  return client;
}

function publish(flow: MessageFlow, ...bodies: readonly string[]): void {
  for (const body of bodies) void flow.template.convertAndSend('/queue/q', body);
}

function header(frame: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(frame)?.[1];
}

function bodyOf(frame: string): string {
  return frame.slice(frame.indexOf('\n\n') + 2, -1);
}

function bodies({ transport }: FlowClient): string[] {
  return transport.take().map(bodyOf);
}

function nack(client: FlowClient, frame: string): void {
  client.say(`NACK\nid:${header(frame, 'ack')}\n\n\0`);
}

function warnings(flow: MessageFlow): string[] {
  return flow.log.lines.filter((line) => line.startsWith('warn '));
}

describe('a destination for one consumer', () => {
  it.each(['auto', 'client'])('gives each message to one subscriber, in turn (%s)', (mode) => {
    const flow = flowWith();
    const clients = [1, 2, 3].map(() => subscribed(flow, mode));
    publish(flow, '1', '2', '3', '4');
    expect(clients.map(bodies)).toEqual([['1', '4'], ['2'], ['3']]);
  });

  it('passes by who has no room in its window, while somebody else has', () => {
    const flow = flowWith();
    const [slow, quick] = [subscribed(flow, 'client', 'prefetch:1\n'), subscribed(flow, 'client')];
    publish(flow, '1', '2', '3', '4');
    expect([bodies(slow), bodies(quick)]).toEqual([['1'], ['2', '3', '4']]);
  });

  it('holds messages back when nobody has room', () => {
    const flow = flowWith();
    const only = subscribed(flow, 'client', 'prefetch:1\n');
    publish(flow, '1', '2');
    const [first] = only.transport.take();
    expect(flow.broker.heldBackCount).toBe(1);
    only.say(`ACK\nid:${header(first, 'ack')}\n\n\0`);
    expect(bodies(only)).toEqual(['2']);
  });

  it('keeps nothing while nobody is subscribed', () => {
    const flow = flowWith();
    publish(flow, '1');
    expect(bodies(subscribed(flow, 'client'))).toEqual([]);
    expect(warnings(flow)).toEqual([]);
  });

  it('is none for a user’s private destination', () => {
    const flow = flowWith();
    const client = flow.connect();
    for (const id of ['a', 'b']) {
      void flow.brokerChannel.send({
        payload: Buffer.alloc(0),
        headers: {
          simpMessageType: 'SUBSCRIBE',
          simpSessionId: client.session.id,
          simpSubscriptionId: id,
          simpDestination: '/queue/q',
          simpUserSessionIds: [client.session.id],
          nativeHeaders: new Map(),
        },
      });
      client.say(`SUBSCRIBE\nid:${id}x\ndestination:/topic/x\n\n\0`);
    }
    const message = {
      payload: Buffer.from('hi'),
      headers: {
        simpMessageType: 'MESSAGE',
        simpDestination: '/queue/q',
        simpUserSessionIds: [client.session.id],
        nativeHeaders: new Map(),
      },
    } as const;
    const sent: string[] = [];
    flow.outbound.onBroadcast((_message, receivers) => {
      for (const { subscriptionId } of receivers) sent.push(subscriptionId);
    });
    void flow.brokerChannel.send(message);
    expect(sent).toEqual(['a', 'b']);
  });

  it.each<[string, (client: FlowClient) => void]>([
    ['session ends', ({ session }) => session.close()],
    ['subscription ends', ({ say }) => say('UNSUBSCRIBE\nid:0\n\n\0')],
  ])('gives what was not acknowledged to another when a %s [A138] [A154]', (_what, end) => {
    const flow = flowWith();
    const leaving = subscribed(flow, 'client', 'prefetch:1\n');
    publish(flow, 'pending', 'held back');
    const staying = subscribed(flow, 'client');
    const auto = subscribed(flow, 'auto');
    end(leaving);
    const frames = staying.transport.take();
    expect(frames.map(bodyOf)).toEqual(['pending', 'held back']);
    expect(frames.map((frame) => header(frame, 'redelivered'))).toEqual(['true', undefined]);
    expect(bodies(auto)).toEqual([]);
    expect(flow.broker.unacknowledgedCount).toBe(2);
  });

  it('gives what was refused to another consumer, which acknowledges or not', () => {
    const flow = flowWith();
    const refusing = subscribed(flow, 'client');
    publish(flow, 'x');
    const other = subscribed(flow, 'client');
    nack(refusing, refusing.transport.take()[0]);
    expect(bodies(refusing)).toEqual([]);
    expect(bodies(other)).toEqual(['x']);
  });

  it('tells of what nobody is left for', () => {
    const flow = flowWith();
    const only = subscribed(flow, 'client', 'prefetch:1\n');
    publish(flow, 'pending', 'held back');
    only.session.close();
    expect(warnings(flow)).toHaveLength(2);
    expect(warnings(flow).slice(1)).toEqual([
      'warn A message to "/queue/q" was dropped: no-consumer. simpleBroker.deadLetterDestination would keep it.',
    ]);
  });

  it('ends no session for want of room, but gives the message up', () => {
    const flow = flowWith({ unacknowledgedLimit: 2, deadLetterDestination: DEAD });
    const dead = subscribed(flow, 'auto', '', DEAD);
    const only = subscribed(flow, 'client');
    publish(flow, '1', '2', '3');
    expect(bodies(only)).toEqual(['1', '2']);
    expect(only.transport.closed).toBeUndefined();
    const [letter] = dead.transport.take();
    expect([bodyOf(letter), header(letter, 'dead-letter-reason')]).toEqual(['3', 'overflow']);
  });

  it('forgets everybody without a word when the broker stops', () => {
    const flow = flowWith();
    subscribed(flow, 'client');
    publish(flow, 'x');
    flow.broker.stop();
    expect(flow.broker.unacknowledgedCount).toBe(0);
    expect(warnings(flow)).toEqual([]);
  });
});

describe('a dead letter', () => {
  it('is what was refused too often, and says what it was for and why', () => {
    const flow = flowWith({ maxDeliveries: 2, deadLetterDestination: DEAD });
    const dead = subscribed(flow, 'auto', '', DEAD);
    const client = subscribed(flow, 'client-individual', '', '/topic/t');
    void flow.template.convertAndSend('/topic/t', 'poison', { 'original-destination': '/forged', x: 'y' });
    for (let count = 0; count < 2; count++) nack(client, client.transport.take()[0]);
    const [letter] = dead.transport.take();
    expect(bodyOf(letter)).toBe('poison');
    const names = ['destination', 'original-destination', 'dead-letter-reason', 'x'];
    expect(names.map((name) => header(letter, name))).toEqual([DEAD, '/topic/t', 'rejected', 'y']);
    expect(client.transport.take()).toEqual([]);
    expect(warnings(flow)).toEqual([]);
  });

  it('that is refused itself is dropped', () => {
    const flow = flowWith({ maxDeliveries: 1, deadLetterDestination: DEAD });
    const client = subscribed(flow, 'client-individual', '', DEAD);
    void flow.template.convertAndSend(DEAD, 'poison');
    nack(client, client.transport.take()[0]);
    expect(client.transport.take()).toEqual([]);
    expect(warnings(flow)).toHaveLength(1);
  });

  it('that nobody keeps is told ten times a minute', () => {
    const flow = flowWith({ maxDeliveries: 1 });
    const client = subscribed(flow, 'client-individual');
    publish(flow, ...Array.from({ length: 30 }, (_, number) => `${number}`));
    for (const frame of client.transport.take()) nack(client, frame);
    expect(warnings(flow)).toHaveLength(10);
    flow.clock.advance(60_000);
    publish(flow, 'x');
    nack(client, client.transport.take().at(-1) ?? '');
    expect(warnings(flow)).toHaveLength(11);
  });

  it('that cannot be sent is in the log', async () => {
    const flow = flowWith({ maxDeliveries: 1, deadLetterDestination: DEAD });
    flow.brokerChannel.addInterceptor({
      preSend: (message) => {
        if (message.headers.simpDestination === DEAD) throw new Error('boom');
        return message;
      },
    });
    const client = subscribed(flow, 'client-individual');
    publish(flow, 'x');
    const [frame] = await client.transport.takeWhenSent(1);
    nack(client, frame);
    await flow.brokerChannel.send({
      payload: undefined,
      headers: { simpMessageType: 'OTHER', nativeHeaders: new Map() },
    });
    expect(flow.log.lines.filter((line) => line.startsWith('error '))).toHaveLength(1);
  });
});

describe('a consumer that is lost', () => {
  it('leaves to the others what it is given while an interceptor looks at its end', async () => {
    const flow = flowWith();
    const [lost, other] = [subscribed(flow, 'client'), subscribed(flow, 'client')];
    const asked = new Deferred();
    flow.inbound.addInterceptor({ preSend: (message) => asked.promise.then(() => message) });
    lost.session.transportClosed();
    publish(flow, '1', '2', '3', '4');
    expect(bodies(other)).toEqual(['2', '4']);
    asked.resolve();
    await settled();
    await settled();
    expect(bodies(other)).toEqual(['1', '3']);
    expect(flow.broker.unacknowledgedCount).toBe(4);
  });

  it.each<[string, (client: FlowClient, snapshot: Deferred<undefined>) => void]>([
    ['its session ends', ({ session }) => session.close()],
    ['it is unsubscribed from', ({ say }) => say('UNSUBSCRIBE\nid:0\n\n\0')],
    ['that fails', (_client, snapshot) => snapshot.reject(new Error('boom'))],
  ])('leaves to the others what waited behind its snapshot when %s', async (_when, end) => {
    const flow = flowWith();
    const [lost, other] = [flow.connect(), subscribed(flow, 'client')];
    const snapshot = new Deferred<undefined>();
    const simpFirstMessage: FirstMessage = {
      take: () => snapshot.promise,
      includes: () => false,
      waitFor: (sent) => void sent.catch(() => undefined),
    };
    flow.inbound.addInterceptor({
      preSend: (message) =>
        message.headers.simpMessageType === 'SUBSCRIBE'
          ? withHeaders(message, { simpFirstMessage })
          : message,
    });
    lost.say('SUBSCRIBE\nid:0\ndestination:/queue/q\nack:client\n\n\0');
    await settled();
    publish(flow, '1', '2', '3', '4');
    const before = bodies(other);
    expect(before).toHaveLength(2);
    end(lost, snapshot);
    await settled();
    await settled();
    expect([...before, ...bodies(other)].sort()).toEqual(['1', '2', '3', '4']);
    publish(flow, '5');
    expect(bodies(other)).toEqual(['5']);
  });

  it('may take a thousand with it that are too slow for what it leaves', () => {
    const flow = flowWith();
    const clients = Array.from({ length: 1000 }, () => subscribed(flow, 'client'));
    for (let i = 0; i < 2 * clients.length; i++) publish(flow, String(i));
    for (const { session, transport } of clients) transport.send = () => session.close(4500, 'slow');
    publish(flow, 'last');
    expect(flow.broker.sessionCount).toBe(0);
    expect(flow.broker.unacknowledgedCount).toBe(0);
    expect(flow.log.lines.filter((line) => line.startsWith('error '))).toEqual([]);
  });
});

describe('a message that is not acknowledged in time', () => {
  it('is sent again, and its first name has no effect any more', () => {
    const flow = flowWith({ ackTimeoutMs: 1000 });
    const client = subscribed(flow, 'client-individual', '', '/topic/t');
    void flow.template.convertAndSend('/topic/t', 'x');
    const [first] = client.transport.take();
    flow.clock.advance(1100);
    const [second] = client.transport.take();
    expect(header(second, 'redelivered')).toBe('true');
    client.say(`ACK\nid:${header(first, 'ack')}\nreceipt:r\n\n\0`);
    expect(flow.broker.unacknowledgedCount).toBe(1);
    client.say(`ACK\nid:${header(second, 'ack')}\n\n\0`);
    flow.clock.advance(5000);
    expect(client.transport.take()).toEqual(['RECEIPT\nreceipt-id:r\n\n\0']);
  });

  it('is given up after so many times', () => {
    const flow = flowWith({ ackTimeoutMs: 1000, maxDeliveries: 3 });
    const client = subscribed(flow, 'client', '', '/topic/t');
    void flow.template.convertAndSend('/topic/t', 'x');
    flow.clock.advance(10_000);
    expect(bodies(client)).toEqual(['x', 'x', 'x']);
    expect(warnings(flow)).toEqual([expect.stringContaining('timed-out')]);
  });

  it('has no timer left when it is acknowledged or its session has ended', () => {
    const flow = flowWith({ ackTimeoutMs: 1000 });
    const client = subscribed(flow, 'client-individual');
    const before = flow.wheel.size;
    publish(flow, '1', '2');
    const [one] = client.transport.take();
    client.say(`ACK\nid:${header(one, 'ack')}\n\n\0`);
    expect(flow.wheel.size).toBe(before + 1);
    client.session.close();
    expect(flow.wheel.size).toBe(0);
  });
});
