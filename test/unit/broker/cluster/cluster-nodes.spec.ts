import { describe, expect, it } from '@jest/globals';
import type { AliveControl, ClusterAgreement } from '../../../../src/broker/cluster/cluster-control.js';
import { ClusterNodes } from '../../../../src/broker/cluster/cluster-nodes.js';
import { ClusterNodeEvent, type StompEvent } from '../../../../src/session/stomp-event.js';
import { RemoteUsers, type RemoteUsersLimits } from '../../../../src/user/remote-users.js';
import { RecordedLog } from '../../../support/recorded-log.js';

const AGREEMENT: ClusterAgreement = {
  destinationPrefixes: ['/topic', '/queue'],
  userDestinationPrefix: '/user/',
  pathSeparator: '/',
};

const alive = (agreement: Partial<ClusterAgreement> = {}, revision = 0): AliveControl => ({
  kind: 'alive',
  name: 'two',
  agreement: { ...AGREEMENT, ...agreement },
  revision,
  hello: false,
});

class Stage {
  readonly asked: string[] = [];
  readonly events: string[] = [];
  readonly log = new RecordedLog();
  readonly users: RemoteUsers;
  readonly nodes: ClusterNodes;

  constructor(limits: RemoteUsersLimits = {}) {
    this.users = new RemoteUsers(limits);
    this.nodes = new ClusterNodes(
      AGREEMENT,
      this.users,
      (id) => this.asked.push(id),
      { publish: (event: StompEvent) => this.#keep(event) },
      this.log,
    );
  }

  meet(id: string, nowMs = 0): void {
    const node = this.nodes.of(id, nowMs);
    this.nodes.alive(node, alive());
    node.directory.sessions({
      kind: 'sessions',
      revision: 0,
      whole: 0,
      part: 0,
      isLast: true,
      sessions: [{ id: `session of ${id}`, user: id, subscriptions: [] }],
    });
  }

  #keep(event: StompEvent): void {
    if (event instanceof ClusterNodeEvent)
      this.events.push(`${event.nodeId} ${event.nodeName} ${event.change}`);
  }
}

