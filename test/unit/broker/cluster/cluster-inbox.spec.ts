import { describe, expect, it } from '@jest/globals';
import { encodeControl, type ClusterControl } from '../../../../src/broker/cluster/cluster-control.js';
import { ClusterCounters } from '../../../../src/broker/cluster/cluster-counters.js';
import { ClusterInbox } from '../../../../src/broker/cluster/cluster-inbox.js';
import { ClusterNodes } from '../../../../src/broker/cluster/cluster-nodes.js';
import {
  encodeMessage,
  encodeRecord,
  packetHead,
  RecordType,
  type ClusterMessage,
} from '../../../../src/broker/cluster/cluster-packet.js';
import { VirtualClock } from '../../../../src/testing/virtual-clock.js';
import { RemoteUsers } from '../../../../src/user/remote-users.js';
import { RecordedLog } from '../../../support/recorded-log.js';

const OWN = '0000000000000001';
const OTHER = '0000000000000002';
const AGREEMENT = { destinationPrefixes: ['/topic'], userDestinationPrefix: '/user/', pathSeparator: '/' };
const MESSAGE: ClusterMessage = {
  destination: '/topic/a',
  contentType: undefined,
  nativeHeaders: new Map(),
  body: Buffer.from('1'),
};

class Stage {
  readonly clock = new VirtualClock();
  readonly log = new RecordedLog();
  readonly counters = new ClusterCounters();
  readonly told: string[] = [];
  readonly users = new RemoteUsers();
  readonly nodes = new ClusterNodes(
    AGREEMENT,
    this.users,
    () => undefined,
    { publish: () => undefined },
    this.log,
  );
  readonly inbox = new ClusterInbox(OWN, this.nodes, this.counters, this.clock, this.log, {
    ownWord: () => this.told.push('own word'),
    hello: (nodeId) => this.told.push(`hello ${nodeId}`),
    ask: (nodeId) => this.told.push(`ask ${nodeId}`),
  });
  #sequence = 0;

  constructor() {
    this.inbox.receiver = {
      published: ({ destination }) => this.told.push(`published ${destination}`),
      sentToUser: ({ destination }, user) => this.told.push(`sent ${destination} to ${user}`),
      disconnect: (sessionIds) => this.told.push(`disconnect ${sessionIds.join()}`),
    };
  }

  packet(...records: readonly Buffer[]): Buffer {
    return Buffer.concat([packetHead(Buffer.from(OTHER, 'hex'), 1), ...records]);
  }

  hear(...records: readonly Buffer[]): void {
    this.inbox.packet(this.packet(...records));
  }

  message(rest: Partial<ClusterMessage> = {}): Buffer {
    return encodeMessage(this.#sequence++, { ...MESSAGE, ...rest });
  }

  control(control: ClusterControl): Buffer {
    return encodeRecord(RecordType.CONTROL, this.#sequence++, encodeControl(control));
  }

  alive(hello = false, pathSeparator = '/'): Buffer {
    return this.control({
      kind: 'alive',
      name: 'two',
      agreement: { ...AGREEMENT, pathSeparator },
      revision: 0,
      hello,
    });
  }

  take(): string[] {
    return this.told.splice(0);
  }
}

describe('ClusterInbox', () => {
  it('gives each message to whom it is for, once', () => {
    const stage = new Stage();
    const packet = stage.packet(stage.message(), stage.message({ user: 'ann' }), stage.message());
    stage.inbox.packet(packet);
    stage.inbox.packet(packet);
    expect(stage.take()).toEqual(['published /topic/a', 'sent /topic/a to ann', 'published /topic/a']);
    expect(stage.counters.received).toBe(3);
  });

  it('takes its own messages for nothing, and its own word for a sign of life', () => {
    const stage = new Stage();
    const own = packetHead(Buffer.from(OWN, 'hex'), 1);
    stage.inbox.packet(Buffer.concat([own, stage.message()]));
    stage.inbox.packet(own);
    expect(stage.take()).toEqual([]);
    stage.inbox.packet(Buffer.concat([own, stage.alive()]));
    expect(stage.take()).toEqual(['own word']);
  });

  it('passes on what nodes want of each other', () => {
    const stage = new Stage();
    stage.hear(stage.alive(true));
    stage.hear(stage.control({ kind: 'ask' }));
    stage.hear(stage.control({ kind: 'disconnect', sessionIds: ['a', 'b'], how: {} }));
    expect(stage.take()).toEqual([`hello ${OTHER}`, `ask ${OTHER}`, 'disconnect a,b']);
    const session = { id: 's', user: 'ann', subscriptions: [] };
    const whole = { kind: 'sessions', revision: 0, whole: 0, part: 0, isLast: true } as const;
    stage.hear(stage.control({ ...whole, sessions: [session] }));
    stage.hear(stage.control({ kind: 'changes', revision: 1, removed: [], put: [{ ...session, id: 't' }] }));
    expect(stage.users.sessionCount).toBe(2);
    stage.hear(stage.control({ kind: 'leave' }));
    expect([stage.users.sessionCount, stage.nodes.members.length]).toEqual([0, 0]);
  });

  it('takes nothing of a node that means other things by the same words, and counts it', () => {
    const stage = new Stage();
    stage.hear(stage.alive(true, '.'));
    expect(stage.take()).toEqual([`hello ${OTHER}`]);
    stage.hear(stage.message());
    stage.hear(stage.control({ kind: 'disconnect', sessionIds: ['a'], how: {} }));
    expect(stage.take()).toEqual([]);
    expect([stage.counters.unreadable, stage.counters.received]).toEqual([2, 0]);
  });

  it('passes over records that only a later version knows', () => {
    const stage = new Stage();
    stage.hear(
      encodeRecord(77, 100, Buffer.from('?')),
      stage.control({ kind: 'later' } as unknown as ClusterControl),
    );
    expect([stage.take(), stage.counters.unreadable, stage.log.lines]).toEqual([[], 0, []]);
  });

  it('throws nothing at a bus, and tells once a minute of what it cannot read', () => {
    const stage = new Stage();
    for (let second = 0; second < 120; second++) {
      stage.inbox.packet(Buffer.from('garbage'));
      stage.clock.advance(1000);
    }
    expect(stage.counters.unreadable).toBe(120);
    expect(stage.log.lines).toEqual(
      Array.from(
        { length: 2 },
        () =>
          'warn Something on the bus of the cluster could not be read and was dropped. ' +
          'ClusterPacketError: It is not a packet of a cluster. Does something else use simpleBroker.cluster.namespace?',
      ),
    );
  });

  it('throws nothing at a bus when what takes a message fails', () => {
    const stage = new Stage();
    const fail = (): never => {
      throw new Error('no');
    };
    stage.inbox.receiver = { published: fail, sentToUser: fail, disconnect: fail };
    stage.hear(stage.message(), stage.message({ user: 'ann' }));
    stage.hear(stage.control({ kind: 'disconnect', sessionIds: ['a'], how: {} }));
    expect(stage.log.lines).toEqual([
      'error A message of another node was not delivered: Error: no',
      'error A message of another node was not delivered: Error: no',
      'error Sessions that another node wanted to end did not: Error: no',
    ]);
  });

  it('takes nothing while nobody is there who wants it', () => {
    const stage = new Stage();
    stage.inbox.receiver = undefined;
    stage.hear(stage.message(), stage.message({ user: 'ann' }));
    stage.hear(stage.control({ kind: 'disconnect', sessionIds: ['a'], how: {} }));
    expect([stage.take(), stage.log.lines]).toEqual([[], []]);
  });
});
