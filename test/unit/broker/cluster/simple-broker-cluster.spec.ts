import { describe, expect, it } from '@jest/globals';
import { ClusterError } from '../../../../src/broker/cluster/cluster-error.js';
import type { ClusterReceiver } from '../../../../src/broker/cluster/cluster-inbox.js';
import { recordBytesOf } from '../../../../src/broker/cluster/cluster-packet.js';
import type { ClusterSettings } from '../../../../src/broker/cluster/cluster-settings.js';
import { SimpleBrokerCluster } from '../../../../src/broker/cluster/simple-broker-cluster.js';
import type { Message } from '../../../../src/messaging/message.js';
import { StompEventBus } from '../../../../src/session/stomp-event-bus.js';
import type { StompEvent } from '../../../../src/session/stomp-event.js';
import { TimerWheel } from '../../../../src/session/timer-wheel.js';
import { MemoryCluster } from '../../../../src/testing/memory-cluster.js';
import { VirtualClock } from '../../../../src/testing/virtual-clock.js';
import { RemoteUsers } from '../../../../src/user/remote-users.js';
import { settled } from '../../../support/deferred.js';
import { howSettled } from '../../../support/how-settled.js';
import { RecordedLog } from '../../../support/recorded-log.js';

const AGREEMENT = { destinationPrefixes: ['/topic'], userDestinationPrefix: '/user/', pathSeparator: '/' };
const HEAD_BYTES = 16;

/** Several nodes in one process, whose time the test turns. */
class Stage {
  readonly clock = new VirtualClock();
  readonly log = new RecordedLog();
  readonly events: StompEvent[] = [];
  readonly #nodes: SimpleBrokerCluster[] = [];

  constructor(readonly engine = new MemoryCluster()) {}

  node(name: string, receiver: Partial<ClusterReceiver> = {}): SimpleBrokerCluster {
    const settings: ClusterSettings = {
      bus: this.engine.bus(),
      namespace: 'n',
      name,
      failFast: false,
      heartbeatIntervalMs: 1000,
      heartbeatTimeoutMs: 3000,
      settleMs: 250,
      nodeTimeoutMs: 10_000,
      lingerMs: 2000,
      receiptTimeoutMs: 5000,
      reconnectDelayMs: 100,
      reconnectMaxDelayMs: 2000,
      sendBufferSizeLimit: 1_000_000,
      outageBufferMs: 2000,
      outageBufferSizeLimit: 1_000_000,
    };
    const events = new StompEventBus(this.log);
    events.subscribe((event) => this.events.push(event));
    const wheel = new TimerWheel(this.clock);
    const node = new SimpleBrokerCluster(
      settings,
      '/',
      AGREEMENT,
      new RemoteUsers(),
      events,
      this.log,
      wheel,
    );
    const nothing = (): void => undefined;
    node.start({ published: nothing, sentToUser: nothing, disconnect: nothing, ...receiver });
    this.#nodes.push(node);
    return node;
  }

  async live(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += 100) {
      this.clock.advance(100);
      await settled();
    }
  }
}

const message = (bytes: number, contentType?: string): Message<Uint8Array> => ({
  payload: Buffer.alloc(bytes),
  headers: {
    simpMessageType: 'MESSAGE',
    simpDestination: '/topic/ä',
    contentType,
    nativeHeaders: new Map([['x', ['1']]]),
  },
});

