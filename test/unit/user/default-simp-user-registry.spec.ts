import { describe, expect, it } from '@jest/globals';
import type { Message } from '../../../src/messaging/message.js';
import type { Principal } from '../../../src/messaging/principal.js';
import type { SimpSession } from '../../../src/messaging/simp-session.js';
import {
  BrokerAvailabilityEvent,
  SessionConnectedEvent,
  SessionDisconnectEvent,
} from '../../../src/session/stomp-event.js';
import { DefaultSimpUserRegistry } from '../../../src/user/default-simp-user-registry.js';

const message: Message = {
  payload: undefined,
  headers: { simpMessageType: 'CONNECT', nativeHeaders: new Map() },
};

/** A session that notes how it was closed. */
class FakeSession implements SimpSession {
  readonly attributes = new Map<string, unknown>();
  readonly handshake = { url: '/stomp', headers: {}, remoteAddress: undefined };
  readonly closes: unknown[] = [];

  constructor(
    readonly id: string,
    readonly user: Principal | undefined,
    readonly subscriptions: ReadonlyMap<string, string> = new Map(),
  ) {}

  close(...how: Parameters<SimpSession['close']>): void {
    this.closes.push(how);
  }
}

function registryOf(...sessions: FakeSession[]): DefaultSimpUserRegistry {
  const registry = new DefaultSimpUserRegistry();
  for (const session of sessions) registry.onEvent(new SessionConnectedEvent(session, message));
  return registry;
}

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

describe('DefaultSimpUserRegistry', () => {
  it('keeps sessions by the name of their user in destinations', () => {
    const principal = { name: 'Joe', destinationUserName: '4711' };
    const registry = registryOf(new FakeSession('a', principal), new FakeSession('b', principal));
    expect(registry.getUser('Joe')).toBeUndefined();
    expect(registry.getUser('4711')).toMatchObject({
      name: '4711',
      principal,
      sessions: [{ id: 'a' }, { id: 'b' }],
    });
    expect(registry.sessionIdsOf('4711')).toEqual(['a', 'b']);
    expect(registry.sessionIdsOf('Joe')).toEqual([]);
    expect(counts(registry)).toEqual([1, 2, 0]);
  });

  it('forgets a user with the last session, and nothing of anybody else', () => {
    const [a, b, c] = [
      new FakeSession('a', { name: 'joe' }),
      new FakeSession('b', { name: 'joe' }),
      new FakeSession('c', undefined),
    ];
    const registry = registryOf(a, b, c);
    leave(registry, a);
    expect(counts(registry)).toEqual([1, 2, 1]);
    leave(registry, b);
    expect(registry.getUser('joe')).toBeUndefined();
    leave(registry, c);
    expect(counts(registry)).toEqual([0, 0, 0]);
  });

  it('is told in vain of sessions that never connected, twice of an end, and of the broker', () => {
    const a = new FakeSession('a', undefined);
    const registry = registryOf(a);
    leave(registry, new FakeSession('stranger', undefined));
    registry.onEvent(new BrokerAvailabilityEvent(true));
    leave(registry, a);
    leave(registry, a);
    expect(counts(registry)).toEqual([0, 0, 0]);
  });

  it('links users, sessions and subscriptions', () => {
    const registry = registryOf(
      new FakeSession('a', { name: 'joe' }, new Map([['0', '/user/queue/x']])),
      new FakeSession('b', undefined, new Map([['0', '/topic/x']])),
    );
    const found = registry.findSubscriptions(() => true);
    expect(
      found.map(({ id, destination, session }) => [id, destination, session.id, session.user?.name]),
    ).toEqual([
      ['0', '/user/queue/x', 'a', 'joe'],
      ['0', '/topic/x', 'b', undefined],
    ]);
    expect(found[0]?.session.user?.sessions[0]?.subscriptions[0]).toBe(found[0]);
  });

  it('knows which sessions are there', () => {
    const registry = registryOf(new FakeSession('a', undefined));
    expect([registry.hasSession('a'), registry.hasSession('b')]).toEqual([true, false]);
  });

  it('closes what it is asked to close', () => {
    const [a, b] = [new FakeSession('a', { name: 'joe' }), new FakeSession('b', undefined)];
    const registry = registryOf(a, b);
    expect(registry.disconnectUser('joe')).toBe(1);
    expect(registry.disconnectUser('eve')).toBe(0);
    expect(registry.disconnectSession('b', { code: 4000, reason: 'x', cause: 'BANNED' })).toBe(true);
    expect(registry.disconnectSession('c')).toBe(false);
    expect([a.closes, b.closes]).toEqual([
      [[1008, 'Disconnected by the server', undefined]],
      [[4000, 'x', 'BANNED']],
    ]);
  });

  it('knows a user by the name that the session connected with, whatever becomes of the principal', () => {
    // A record of a database, which a handler renames.
    const record = { name: 'joe' };
    const session = new FakeSession('1', record);
    const registry = registryOf(session);
    record.name = 'joseph';
    expect(registry.sessionIdsOf('joe')).toEqual(['1']);
    leave(registry, session);
    expect([registry.userCount, registry.sessionCount, registry.getUser('joe')]).toEqual([0, 0, undefined]);
  });

  it('gives what can be written as JSON, because what leads back up is left out', () => {
    const registry = registryOf(new FakeSession('a', { name: 'joe' }, new Map([['0', '/topic/x']])));
    expect(JSON.parse(JSON.stringify(registry.users))).toEqual([
      {
        name: 'joe',
        principal: { name: 'joe' },
        sessions: [{ id: 'a', subscriptions: [{ id: '0', destination: '/topic/x' }] }],
      },
    ]);
    const [subscription] = registry.findSubscriptions(() => true);
    expect(subscription?.session.user?.name).toBe('joe');
  });
});
