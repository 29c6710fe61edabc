import { describe, expect, it } from '@jest/globals';
import { ClusterError } from '../../../src/broker/cluster/cluster-error.js';
import type { FirstMessage, Message } from '../../../src/messaging/message.js';
import { Deferred, settled } from '../../support/deferred.js';
import { FakeBrokerCluster } from '../../support/fake-broker-cluster.js';
import { MessageFlow, type FlowClient } from '../../support/message-flow.js';

class Stage {
  readonly cluster = new FakeBrokerCluster();
  readonly flow = new MessageFlow({ broker: { cluster: this.cluster }, session: { leavesProcess: true } });
  readonly client = this.flow.connect();

  say(frame: string): void {
    this.client.say(`${frame}\0`);
  }

  /** What the client has got: command and body, or what the frame is about. */
  take({ transport }: FlowClient = this.client): string[] {
    return transport.take().map((frame) => {
      const [command = ''] = frame.split('\n', 1);
      const about = /^(?:receipt-id|message):(.*)$/m.exec(frame)?.[1];
      return `${command} ${command === 'MESSAGE' ? (frame.split('\n\n')[1] ?? '').slice(0, -1) : (about ?? '')}`;
    });
  }
}

describe('SimpleBroker with other nodes', () => {
  it('gives the bus a message before its own clients, who are many, and them whatever becomes of it there', () => {
    const { flow, cluster, client } = new Stage();
    client.say('SUBSCRIBE\nid:a\ndestination:/topic/a\n\n\0');
    cluster.publish = ({ payload }: Message<Uint8Array>) => {
      expect(client.transport.take()).toEqual([]);
      cluster.published.push(Buffer.from(payload).toString());
      return false;
    };
    void flow.template.convertAndSend('/topic/a', '1');
    expect(cluster.published).toEqual(['1']);
    expect(client.transport.take()).toEqual([expect.stringContaining('\n\n1\0')]);
  });

  it('gives what comes from another node to its clients and not to other nodes again', () => {
    const stage = new Stage();
    const message = (simpDestination: string): Message<Uint8Array> => ({
      payload: Buffer.from(simpDestination),
      headers: { simpMessageType: 'MESSAGE', simpDestination, nativeHeaders: new Map() },
    });
    stage.say('SUBSCRIBE\nid:a\ndestination:/topic/**\n\n');
    stage.flow.broker.handleElsewhere(message('/topic/a'));
    stage.flow.broker.handleElsewhere(message('/elsewhere/a'));
    stage.flow.broker.handleElsewhere(message('/user/a/topic/a'));
    stage.flow.broker.stop();
    stage.flow.broker.handleElsewhere(message('/topic/a'));
    expect(stage.take()).toEqual(['MESSAGE /topic/a']);
    expect(stage.cluster.published).toEqual([]);
  });

  it('confirms a SUBSCRIBE when the other nodes are heard, and lets other frames pass meanwhile', async () => {
    const stage = new Stage();
    stage.cluster.elsewhere = new Deferred();
    stage.say('SUBSCRIBE\nid:a\ndestination:/topic/a\nreceipt:s\n\n');
    stage.say('SEND\ndestination:/topic/a\n\n1');
    await settled();
    expect(stage.take()).toEqual(['MESSAGE 1']);
    stage.cluster.elsewhere.resolve();
    await settled();
    expect(stage.take()).toEqual(['RECEIPT s']);
  });

  it('confirms a SEND when it has left, and lets other frames pass meanwhile', async () => {
    const stage = new Stage();
    stage.say('SUBSCRIBE\nid:a\ndestination:/topic/a\n\n');
    stage.say('SEND\ndestination:/topic/a\nreceipt:1\n\n1');
    stage.say('SEND\ndestination:/topic/a\n\n2');
    await settled();
    expect(stage.take()).toEqual(['MESSAGE 1', 'MESSAGE 2']);
    stage.cluster.flushed.resolve();
    await settled();
    expect(stage.take()).toEqual(['RECEIPT 1']);
  });

  it('confirms no SEND that does not leave, or of which nobody knows', async () => {
    const stage = new Stage();
    stage.cluster.willLeave = false;
    stage.say('SEND\ndestination:/topic/a\n\nnobody asked');
    await settled();
    expect(stage.take()).toEqual([]);
    stage.say('SEND\ndestination:/topic/a\nreceipt:1\n\n1');
    await settled();
    expect(stage.take()).toEqual([`ERROR ${ClusterError.unavailable().message.replace(':', '\\c')}`]);
    const other = new Stage();
    other.say('SEND\ndestination:/topic/a\nreceipt:1\n\n1');
    other.cluster.flushed.reject(ClusterError.lost());
    await settled();
    expect(other.take()).toEqual([`ERROR ${ClusterError.lost().message.replace(':', '\\c')}`]);
  });

  it('refuses what the others cannot be sent before anybody gets it', async () => {
    const stage = new Stage();
    const other = stage.flow.connect();
    other.say('SUBSCRIBE\nid:a\ndestination:/topic/a\n\n\0');
    stage.cluster.limitBytes = 3;
    stage.say('SEND\ndestination:/topic/a\n\n1234');
    await settled();
    expect(stage.take()[0]).toMatch(/^ERROR The message has 4 bytes, and at most 3 can be sent/);
    expect([stage.take(other), stage.cluster.published]).toEqual([[], []]);
  });

  it('refuses a whole transaction if the others cannot be sent a part of it', async () => {
    const stage = new Stage();
    const other = stage.flow.connect();
    other.say('SUBSCRIBE\nid:a\ndestination:/topic/a\n\n\0');
    stage.cluster.limitBytes = 3;
    stage.say('BEGIN\ntransaction:t\n\n');
    stage.say('SEND\ntransaction:t\ndestination:/topic/a\n\n1');
    stage.say('SEND\ntransaction:t\ndestination:/topic/a\n\n1234');
    stage.say('COMMIT\ntransaction:t\n\n');
    await settled();
    expect(stage.take()[0]).toMatch(/^ERROR The message has 4 bytes, and at most 3 can be sent/);
    expect([stage.take(other), stage.cluster.published]).toEqual([[], []]);
  });

  it('makes a first message when the other nodes are heard, and keeps what comes meanwhile behind it', async () => {
    const stage = new Stage();
    stage.cluster.elsewhere = new Deferred();
    let made = 0;
    let sent: Promise<boolean> | undefined;
    const first: FirstMessage = {
      take: async () => {
        made++;
        return {
          payload: Buffer.from('snapshot'),
          headers: {
            simpMessageType: 'MESSAGE',
            simpSessionId: stage.client.session.id,
            simpSubscriptionId: 'a',
            simpDestination: '/topic/a',
            nativeHeaders: new Map(),
          },
        };
      },
      includes: () => false,
      waitFor: (promise) => void (sent = promise),
    };
    stage.flow.inbound.subscribe({
      handleMessage: ({ headers }) => headers.simpDestination === '/app/a',
    });
    stage.say('SUBSCRIBE\nid:a\ndestination:/app/a\n\n');
    void stage.flow.brokerChannel.send({
      payload: new Uint8Array(),
      headers: {
        simpMessageType: 'SUBSCRIBE',
        simpSessionId: stage.client.session.id,
        simpSubscriptionId: 'a',
        simpDestination: '/topic/a',
        simpSession: stage.client.session,
        simpFirstMessage: first,
        nativeHeaders: new Map(),
      },
    });
    void stage.flow.template.convertAndSend('/topic/a', '1');
    await settled();
    expect([made, stage.take()]).toEqual([0, []]);
    stage.cluster.elsewhere.resolve();
    expect(await sent).toBe(true);
    expect([made, stage.take()]).toEqual([1, ['MESSAGE snapshot', 'MESSAGE 1']]);
  });

  describe('listens to nothing', () => {
    const subscribe = 'SUBSCRIBE\nid:a\ndestination:/topic/a\n\n';

    it.each([
      ['a subscription has ended', 'UNSUBSCRIBE\nid:a\n\n'],
      ['a session has said goodbye', 'DISCONNECT\n\n'],
      ['a session was ended for a mistake', 'NONSENSE\n\n'],
    ])('when %s', async (_when, frame) => {
      const stage = new Stage();
      stage.say(subscribe);
      expect(stage.cluster.destinations).toEqual(['/topic/a']);
      stage.say(frame);
      await settled();
      expect(stage.cluster.destinations).toEqual([]);
    });

    it('when a connection broke off, or the broker has stopped', async () => {
      for (const end of [
        (stage: Stage) => stage.client.session.transportClosed(),
        (stage: Stage) => stage.flow.broker.stop(),
      ]) {
        const stage = new Stage();
        stage.say(subscribe);
        end(stage);
        await settled();
        expect(stage.cluster.destinations).toEqual([]);
      }
    });

    it('when a SUBSCRIBE was refused: its pattern costs too much', async () => {
      const stage = new Stage();
      stage.say(`SUBSCRIBE\nid:a\ndestination:/topic/${'*/'.repeat(20)}\n\n`);
      await settled();
      expect(stage.take()[0]).toMatch(/^ERROR /);
      expect(stage.cluster.destinations).toEqual([]);
    });

    it.each(['vetoed', 'denied'])('when a SUBSCRIBE was %s', async (how) => {
      const stage = new Stage();
      stage.flow.inbound.addInterceptor({
        preSend: (message) => {
          if (message.headers.simpMessageType !== 'SUBSCRIBE') return message;
          if (how === 'vetoed') return null;
          throw new Error('denied');
        },
      });
      stage.say(subscribe);
      await settled();
      expect(stage.cluster.destinations).toEqual([]);
    });

    it('when its session has ended while interceptors looked at the SUBSCRIBE', async () => {
      const stage = new Stage();
      const looked = new Deferred();
      stage.flow.inbound.addInterceptor({
        preSend: async (message) => {
          if (message.headers.simpMessageType === 'SUBSCRIBE') await looked.promise;
          return message;
        },
      });
      stage.say(subscribe);
      await settled();
      stage.client.session.transportClosed();
      await settled();
      looked.resolve();
      await settled();
      expect(stage.cluster.destinations).toEqual([]);
    });
  });

  it('listens for a user by the name in user destinations, and for an anonymous session by its id', () => {
    const stage = new Stage();
    const subscribe = (simpUser?: { readonly name: string }): unknown =>
      stage.flow.brokerChannel.send({
        payload: new Uint8Array(),
        headers: {
          simpMessageType: 'SUBSCRIBE',
          simpSessionId: stage.client.session.id,
          simpSubscriptionId: 'a',
          simpDestination: '/queue/a',
          simpUserSessionIds: [stage.client.session.id],
          simpUser,
          nativeHeaders: new Map(),
        },
      });
    subscribe({ name: 'ann' });
    expect(stage.cluster.destinations).toEqual(['user ann']);
    subscribe();
    expect(stage.cluster.destinations).toEqual([`user ${stage.client.session.id}`]);
  });
});