describe('SimpleBrokerCluster', () => {
  it('refuses exactly what the bus does not carry, all headers counted', async () => {
    const stage = new Stage(new MemoryCluster(1000));
    const node = stage.node('one');
    node.requireSendable(message(5000));
    await stage.live(1000);
    expect(node.maxMessageBytes).toBe(1000 - HEAD_BYTES);
    for (const contentType of [undefined, 'text/plain', 'x'.repeat(300)]) {
      const { payload, headers } = message(0, contentType);
      const record = {
        destination: '/topic/ä',
        contentType,
        nativeHeaders: headers.nativeHeaders,
        body: payload,
      };
      const room = node.maxMessageBytes - recordBytesOf(record);
      node.requireSendable(message(room, contentType));
      expect(() => node.requireSendable(message(room + 1, contentType))).toThrow(
        ClusterError.tooLarge(node.maxMessageBytes + 1, node.maxMessageBytes),
      );
    }
    const user = { user: 'u'.repeat(500), sessionId: 's'.repeat(500) };
    expect(() => node.sendToUser(message(0), user)).toThrow(/^The message has \d+ bytes, and at most 984/);
  });

  it('ends very many sessions of another node in parts', async () => {
    const stage = new Stage(new MemoryCluster(64 * 1024));
    const ended: number[] = [];
    const one = stage.node('one');
    const two = stage.node('two', { disconnect: (sessionIds) => ended.push(sessionIds.length) });
    await stage.live(1000);
    const ids = Array.from({ length: 1200 }, (_, index) => `session-${index}`);
    one.disconnect(two.nodeId, ids, { code: 4000 });
    await settled();
    expect(ended).toEqual([500, 500, 200]);
  });

  it('says that it leaves even while it is not available yet', async () => {
    const stage = new Stage();
    const one = stage.node('one');
    await stage.live(1000);
    const two = stage.node('two');
    await stage.live(100);
    expect(two.isAvailable).toBe(false);
    expect(one.nodes.length).toBe(1);
    const stopped = two.stop();
    await settled();
    await stopped;
    expect(one.nodes.length).toBe(0);
    await two.stop();
  });

  it('counts what its end finds waiting, and tells who waits for it', async () => {
    const stage = new Stage();
    stage.engine.kill();
    const node = stage.node('one');
    await stage.live(100);
    expect(node.publish(message(1))).toBe(true);
    const flushed = howSettled(node.flush());
    await node.stop();
    expect(await flushed).toBe(ClusterError.unavailable().message);
    expect([node.counters.published, node.counters.dropped, node.pendingBytes]).toEqual([0, 1, 0]);
  });

  it('says what is wrong when the bus is not there, and tries on', async () => {
    const stage = new Stage();
    stage.engine.kill();
    const node = stage.node('one');
    await stage.live(100);
    expect(await node.firstAttempt()).toEqual({
      text: 'The memory of the test is down. Call revive()',
      isFatal: false,
    });
    stage.engine.revive();
    await stage.live(5000);
    expect([node.isAvailable, node.unavailableReason]).toEqual([true, undefined]);
    expect(stage.events.length).toBe(1);
    expect(stage.events[0]).toMatchObject({ isClusterAvailable: true, awayMs: 0, dropped: 0 });
  });

  it('takes nobody for dead while it does not hear itself', async () => {
    const stage = new Stage();
    const one = stage.node('one');
    stage.node('two');
    await stage.live(1000);
    stage.engine.stall();
    await stage.live(60_000);
    expect(one.isAvailable).toBe(false);
    expect(one.nodes.length).toBe(1);
    stage.engine.resume();
    await stage.live(5000);
    expect([one.isAvailable, one.nodes.length]).toEqual([true, 1]);
  });

  it('hears a user and a subscription until they are gone, and remembers nothing of them', async () => {
    const stage = new Stage();
    const heard: string[] = [];
    const one = stage.node('one', {
      published: ({ destination }) => heard.push(destination),
      sentToUser: ({ user, sessionId }) => heard.push(`${user} ${sessionId}`),
    });
    const two = stage.node('two');
    await stage.live(1000);
    const before = one.interestCount;
    await one.subscribed('s', '1', '/topic/ä');
    await one.subscribedForUser('s', '2', 'ann');
    two.publish(message(1));
    two.sendToUser(message(1), { user: 'ann', sessionId: 't' });
    await two.flush();
    expect(heard).toEqual(['/topic/ä', 'ann t']);
    one.unsubscribed('s', '1');
    one.sessionEnded('s');
    await stage.live(5000);
    expect(one.interestCount).toBe(before);
    expect(one.busName).toBe('the memory of the test');
  });
});
