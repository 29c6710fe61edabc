import { describe, expect, it } from '@jest/globals';
import type { FirstMessage, Message } from '../../../src/messaging/message.js';
import { Deferred, settled } from '../../support/deferred.js';
import { MessageFlow, type FlowClient } from '../../support/message-flow.js';

class Snapshot implements FirstMessage {
  readonly taken = new Deferred<Message<Uint8Array> | undefined>();
  sent: Promise<boolean> | undefined;

  take(): Promise<Message<Uint8Array> | undefined> {
    return this.taken.promise;
  }

  includes(): boolean {
    return false;
  }

  waitFor(sent: Promise<boolean>): void {
    this.sent = sent;
  }
}

/** What the application sends for a client that has subscribed to one of its own destinations. */
function subscribe(flow: MessageFlow, { session }: FlowClient, first: FirstMessage, headers = {}): unknown {
  return flow.brokerChannel.send({
    payload: new Uint8Array(),
    headers: {
      simpMessageType: 'SUBSCRIBE',
      simpSessionId: session.id,
      simpSubscriptionId: 'a',
      simpDestination: '/topic/a',
      simpSession: session,
      simpFirstMessage: first,
      nativeHeaders: new Map(),
      ...headers,
    },
  });
}

/** A client whose subscription `a` is known to its session, as if a handler served it, but not to the broker. */
function connect(flow: MessageFlow): FlowClient {
  flow.inbound.subscribe({
    handleMessage: ({ headers }) =>
      headers.simpMessageType === 'SUBSCRIBE' && headers.simpDestination === '/app/a',
  });
  const client = flow.connect();
  client.say('SUBSCRIBE\nid:a\ndestination:/app/a\n\n\0');
  return client;
}

describe('SimpleBroker, of a SUBSCRIBE with a first message', () => {
  it('answers at once, and tells the sender what to wait for', async () => {
    const flow = new MessageFlow();
    const client = connect(flow);
    const first = new Snapshot();
    expect(subscribe(flow, client, first)).toBe('handled');
    expect(flow.broker.subscriptionCount).toBe(1);
    void flow.template.convertAndSend('/topic/a', '1');
    expect(client.transport.take()).toEqual([]);
    first.taken.resolve(undefined);
    await expect(first.sent).resolves.toBe(true);
    expect(client.transport.take()).toEqual([expect.stringContaining('\n\n1\0')]);
  });

  it('takes none of a session that it does not know', () => {
    const flow = new MessageFlow();
    const first = new Snapshot();
    expect(subscribe(flow, connect(flow), first, { simpSessionId: 'gone' })).toBe('unhandled');
    expect(first.sent).toBeUndefined();
  });

  it.each<[string, (flow: MessageFlow, client: FlowClient) => void]>([
    ['UNSUBSCRIBE', (_flow, client) => client.say('UNSUBSCRIBE\nid:a\n\n\0')],
    ['DISCONNECT', (_flow, client) => client.say('DISCONNECT\n\n\0')],
    ['its own stop', (flow) => flow.broker.stop()],
  ])('forgets it, and what waits for it, with %s', async (_how, end) => {
    const flow = new MessageFlow();
    const client = connect(flow);
    const first = new Snapshot();
    subscribe(flow, client, first);
    void flow.template.convertAndSend('/topic/a', '1');
    end(flow, client);
    await settled();
    expect(flow.broker.subscriptionCount).toBe(0);
    first.taken.resolve({
      payload: Buffer.from('snapshot'),
      headers: { simpMessageType: 'MESSAGE', simpSessionId: client.session.id, nativeHeaders: new Map() },
    });
    await expect(first.sent).resolves.toBe(false);
    expect(client.transport.take().filter((frame) => frame.startsWith('MESSAGE'))).toEqual([]);
  });

  it.each(['made after all', 'not made'])(
    'gives its id to another subscription, which the first message, %s, does not concern',
    async (how) => {
      const flow = new MessageFlow();
      const client = connect(flow);
      const first = new Snapshot();
      subscribe(flow, client, first);
      subscribe(flow, client, first, { simpDestination: '/topic/b', simpFirstMessage: undefined });
      void flow.template.convertAndSend('/topic/b', '1');
      if (how === 'not made') first.taken.reject(new Error('no'));
      else {
        first.taken.resolve({
          payload: Buffer.from('snapshot'),
          headers: {
            simpMessageType: 'MESSAGE',
            simpSessionId: client.session.id,
            simpSubscriptionId: 'a',
            nativeHeaders: new Map(),
          },
        });
      }
      await first.sent?.catch(() => undefined);
      void flow.template.convertAndSend('/topic/b', '2');
      expect(client.transport.take()).toEqual([
        expect.stringContaining('\n\n1\0'),
        expect.stringContaining('\n\n2\0'),
      ]);
    },
  );

  it('keeps a private one apart: only what is for its session waits for it', async () => {
    const flow = new MessageFlow();
    const client = connect(flow);
    const first = new Snapshot();
    subscribe(flow, client, first, { simpUserSessionIds: [client.session.id] });
    const send = (body: string, sessionIds: readonly string[] | undefined): unknown =>
      flow.brokerChannel.send({
        payload: Buffer.from(body),
        headers: {
          simpMessageType: 'MESSAGE',
          simpDestination: '/topic/a',
          simpUserSessionIds: sessionIds,
          nativeHeaders: new Map(),
        },
      });
    expect(send('for all', undefined)).toBe('handled');
    expect(send('for it', [client.session.id])).toBe('handled');
    expect(send('for others', ['other'])).toBe('unhandled');
    first.taken.reject(new Error('no'));
    await expect(first.sent).rejects.toThrow('no');
    expect(client.transport.take()).toEqual([]);
    expect(flow.broker.subscriptionCount).toBe(0);
  });
});
