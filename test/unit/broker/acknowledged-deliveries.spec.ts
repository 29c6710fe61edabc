import { describe, expect, it } from '@jest/globals';
import { DEFAULT_ACKNOWLEDGEMENT_SETTINGS } from '../../../src/broker/acknowledgement-settings.js';
import type { Message } from '../../../src/messaging/message.js';
import { settled } from '../../support/deferred.js';
import { type FlowClient, MessageFlow } from '../../support/message-flow.js';

const SUBSCRIBE = 'SUBSCRIBE\nid:0\ndestination:/topic/a\nack:client\nprefetch:2\n\n\0';

function bodies({ transport }: FlowClient): string[] {
  return transport.take().map((frame) => frame.slice(frame.indexOf('\n\n') + 2, -1));
}

async function connected(flow: MessageFlow): Promise<FlowClient> {
  const client = flow.open();
  client.say('CONNECT\naccept-version:1.2\n\n\0', SUBSCRIBE);
  await client.session.whenIdle();
  await settled();
  client.transport.take();
  return client;
}

async function publish(flow: MessageFlow, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await flow.template.convertAndSend('/topic/a', text);
  await settled();
  await settled();
}

describe('a delivery to a subscription that acknowledges', () => {
  it('leaves one message for all others', () => {
    const flow = new MessageFlow();
    const broadcasts: number[] = [];
    flow.outbound.onBroadcast((_message, receivers) => broadcasts.push([...receivers].length));
    for (const ack of ['auto', 'auto', 'client']) {
      flow.connect().say(`SUBSCRIBE\nid:0\ndestination:/topic/a\nack:${ack}\n\n\0`);
    }
    void flow.template.convertAndSend('/topic/a', 'x');
    expect(broadcasts).toEqual([2]);
    expect(flow.broker.unacknowledgedCount).toBe(1);
  });

  it.each<[string, (message: Message) => Promise<Message | null>]>([
    ['vetoes', () => Promise.resolve(null)],
    ['fails on', () => Promise.reject(new Error('boom'))],
  ])('is settled when an interceptor %s it, and makes room for the next', async (_what, refuse) => {
    const flow = new MessageFlow();
    flow.outbound.addInterceptor({
      preSend: (message) =>
        message.headers.simpAckId !== undefined && String(message.payload) !== 'last'
          ? refuse(message)
          : message,
    });
    const client = await connected(flow);
    await publish(flow, '1', '2', '3', 'last');
    expect(bodies(client)).toEqual(['last']);
    expect(flow.broker.unacknowledgedCount).toBe(1);
    expect(flow.broker.heldBackCount).toBe(0);
  });

  it('is known to interceptors by its name', async () => {
    const flow = new MessageFlow();
    const names: unknown[] = [];
    flow.outbound.addInterceptor({
      preSend: (message) => {
        if (message.headers.simpMessageType === 'MESSAGE') names.push(message.headers.simpAckId);
        return message;
      },
    });
    const client = await connected(flow);
    await publish(flow, 'x');
    const [frame] = client.transport.take();
    expect(frame).toContain(`\nack:${String(names[0])}\n`);
  });

  it('is one when it is the first message of a snapshot, too', () => {
    const flow = new MessageFlow();
    const client = flow.connect();
    flow.inbound.subscribe({
      handleMessage: (message) => {
        const { simpMessageType, simpDestination, simpSessionId, simpSubscriptionId } = message.headers;
        if (simpMessageType !== 'SUBSCRIBE' || simpDestination !== '/app/live') return false;
        const first = {
          payload: Buffer.from('snapshot'),
          headers: {
            simpMessageType: 'MESSAGE' as const,
            simpDestination: '/app/live',
            simpSessionId,
            simpSubscriptionId,
            nativeHeaders: new Map(),
          },
        };
        void flow.brokerChannel.send({
          ...message,
          headers: {
            ...message.headers,
            simpDestination: '/topic/a',
            simpFirstMessage: { take: () => first, includes: () => false, waitFor: () => undefined },
          },
        });
        return true;
      },
    });
    client.say('SUBSCRIBE\nid:0\ndestination:/app/live\nack:client\nprefetch:1\n\n\0');
    void flow.template.convertAndSend('/topic/a', 'next');
    const [frame] = client.transport.take();
    expect(frame).toContain('\n\nsnapshot\0');
    expect(flow.broker.heldBackCount).toBe(1);
    const [, ackId] = /^ack:(.*)$/m.exec(frame) ?? [];
    client.say(`ACK\nid:${ackId}\n\n\0`);
    expect(bodies(client)).toEqual(['next']);
  });

  it('counts with its headers, whoever wrote them', () => {
    const acknowledgement = { ...DEFAULT_ACKNOWLEDGEMENT_SETTINGS, unacknowledgedBytesLimit: 1000 };
    const flow = new MessageFlow({ broker: { acknowledgement } });
    const client = flow.connect();
    client.say(SUBSCRIBE);
    void flow.template.convertAndSend('/topic/a', 'x', { padding: 'y'.repeat(1000) });
    expect(client.transport.closed).toEqual({ code: 4500, reason: 'Too much is not acknowledged' });
    expect([flow.broker.unacknowledgedCount, flow.broker.subscriptionCount]).toEqual([0, 0]);
  });

  it('of a session that is gone does not keep others from theirs', () => {
    const acknowledgement = { ...DEFAULT_ACKNOWLEDGEMENT_SETTINGS, unacknowledgedLimit: 1 };
    const flow = new MessageFlow({ broker: { acknowledgement } });
    const clients = [1, 2, 3].map(() => flow.connect());
    for (const client of clients) client.say(SUBSCRIBE);
    void flow.template.convertAndSend('/topic/a', '1');
    const [frame] = clients[1].transport.take();
    clients[1].say(`ACK\nid:${/^ack:(.*)$/m.exec(frame)?.[1]}\n\n\0`);
    void flow.template.convertAndSend('/topic/a', '2');
    expect(clients.map(({ transport }) => transport.closed !== undefined)).toEqual([true, false, true]);
    expect(bodies(clients[1])).toEqual(['2']);
  });
});
