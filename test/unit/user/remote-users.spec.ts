import { describe, expect, it } from '@jest/globals';
import type { Message } from '../../../src/messaging/message.js';
import type { Principal } from '../../../src/messaging/principal.js';
import type { SimpSession } from '../../../src/messaging/simp-session.js';
import { SessionConnectedEvent, SessionDisconnectEvent } from '../../../src/session/stomp-event.js';
import { DefaultSimpUserRegistry } from '../../../src/user/default-simp-user-registry.js';
import { RemoteUsers, type RemoteSession } from '../../../src/user/remote-users.js';

const message: Message = {
  payload: undefined,
  headers: { simpMessageType: 'CONNECT', nativeHeaders: new Map() },
};

const remoteSession = (id: string, user?: string, ...destinations: string[]): RemoteSession => ({
  id,
  user,
  subscriptions: destinations.map((destination, index) => ({ id: String(index), destination })),
});

const localSession = (id: string, user: Principal | undefined): SimpSession => ({
  id,
  user,
  attributes: new Map<string, unknown>(),
  handshake: { url: '/stomp', headers: {}, remoteAddress: undefined },
  subscriptions: new Map([['0', '/topic/local']]),
  close: () => {
    throw new Error('nobody asked for that');
  },
});

const join = (registry: DefaultSimpUserRegistry, session: SimpSession): void =>
  registry.onEvent(new SessionConnectedEvent(session, message));

const leave = (registry: DefaultSimpUserRegistry, session: SimpSession): void =>
  registry.onEvent(
    new SessionDisconnectEvent(
      session,
      message,
      { code: 1000, reason: '' },
      { code: 'STOMP_CLOSE_NORMAL', initiator: 'client' },
    ),
  );

const counts = ({ userCount, sessionCount, anonymousSessionCount }: DefaultSimpUserRegistry) => [
  userCount,
  sessionCount,
  anonymousSessionCount,
];

describe('RemoteUsers', () => {
  it('holds what each node has told last, and nothing that it has left out', () => {
    const remote = new RemoteUsers();
    remote.replace('n1', [remoteSession('a', 'joe'), remoteSession('b', 'eve')]);
    remote.replace('n2', [remoteSession('c', 'joe'), remoteSession('d')]);
    remote.replace('n1', [remoteSession('a', 'joe')]);
    expect([...remote.userNames]).toEqual(['joe']);
    expect([...remote.sessionsOf('joe')].map(({ id }) => id).toSorted()).toEqual(['a', 'c']);
    expect([remote.userCount, remote.sessionCount, remote.anonymousSessions.size]).toEqual([1, 3, 1]);
  });

  it('takes single changes: a session more, another user, one less', () => {
    const remote = new RemoteUsers();
    remote.apply('n1', { put: [remoteSession('a', 'joe'), remoteSession('b')] });
    remote.apply('n1', { put: [remoteSession('b', 'eve', '/topic/x')] });
    expect([...remote.sessionsOf('eve')]).toEqual([remoteSession('b', 'eve', '/topic/x')]);
    expect(remote.anonymousSessions.size).toBe(0);
    remote.apply('n1', { removed: ['a', 'never heard of'] });
    expect([...remote.userNames]).toEqual(['eve']);
  });

  it('may be given the same object twice', () => {
    const remote = new RemoteUsers();
    const session = remoteSession('a', 'joe');
    remote.apply('n1', { put: [session] });
    remote.replace('n1', [session]);
    expect([...remote.sessionsOf('joe')]).toEqual([session]);
    expect(remote.sessionCount).toBe(1);
  });

  it('forgets a node with its sessions, and nothing of another that has the same users', () => {
    const remote = new RemoteUsers();
    remote.replace('n1', [remoteSession('a', 'joe'), remoteSession('b')]);
    remote.replace('n2', [remoteSession('c', 'joe')]);
    remote.forget('n1');
    remote.forget('nobody');
    expect(remote.nodeIds).toEqual(['n2']);
    expect([remote.userCount, remote.sessionCount, remote.anonymousSessions.size]).toEqual([1, 1, 0]);
    remote.forget('n2');
    expect([remote.userCount, remote.sessionCount, remote.nodeIds.length]).toEqual([0, 0, 0]);
  });

  it('says when a user comes and goes, not when sessions of the user do', () => {
    const remote = new RemoteUsers();
    const said: unknown[] = [];
    remote.onUser = (name, isThere) => said.push([name, isThere]);
    remote.replace('n1', [remoteSession('a', 'joe')]);
    remote.replace('n1', [remoteSession('a', 'joe', '/topic/x')]);
    remote.replace('n2', [remoteSession('b', 'joe')]);
    remote.forget('n1');
    remote.forget('n2');
    expect(said).toEqual([
      ['joe', true],
      ['joe', false],
    ]);
  });

  it('holds no more nodes and sessions than its limits, and says how many it has left out', () => {
    const remote = new RemoteUsers({ nodes: 2, sessions: 2 });
    expect(remote.replace('n1', [remoteSession('a'), remoteSession('b'), remoteSession('c')])).toBe(1);
    expect(remote.apply('n2', { put: [remoteSession('d')] })).toBe(1);
    expect(remote.apply('n3', { put: [remoteSession('e')] })).toBe(1);
    expect(remote.nodeIds).toEqual(['n1', 'n2']);
    // What is there already may change, and what goes makes room.
    expect(remote.apply('n1', { put: [remoteSession('a', 'joe')] })).toBe(0);
    expect(remote.apply('n1', { removed: ['b'], put: [remoteSession('f')] })).toBe(0);
    expect(remote.sessionCount).toBe(2);
  });
});

