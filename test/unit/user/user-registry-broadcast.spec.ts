import { describe, expect, it } from '@jest/globals';
import type { Message } from '../../../src/messaging/message.js';
import type { SimpSession } from '../../../src/messaging/simp-session.js';
import {
  BrokerAvailabilityEvent,
  SessionConnectedEvent,
  SessionDisconnectEvent,
  SessionSubscribedEvent,
} from '../../../src/session/stomp-event.js';
import { TimerWheel } from '../../../src/session/timer-wheel.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import { DefaultSimpUserRegistry } from '../../../src/user/default-simp-user-registry.js';
import { MAX_REPORT_BYTES, readReport, reportsOfAll } from '../../../src/user/registry-report.js';
import { UserRegistryBroadcast } from '../../../src/user/user-registry-broadcast.js';
import { RecordedLog } from '../../support/recorded-log.js';

const message: Message = {
  payload: undefined,
  headers: { simpMessageType: 'CONNECT', nativeHeaders: new Map() },
};

interface FakeSession extends SimpSession {
  readonly subscriptions: Map<string, string>;
}

function sessionOf(id: string, user?: string, ...destinations: string[]): FakeSession {
  return {
    id,
    user: user === undefined ? undefined : { name: user },
    attributes: new Map<string, unknown>(),
    handshake: { url: '/stomp', headers: {}, remoteAddress: undefined },
    subscriptions: new Map(destinations.map((destination, index) => [String(index), destination])),
    close: () => undefined,
  };
}

/** Nodes that all hear what one of them says, as over a topic; time stands still until a test turns it. */
class Net {
  readonly clock = new VirtualClock();
  readonly wheel = new TimerWheel(this.clock);
  readonly log = new RecordedLog();
  readonly said: string[] = [];
  readonly nodes: Node[] = [];
  isDown = false;

  node(id: string): Node {
    const node = new Node(id, this);
    this.nodes.push(node);
    node.broadcast.start();
    node.broadcast.onEvent(new BrokerAvailabilityEvent(true));
    return node;
  }

  publish(report: Uint8Array): void {
    if (this.isDown) throw new Error('The broker is away');
    this.said.push(Buffer.from(report).toString('utf8'));
    for (const { broadcast } of this.nodes) broadcast.receive(report);
  }
}

class Node {
  readonly registry = new DefaultSimpUserRegistry();
  readonly broadcast: UserRegistryBroadcast;

  constructor(id: string, net: Net) {
    this.broadcast = new UserRegistryBroadcast(
      id,
      this.registry,
      (report) => net.publish(report),
      net.wheel,
      net.log,
    );
  }

  join(...sessions: SimpSession[]): void {
    for (const session of sessions) this.#tell(new SessionConnectedEvent(session, message));
  }

  subscribe(session: FakeSession, id: string, destination: string): void {
    session.subscriptions.set(id, destination);
    this.#tell(new SessionSubscribedEvent(session, message));
  }

  leave(session: SimpSession): void {
    const cause = { code: 'STOMP_CLOSE_NORMAL', initiator: 'client' } as const;
    this.#tell(new SessionDisconnectEvent(session, message, { code: 1000, reason: '' }, cause));
  }

  #tell(event: SessionConnectedEvent | SessionSubscribedEvent | SessionDisconnectEvent): void {
    this.registry.onEvent(event);
    this.broadcast.onEvent(event);
  }

  /** Users with the ids of their sessions. */
  get users(): readonly string[] {
    return this.registry.users.map(
      ({ name, sessions }) => `${name}: ${sessions.map(({ id }) => id).join(' ')}`,
    );
  }
}

const asBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('UserRegistryBroadcast', () => {
  it('tells who comes and goes, what is gathered within moments at once', () => {
    const net = new Net();
    const [one, two] = [net.node('n1'), net.node('n2')];
    net.clock.advance(1000);
    const before = net.said.length;
    const session = sessionOf('a', 'joe');
    one.join(session, sessionOf('b', 'joe'), sessionOf('c'));
    one.subscribe(session, '0', '/topic/x');
    expect(two.users).toEqual([]);
    net.clock.advance(1000);
    expect(net.said.length).toBe(before + 1);
    expect(two.users).toEqual(['joe: a b']);
    expect(two.registry.anonymousSessionCount).toBe(1);
    expect(two.registry.findSubscriptions(() => true).map(({ destination }) => destination)).toEqual([
      '/topic/x',
    ]);
    one.leave(session);
    net.clock.advance(1000);
    expect(two.users).toEqual(['joe: b']);
    expect(two.registry.findSubscriptions(() => true)).toEqual([]);
  });

  it('tells a node that comes later of all that is there, at once', () => {
    const net = new Net();
    const one = net.node('n1');
    one.join(sessionOf('a', 'joe', '/topic/x'));
    net.clock.advance(1000);
    const two = net.node('n2');
    two.join(sessionOf('b', 'eve'));
    net.clock.advance(1000);
    expect(two.users).toEqual(['eve: b', 'joe: a']);
    expect(one.users).toEqual(['joe: a', 'eve: b']);
  });

  it('forgets a node that says that it stops, and one that is silent for 20 seconds', () => {
    const net = new Net();
    const [one, two, three] = [net.node('n1'), net.node('n2'), net.node('n3')];
    two.join(sessionOf('a', 'joe'));
    three.join(sessionOf('b', 'eve'));
    net.clock.advance(25_000);
    expect(one.users).toEqual(['joe: a', 'eve: b']);
    two.broadcast.stop();
    expect(one.users).toEqual(['eve: b']);
    net.isDown = true;
    net.clock.advance(9000);
    expect(one.users).toEqual(['eve: b']);
    net.clock.advance(12_000);
    expect(one.users).toEqual([]);
    net.isDown = false;
    net.clock.advance(10_500);
    expect(one.users).toEqual(['eve: b']);
  });

  it('makes good with the next beat what was missed', () => {
    const net = new Net();
    const [one, two] = [net.node('n1'), net.node('n2')];
    const session = sessionOf('a', 'joe');
    one.join(session);
    net.clock.advance(1000);
    net.isDown = true;
    one.leave(session);
    one.join(sessionOf('b', 'eve'));
    net.clock.advance(1000);
    expect(two.users).toEqual(['joe: a']);
    net.isDown = false;
    net.clock.advance(10_500);
    expect(two.users).toEqual(['eve: b']);
  });

  it('tells of many sessions in parts, none larger than a frame should be', () => {
    const net = new Net();
    const [one, two] = [net.node('n1'), net.node('n2')];
    const sessions = Array.from({ length: 3000 }, (_, i) => sessionOf(`s${i}`, `user ${i}`, `/topic/${i}`));
    one.join(...sessions);
    net.clock.advance(1000);
    expect(two.registry.userCount).toBe(3000);
    one.leave(sessions[0] ?? sessionOf(''));
    net.clock.advance(12_000);
    expect(two.registry.userCount).toBe(2999);
    expect(net.said.length).toBeGreaterThan(4);
    for (const report of net.said) expect(Buffer.byteLength(report)).toBeLessThanOrEqual(MAX_REPORT_BYTES);
  });

  it('keeps what it knows when a part gets lost', () => {
    const net = new Net();
    const two = net.node('n2');
    const sessions = Array.from({ length: 2000 }, (_, i) => ({
      id: `s${i}`,
      user: `a user with a rather long name, number ${i}`,
      subscriptions: [],
    }));
    for (const report of reportsOfAll('n1', 0, sessions)) two.broadcast.receive(report);
    const [first = asBytes(''), , ...rest] = reportsOfAll('n1', 1, sessions.slice(0, 1900));
    for (const report of [first, ...rest]) two.broadcast.receive(report);
    expect(two.registry.userCount).toBe(2000);
    for (const report of reportsOfAll('n1', 2, sessions.slice(0, 1900))) two.broadcast.receive(report);
    expect(two.registry.userCount).toBe(1900);
  });

  it.each([
    ['no JSON', 'hello'],
    ['no object', '7'],
    ['null', 'null'],
    ['another version', '{"v":2,"kind":"gone","node":"n9"}'],
    ['no node', '{"v":1,"kind":"gone"}'],
    ['an unknown kind', '{"v":1,"kind":"new","node":"n9","sessions":[]}'],
    ['no sessions', '{"v":1,"kind":"all","node":"n9","round":0,"part":0,"parts":1}'],
    ['a session that is none', '{"v":1,"kind":"changed","node":"n9","removed":[],"sessions":[7]}'],
    ['a user that is none', '{"v":1,"kind":"changed","node":"n9","removed":[],"sessions":[["a",7,[]]]}'],
    [
      'a part that is no number',
      '{"v":1,"kind":"all","node":"n9","round":0,"part":"0","parts":1,"sessions":[]}',
    ],
    ['too much', JSON.stringify({ v: 1, kind: 'gone', node: 'x'.repeat(100_000) })],
  ])('drops %s, with one warning however often it comes', (_title, text) => {
    const net = new Net();
    const one = net.node('n1');
    for (let i = 0; i < 3; i++) one.broadcast.receive(asBytes(text));
    expect(net.log.lines.filter((line) => line.startsWith('warn '))).toHaveLength(1);
    expect(one.registry.remote.nodeIds).toEqual([]);
  });

  it('tells of a session with too many subscriptions those that there is room for', () => {
    const subscriptions = Array.from({ length: 100 }, (_, i) => ({
      id: String(i),
      destination: `/topic/${'x'.repeat(1000)}`,
    }));
    const [report = asBytes('')] = reportsOfAll('n1', 0, [{ id: 'a', user: 'joe', subscriptions }]);
    expect(readReport(report)).toMatchObject({ sessions: [{ id: 'a', user: 'joe' }] });
    expect(report.byteLength).toBeLessThanOrEqual(MAX_REPORT_BYTES);
  });
});