describe('ClusterNodes', () => {
  it('says once that there is no room for the sessions of others', () => {
    const stage = new Stage({ sessions: 1 });
    stage.meet('one');
    for (const id of ['two', 'three']) stage.meet(id);
    expect(stage.log.lines.filter((line) => line.startsWith('warn '))).toEqual([
      expect.stringContaining('The registry has no room for 1 sessions of node two.'),
    ]);
  });

  it('says so of a session that comes later, too', () => {
    const stage = new Stage({ sessions: 1 });
    stage.meet('two');
    stage.nodes.of('two', 0).directory.changes({
      kind: 'changes',
      revision: 1,
      removed: [],
      put: [{ id: 'another', user: 'two', subscriptions: [] }],
    });
    expect(stage.log.lines.filter((line) => line.startsWith('warn '))).toEqual([
      expect.stringContaining('The registry has no room for 1 sessions of node two.'),
    ]);
  });

  it('meets a node once, asks for its sessions, and counts it as a member', () => {
    const stage = new Stage();
    stage.nodes.of('id', 0);
    expect(stage.nodes.members).toEqual([]);
    stage.meet('id');
    stage.meet('id');
    expect(stage.nodes.members).toEqual([{ id: 'id', name: 'two' }]);
    expect(stage.asked).toEqual(['id']);
    expect(stage.events).toEqual(['id two joined']);
    expect(stage.log.lines).toEqual(['log Node two (id) is in the cluster']);
  });

  it('forgets a node that leaves, and its users', () => {
    const stage = new Stage();
    stage.meet('id');
    expect(stage.users.userCount).toBe(1);
    stage.nodes.leave(stage.nodes.of('id', 0));
    expect([stage.users.userCount, stage.nodes.members.length]).toEqual([0, 0]);
    expect(stage.events.at(-1)).toBe('id two left');
    expect(stage.log.lines.at(-1)).toBe('log Node two (id) has left the cluster');
  });

  it('loses one that has been silent too long, and takes it back as if it were new', () => {
    const stage = new Stage();
    stage.meet('id', 0);
    stage.meet('other', 600);
    stage.nodes.expire(1000, 1000);
    expect(stage.nodes.members.length).toBe(2);
    stage.nodes.expire(1001, 1000);
    expect(stage.nodes.members).toEqual([{ id: 'other', name: 'two' }]);
    expect([...stage.users.userNames]).toEqual(['other']);
    expect(stage.log.lines.at(-1)).toBe('warn Node two (id) has not been heard of and counts as dead');
    stage.meet('id', 1100);
    expect([...stage.users.userNames]).toEqual(['other', 'id']);
    expect(stage.asked).toEqual(['id', 'other', 'id']);
    expect(stage.events).toEqual(['id two joined', 'other two joined', 'id two lost', 'id two joined']);
  });

  it('says nothing of one that it never met', () => {
    const stage = new Stage();
    stage.nodes.of('id', 0);
    stage.nodes.expire(5000, 1000);
    expect([stage.events, stage.log.lines]).toEqual([[], []]);
  });

  it('loses nobody for what it has not heard itself', () => {
    const stage = new Stage();
    stage.meet('id', 0);
    stage.nodes.forgive(5000);
    stage.nodes.expire(6000, 1000);
    expect(stage.nodes.members.length).toBe(1);
  });

  it.each<[Partial<ClusterAgreement>, string]>([
    [
      { destinationPrefixes: ['/topic'] },
      'simpleBroker.destinationPrefixes: "/topic", and this one "/queue, /topic"',
    ],
    [{ userDestinationPrefix: '/users/' }, 'userDestinationPrefix: "/users/", and this one "/user/"'],
    [{ pathSeparator: '.' }, 'pathSeparator: ".", and this one "/"'],
  ])('takes nothing of a node with %j, and says why', (difference, text) => {
    const stage = new Stage();
    const node = stage.nodes.of('id', 0);
    stage.nodes.alive(node, alive(difference));
    stage.nodes.alive(node, alive(difference));
    expect(node.isForeign).toBe(true);
    expect(stage.nodes.members).toEqual([]);
    expect(stage.asked).toEqual([]);
    const conflict = `Node two (id) of the same cluster has another ${text}`;
    expect(stage.nodes.conflictFor('own')).toBe(
      `${conflict}. Give all nodes the same, or this one another simpleBroker.cluster.namespace`,
    );
    expect(stage.log.lines).toEqual([`error ${node.conflict}. Nothing that it says is taken.`]);
    stage.nodes.leave(node);
    expect(stage.events).toEqual([]);
  });

  it('sees no difference in the order of prefixes', () => {
    const stage = new Stage();
    stage.nodes.alive(stage.nodes.of('id', 0), alive({ destinationPrefixes: ['/queue', '/topic'] }));
    expect(stage.nodes.conflictFor('own')).toBeUndefined();
  });

  describe('and one that differs: which of two gives way', () => {
    const differs = { destinationPrefixes: ['/other'] };
    const meet = (stage: Stage, id: string, what: Partial<ClusterAgreement>, hasBegun: boolean): void =>
      stage.nodes.alive(stage.nodes.of(id, 0), { ...alive(what), hasBegun });

    it('is whoever has not begun', () => {
      const stage = new Stage();
      meet(stage, 'z', differs, true);
      expect(stage.nodes.conflictFor('m')).toMatch(/another simpleBroker.destinationPrefixes/);
    });

    it('is one of them, if neither has begun', () => {
      const stage = new Stage();
      meet(stage, 'm', differs, false);
      expect(['a', 'z'].map((id) => stage.nodes.conflictFor(id) !== undefined)).toEqual([false, true]);
    });

    it('is not one that agrees with somebody who has begun', () => {
      const stage = new Stage();
      meet(stage, 'a', differs, false);
      meet(stage, 'b', {}, true);
      expect(stage.nodes.conflictFor('z')).toBeUndefined();
    });
  });

  it('knows whether all have been heard of on a new connection', () => {
    const stage = new Stage();
    for (const id of ['a', 'b']) stage.nodes.alive(stage.nodes.of(id, 0), alive());
    expect(stage.nodes.areAllBack).toBe(true);
    stage.nodes.awaitAll();
    stage.nodes.of('a', 1);
    expect(stage.nodes.areAllBack).toBe(false);
    stage.nodes.leave(stage.nodes.of('b', 1));
    expect(stage.nodes.areAllBack).toBe(true);
  });
});