describe('DefaultSimpUserRegistry with users of other nodes', () => {
  it('merges a user who is connected here and elsewhere', () => {
    const registry = new DefaultSimpUserRegistry();
    const principal = { name: 'joe' };
    join(registry, localSession('l', principal));
    registry.remote.replace('n1', [remoteSession('a', 'joe', '/user/queue/x')]);
    const joe = registry.getUser('joe');
    expect(joe?.principal).toBe(principal);
    expect(joe?.sessions.map(({ id }) => id)).toEqual(['l', 'a']);
    expect(joe?.sessions[1]?.subscriptions[0]).toMatchObject({ id: '0', destination: '/user/queue/x' });
    expect(joe?.sessions[1]?.subscriptions[0]?.session.user).toBe(joe);
    expect(registry.users).toHaveLength(1);
  });

  it('knows no principal of a user who is connected elsewhere only', () => {
    const registry = new DefaultSimpUserRegistry();
    registry.remote.replace('n1', [remoteSession('a', 'eve')]);
    expect(registry.getUser('eve')).toMatchObject({ name: 'eve', sessions: [{ id: 'a' }] });
    expect(registry.getUser('eve')?.principal).toBeUndefined();
  });

  it('finds subscriptions of all nodes, those of anonymous sessions included', () => {
    const registry = new DefaultSimpUserRegistry();
    join(registry, localSession('l', undefined));
    registry.remote.replace('n1', [
      remoteSession('a', 'eve', '/topic/x'),
      remoteSession('b', undefined, '/topic/y'),
    ]);
    const found = registry.findSubscriptions(() => true);
    expect(found.map(({ session, destination }) => [session.id, destination])).toEqual([
      ['a', '/topic/x'],
      ['l', '/topic/local'],
      ['b', '/topic/y'],
    ]);
    expect(registry.anonymousSessions.map(({ id }) => id)).toEqual(['l', 'b']);
  });

  it('counts a user once, in whatever order the sessions here and elsewhere come and go', () => {
    const registry = new DefaultSimpUserRegistry();
    const session = localSession('l', { name: 'joe' });
    registry.remote.replace('n1', [remoteSession('a', 'joe'), remoteSession('b', 'eve'), remoteSession('c')]);
    expect(counts(registry)).toEqual([2, 3, 1]);
    join(registry, session);
    expect(counts(registry)).toEqual([2, 4, 1]);
    registry.remote.replace('n2', [remoteSession('d', 'joe')]);
    registry.remote.forget('n1');
    expect(counts(registry)).toEqual([1, 2, 0]);
    leave(registry, session);
    expect(counts(registry)).toEqual([1, 1, 0]);
    join(registry, session);
    registry.remote.forget('n2');
    expect(counts(registry)).toEqual([1, 1, 0]);
    leave(registry, session);
    expect(counts(registry)).toEqual([0, 0, 0]);
  });

  it('addresses and ends sessions of this process only', () => {
    const registry = new DefaultSimpUserRegistry();
    join(registry, localSession('l', { name: 'joe' }));
    registry.remote.replace('n1', [remoteSession('a', 'joe'), remoteSession('b', 'eve')]);
    expect(registry.sessionIdsOf('joe')).toEqual(['l']);
    expect(registry.sessionIdsOf('eve')).toEqual([]);
    expect(registry.hasSession('a')).toBe(false);
    expect(registry.disconnectUser('eve')).toBe(0);
    expect(registry.disconnectSession('a')).toBe(false);
    expect([...registry.localSessions].map(({ id }) => registry.userNameOf(id))).toEqual(['joe']);
  });
});
