import { describe, expect, it } from '@jest/globals';
import { DefaultSubscriptionRegistry } from '../../../src/broker/default-subscription-registry.js';
import type { SubscriptionRegistry } from '../../../src/broker/subscription-registry.js';
import type { Message } from '../../../src/messaging/message.js';
import { MessageFlow, type FlowClient } from '../../support/message-flow.js';

const broker = { selectorHeaderName: 'selector' };

/** Bodies of what has arrived. */
function bodies({ transport }: FlowClient): string[] {
  return transport.take().map((frame) => frame.split('\n\n')[1].slice(0, -1));
}

function subscriber(flow: MessageFlow, selector: string, destination = '/topic/a'): FlowClient {
  const client = flow.connect();
  client.say(`SUBSCRIBE\nid:0\ndestination:${destination}\nselector:${selector}\n\n\0`);
  return client;
}

/**
 * A broker whose registry finds subscription 0 of the client, whatever happened to it, and the bodies that the broker
 * would send there: so it shows whether a selector was left behind.
 */
function stubborn(add: () => void): { flow: MessageFlow; client: FlowClient; sent: string[] } {
  let sessionId = '';
  const registry: SubscriptionRegistry = {
    size: 1,
    add,
    remove: () => undefined,
    removeSession: () => undefined,
    find: () => [{ sessionId, subscriptionId: '0' }],
  };
  const flow = new MessageFlow({ broker, registry });
  const client = flow.connect();
  sessionId = client.session.id;
  const sent: string[] = [];
  flow.outbound.addInterceptor({
    preSend: (message) => {
      sent.push(Buffer.from(message.payload as Uint8Array).toString());
      return null;
    },
  });
  return { flow, client, sent };
}

const SUBSCRIBE = "SUBSCRIBE\nid:0\ndestination:/topic/a\nselector:a = 'x'\n\n\0";

describe('SimpleBroker with selectors [BRK-11]', () => {
  it('sends a subscriber what satisfies its selector, whoever published it', () => {
    const flow = new MessageFlow({ broker });
    const [orders, bills, all] = ["headers.type == 'order'", "type = 'bill'", ''].map((text) =>
      subscriber(flow, text),
    );
    void flow.template.convertAndSend('/topic/a', 'o', { type: 'order' });
    orders.say('SEND\ndestination:/topic/a\ntype:bill\n\nb\0');
    void flow.template.convertAndSend('/topic/a', 'neither');
    expect(bodies(orders)).toEqual(['o']);
    expect(bodies(bills)).toEqual(['b']);
    expect(bodies(all)).toEqual(['o', 'b', 'neither']);
  });

  it('filters subscriptions to patterns too, also by destination', () => {
    const flow = new MessageFlow({ broker });
    const client = subscriber(flow, "headers.destination <> '/topic/b'", '/topic/*');
    for (const name of ['a', 'b', 'c']) void flow.template.convertAndSend(`/topic/${name}`, name);
    expect(bodies(client)).toEqual(['a', 'c']);
  });

  it('sends one message to all who want it, so that it is encoded once', () => {
    const flow = new MessageFlow({ broker });
    const clients = ["a = 'x'", "a LIKE 'x'", "a = 'y'"].map((text) => subscriber(flow, text));
    void flow.template.convertAndSend('/topic/a', 'm', { a: 'x' });
    const [[one], [other], none] = clients.map(({ transport }) => transport.take());
    expect(none).toEqual([]);
    // A message that was split would have an id for each receiver.
    expect(one).toBe(other);
  });

  it('ends the session whose selector it cannot read, and keeps nothing of the SUBSCRIBE [BRK-12]', () => {
    const flow = new MessageFlow({ broker });
    const client = subscriber(flow, "type == 'a");
    expect(client.transport.take()).toEqual([
      "ERROR\nmessage:Selector, character 9\\c a text is not closed. Write ' at its end, and '' for a quote inside.\n" +
        'code:STOMP_ERR_SELECTOR_SYNTAX\ncontent-length:0\n\n\0',
    ]);
    expect(flow.broker.subscriptionCount).toBe(0);
  });

  it('asks the registry for nothing before the selector is read', () => {
    const asked: string[] = [];
    class Registry extends DefaultSubscriptionRegistry {
      override add(...what: [string, string, string]): void {
        asked.push(what[2]);
        super.add(...what);
      }
    }
    const flow = new MessageFlow({ broker, registry: new Registry() });
    subscriber(flow, '!');
    expect(asked).toEqual([]);
  });

  it('forgets the selector with the subscription', () => {
    const flow = new MessageFlow({ broker });
    const client = subscriber(flow, "a = 'x'");
    client.say('UNSUBSCRIBE\nid:0\n\n\0', 'SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
    void flow.template.convertAndSend('/topic/a', 'm');
    expect(bodies(client)).toEqual(['m']);
  });

  it.each<[string, (client: FlowClient) => void]>([
    ['UNSUBSCRIBE', ({ say }) => say('UNSUBSCRIBE\nid:0\n\n\0')],
    ['the end of the session', ({ session }) => session.transportClosed()],
  ])('keeps no selector beyond %s, whatever the registry still finds', (_, end) => {
    const { flow, client, sent } = stubborn(() => undefined);
    client.say(SUBSCRIBE);
    void flow.template.convertAndSend('/topic/a', 'before');
    end(client);
    void flow.template.convertAndSend('/topic/a', 'after');
    expect(sent).toEqual(['after']);
  });

  it('keeps no selector beyond its own stop', () => {
    const { flow, client, sent } = stubborn(() => undefined);
    client.say(SUBSCRIBE);
    flow.broker.stop();
    flow.broker.start();
    void flow.template.convertAndSend('/topic/a', 'after');
    expect(sent).toEqual(['after']);
  });

  it('keeps no selector of a subscription that the registry refused', () => {
    const { flow, client, sent } = stubborn(() => {
      throw new Error('full');
    });
    const subscribe: Message = {
      payload: undefined,
      headers: {
        simpMessageType: 'SUBSCRIBE',
        simpSessionId: client.session.id,
        simpSubscriptionId: '0',
        simpDestination: '/topic/a',
        nativeHeaders: new Map([['selector', ["a = 'x'"]]]),
      },
    };
    // Past the session, whose end would take the selector along.
    expect(() => flow.inbound.send(subscribe)).toThrow('full');
    void flow.template.convertAndSend('/topic/a', 'm');
    expect(sent).toEqual(['m']);
  });

  it('takes the header for one that nobody knows if no name was given [BRK-10]', () => {
    const flow = new MessageFlow();
    const client = subscriber(flow, '!');
    void flow.template.convertAndSend('/topic/a', 'm');
    expect(bodies(client)).toEqual(['m']);
  });
});
