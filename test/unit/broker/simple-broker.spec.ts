import { describe, expect, it } from '@jest/globals';
import type { SubscriptionRegistry } from '../../../src/broker/subscription-registry.js';
import type { Message, MessageHeaders } from '../../../src/messaging/message.js';
import { settled } from '../../support/deferred.js';
import { MessageFlow } from '../../support/message-flow.js';

function message(headers: Partial<MessageHeaders>, payload: unknown = Buffer.from('hi')): Message {
  return { payload, headers: { simpMessageType: 'MESSAGE', nativeHeaders: new Map(), ...headers } };
}

describe('SimpleBroker', () => {
  describe('of client messages', () => {
    it.each<[string, Partial<MessageHeaders>]>([
      ['a SEND that is not for it', { simpDestination: '/app/a' }],
      ['a SEND without a destination', {}],
      ['a SUBSCRIBE that is not for it', { simpMessageType: 'SUBSCRIBE', simpDestination: '/app/a' }],
      ['a SUBSCRIBE without a destination [BRK-1]', { simpMessageType: 'SUBSCRIBE' }],
      ['a SUBSCRIBE without an id [BRK-1]', { simpMessageType: 'SUBSCRIBE', simpDestination: '/topic/a' }],
      ['an ACK', { simpMessageType: 'OTHER', simpDestination: '/topic/a' }],
      ['a CONNECT_ACK', { simpMessageType: 'CONNECT_ACK' }],
    ])('leaves %s to others', (_, headers) => {
      const flow = new MessageFlow();
      const { session } = flow.connect();
      expect(flow.inbound.send(message({ simpSessionId: session.id, ...headers }))).toBe('unhandled');
      expect(flow.broker.subscriptionCount).toBe(0);
    });

    it('takes a SUBSCRIBE only of a session that has connected and not left [BRK-26]', () => {
      const flow = new MessageFlow();
      const subscribe = { simpMessageType: 'SUBSCRIBE', simpDestination: '/topic/a' } as const;
      const stranger = message({ ...subscribe, simpSessionId: 'never', simpSubscriptionId: '0' });
      expect(flow.inbound.send(stranger)).toBe('unhandled');
      expect(flow.inbound.send(message({ ...subscribe, simpSubscriptionId: '0' }))).toBe('unhandled');
      expect(flow.broker.subscriptionCount).toBe(0);
    });

    it.each([
      ['everybody’s, then its session’s', undefined, ['s1']],
      ['its session’s, then everybody’s', ['s1'], undefined],
    ])('keeps a subscription id once: %s', (_title, first, second) => {
      const flow = new MessageFlow();
      const { session, transport } = flow.connect();
      const subscribe = (simpDestination: string, simpUserSessionIds?: readonly string[]): void => {
        void flow.brokerChannel.send(
          message({
            simpMessageType: 'SUBSCRIBE',
            simpSessionId: session.id,
            simpSubscriptionId: '7',
            simpDestination,
            simpUserSessionIds,
          }),
        );
      };
      subscribe('/topic/first', first);
      subscribe('/topic/second', second);
      expect(flow.broker.subscriptionCount).toBe(1);
      void flow.template.convertAndSend('/topic/first', 'x');
      expect(transport.take()).toEqual([]);
    });

    it('forgets a SUBSCRIBE that its session’s end has overtaken [BRK-26] [A198]', async () => {
      const flow = new MessageFlow();
      const { session, say } = flow.connect();
      flow.inbound.addInterceptor({
        preSend: async (sent) => {
          if (sent.headers.simpMessageType === 'SUBSCRIBE') await settled();
          return sent;
        },
      });
      say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
      session.close();
      await settled();
      await settled();
      expect(flow.receivedTypes).toEqual(['CONNECT', 'DISCONNECT', 'SUBSCRIBE']);
      expect(flow.broker.subscriptionCount).toBe(0);
    });

    it('forgets a session to which its CONNECTED could not be sent [A198]', async () => {
      const flow = new MessageFlow();
      flow.outbound.addInterceptor({ preSend: () => Promise.reject(new Error('no')) });
      const connect = message({ simpMessageType: 'CONNECT', simpSessionId: 's1' });
      await expect(Promise.resolve(flow.inbound.send(connect))).rejects.toMatchObject({
        code: 'STOMP_ERR_DELIVERY',
      });
      expect(flow.broker.sessionCount).toBe(0);
    });

    it('forgets a session that is gone before its CONNECTED could be sent [A198]', () => {
      const flow = new MessageFlow();
      expect(flow.inbound.send(message({ simpMessageType: 'CONNECT', simpSessionId: 'gone' }))).toBe(
        'unhandled',
      );
      expect(flow.broker.sessionCount).toBe(0);
    });

    it('takes UNSUBSCRIBE by id, whatever its destination, and does not mind one without [BRK-6]', () => {
      const flow = new MessageFlow();
      const { session, say } = flow.connect();
      say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
      const unsubscribe = { simpMessageType: 'UNSUBSCRIBE', simpSessionId: session.id } as const;
      expect(flow.inbound.send(message(unsubscribe))).toBe('handled');
      expect(flow.broker.subscriptionCount).toBe(1);
      expect(
        flow.inbound.send(
          message({ ...unsubscribe, simpSubscriptionId: '0', simpDestination: '/app/other' }),
        ),
      ).toBe('handled');
      expect(flow.broker.subscriptionCount).toBe(0);
    });

    it.each<[string, () => null]>([
      ['vetoes', () => null],
      [
        'fails on',
        () => {
          throw new Error('boom');
        },
      ],
    ])(
      'notices the end of a session also when an interceptor %s its DISCONNECT [A198] [BRK-32]',
      async (_, preSend) => {
        const flow = new MessageFlow();
        const { session, say } = flow.connect();
        say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
        flow.inbound.addInterceptor({
          preSend: (sent) => (sent.headers.simpMessageType === 'DISCONNECT' ? preSend() : sent),
        });
        session.transportClosed();
        await settled();
        expect(flow.broker.sessionCount).toBe(0);
        expect(flow.broker.subscriptionCount).toBe(0);
        expect(flow.handler.sessionCount).toBe(0);
      },
    );

    it('does not care about other messages that an interceptor keeps from it', async () => {
      const flow = new MessageFlow();
      const { session } = flow.connect();
      flow.inbound.addInterceptor({ preSend: () => null });
      await flow.inbound.send(message({ simpSessionId: session.id, simpDestination: '/topic/a' }));
      expect(flow.broker.sessionCount).toBe(1);
    });
  });

  describe('of what the application publishes', () => {
    it('takes what has one of its prefixes', () => {
      const flow = new MessageFlow();
      expect(flow.template.convertAndSend('/topic/a', 'x')).toBe('handled');
      expect(flow.template.convertAndSend('/queue/a', 'x')).toBe('handled');
      expect(flow.template.convertAndSend('/elsewhere/a', 'x')).toBe('unhandled');
    });

    it('takes everything when it has no prefixes', () => {
      const flow = new MessageFlow({ broker: { destinationPrefixes: [] } });
      expect(flow.template.convertAndSend('anything', 'x')).toBe('handled');
      expect(flow.brokerChannel.send(message({}))).toBe('unhandled');
    });

    it('leaves what is no MESSAGE to others', () => {
      const flow = new MessageFlow();
      expect(
        flow.brokerChannel.send(message({ simpMessageType: 'SUBSCRIBE', simpDestination: '/topic/a' })),
      ).toBe('unhandled');
    });

    it('drops what is not bytes, and says so in the log [TPL-10]', () => {
      const flow = new MessageFlow();
      expect(flow.brokerChannel.send(message({ simpDestination: '/topic/a' }, { a: 1 }))).toBe('unhandled');
      expect(flow.log.lines).toEqual([
        'error A message to /topic/a has no bytes and was dropped. Send it through a converter.',
      ]);
    });

    it('publishes although clients may not send [BRK-14]', () => {
      const flow = new MessageFlow({ broker: { clientSend: 'deny' } });
      const { transport, say } = flow.connect();
      say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
      expect(flow.template.convertAndSend('/topic/a', 'x')).toBe('handled');
      expect(transport.take()).toHaveLength(1);
      say('SEND\ndestination:/topic/a\n\nx\0');
      expect(transport.take()).toEqual([
        'ERROR\nmessage:Clients may not send to broker destinations\ncode:STOMP_ERR_REJECTED\n' +
          'content-length:0\n\n\0',
      ]);
    });

    it('asks the registry of the application, if it has one', () => {
      const asked: string[] = [];
      const registry: SubscriptionRegistry = {
        size: 7,
        add: (...what) => asked.push(`add ${what.slice(1).join(' ')}`),
        remove: (...what) => asked.push(`remove ${what.slice(1).join(' ')}`),
        removeSession: () => asked.push('removeSession'),
        find: (destination) => {
          asked.push(`find ${destination}`);
          return [];
        },
      };
      const flow = new MessageFlow({ registry });
      const { session, say } = flow.connect();
      say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0', 'UNSUBSCRIBE\nid:0\n\n\0');
      void flow.template.convertAndSend('/topic/b', 'x');
      session.close();
      expect(asked).toEqual(['add 0 /topic/a', 'remove 0', 'find /topic/b', 'removeSession']);
      expect(flow.broker.subscriptionCount).toBe(7);
    });
  });

  describe('starting and stopping', () => {
    it('takes nothing until it is started, and nothing after it is stopped', () => {
      const flow = new MessageFlow();
      flow.broker.stop();
      expect(flow.broker.isRunning).toBe(false);
      expect(flow.template.convertAndSend('/topic/a', 'x')).toBe('unhandled');
      flow.broker.start();
      expect(flow.broker.isRunning).toBe(true);
      expect(flow.template.convertAndSend('/topic/a', 'x')).toBe('handled');
    });

    it('listens once, however often it is started', () => {
      const flow = new MessageFlow();
      flow.broker.start();
      const { transport, say } = flow.connect();
      say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
      void flow.template.convertAndSend('/topic/a', 'x');
      expect(transport.take()).toHaveLength(1);
      flow.broker.stop();
      flow.broker.stop();
      expect(flow.template.convertAndSend('/topic/a', 'x')).toBe('unhandled');
    });

    it('forgets everybody when it is stopped', () => {
      const flow = new MessageFlow();
      for (const { say } of [flow.connect(), flow.connect()])
        say('SUBSCRIBE\nid:0\ndestination:/topic/*\n\n\0');
      expect(flow.broker.sessionCount).toBe(2);
      expect(flow.broker.subscriptionCount).toBe(2);
      flow.broker.stop();
      expect(flow.broker.sessionCount).toBe(0);
      expect(flow.broker.subscriptionCount).toBe(0);
    });
  });
});
