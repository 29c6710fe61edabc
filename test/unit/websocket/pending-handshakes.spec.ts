import { PassThrough, type Duplex } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { TimerWheel } from '../../../src/session/timer-wheel.js';
import type { HandshakeInterceptor } from '../../../src/websocket/handshake-interceptor.js';
import { HandshakeInterceptorChain } from '../../../src/websocket/handshake-interceptor-chain.js';
import { refusal } from '../../../src/websocket/handshake-refusal.js';
import { PendingHandshakes } from '../../../src/websocket/pending-handshakes.js';
import { UpgradeHandshake } from '../../../src/websocket/upgrade-handshake.js';
import { Deferred, settled } from '../../support/deferred.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import { outcomeOf } from '../../support/outcome.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { requestWith } from './requests.js';

type Answer = ReturnType<HandshakeInterceptor['beforeHandshake']>;

/** Room for two handshakes of a second each, and what becomes of those that begin. */
function stage() {
  const clock = new VirtualClock();
  const wheel = new TimerWheel(clock);
  const log = new RecordedLog();
  const pending = new PendingHandshakes(wheel, log, { maxPending: 2, timeLimitMs: 1000 });
  const events: string[] = [];
  const begin = (name: string, answer: Answer, canUpgrade = true): Duplex => {
    const socket = new PassThrough();
    const interceptor: HandshakeInterceptor = {
      beforeHandshake: () => answer,
      afterHandshake: (_, error) => void events.push(`${name} after ${outcomeOf(error)}`),
    };
    const handshake = new UpgradeHandshake(requestWith({}));
    pending.begin(socket, new HandshakeInterceptorChain([interceptor, interceptor], handshake, log), {
      upgrade: () => {
        events.push(`${name} upgraded`);
        return canUpgrade;
      },
      refuse: ({ status, reason, headers }) =>
        void events.push(`${name} ${status} ${reason} ${JSON.stringify(headers)}`),
    });
    return socket;
  };
  return { clock, wheel, log, pending, events, begin };
}

/** What listens to a socket; those of Node's own streams aside. */
function listeners(socket: Duplex): number {
  const fresh = new PassThrough();
  return ['end', 'close', 'error', 'data', 'readable'].reduce(
    (sum, event) => sum + socket.listenerCount(event) - fresh.listenerCount(event),
    0,
  );
}

const never = new Promise<boolean>(() => undefined);

describe('a handshake through its interceptors', () => {
  it('is upgraded at once, with no listener and no timer, when nobody makes it wait', () => {
    const { begin, events, pending, wheel } = stage();
    const socket = begin('a', true);
    expect(events).toEqual(['a upgraded', 'a after ok', 'a after ok']);
    expect([pending.size, wheel.size, listeners(socket)]).toEqual([0, 0, 0]);
  });

  it('is refused at once when somebody refuses at once', () => {
    const { begin, events } = stage();
    begin('a', false);
    expect(events).toEqual(['a 403 Handshake refused {}']);
  });

  it('is watched while it waits and then left alone, its octets unread', async () => {
    const { begin, events, pending, wheel } = stage();
    const answer = new Deferred<boolean>();
    const socket = begin('a', answer.promise);
    socket.write('early');
    expect([pending.size, wheel.size, listeners(socket)]).toEqual([1, 1, 3]);
    answer.resolve(true);
    await settled();
    expect(events).toEqual(['a upgraded', 'a after ok', 'a after ok']);
    expect([pending.size, wheel.size, listeners(socket)]).toEqual([0, 0, 0]);
    expect(String(socket.read())).toBe('early');
  });

  it('that cannot be upgraded in the end is no success', () => {
    const { begin, events } = stage();
    begin('a', true, false);
    expect(events[1]).toBe('a after HandshakeError: The WebSocket could not be opened');
  });

  it.each<[string, (socket: Duplex) => void]>([
    ['closes', (socket) => void socket.destroy()],
    ['breaks', (socket) => void socket.destroy(new Error('ECONNRESET'))],
    ['ends', (socket) => void socket.end().resume()],
  ])('comes to nothing when its socket %s', async (_case, leave) => {
    const { begin, events, pending, log } = stage();
    const answer = new Deferred<boolean>();
    const socket = begin('a', answer.promise);
    leave(socket);
    await settled();
    expect(pending.size).toBe(0);
    expect(socket.destroyed).toBe(true);
    expect(listeners(socket)).toBe(0);
    expect(events).toEqual([]);
    answer.resolve(true);
    await settled();
    expect(events).toEqual(['a after HandshakeError: The client has left']);
    expect(log.lines).toEqual([]);
  });

  it('is answered 503 when it takes too long, and stays so whatever comes later [D96]', async () => {
    const { begin, clock, events, log, pending } = stage();
    const answer = new Deferred<boolean>();
    const socket = begin('a', answer.promise);
    clock.advance(1000);
    expect(events).toEqual([]);
    clock.advance(100);
    expect(events).toEqual(['a 503 The handshake took too long {"Retry-After":"1"}']);
    expect(log.lines).toEqual([
      'warn Handshake interceptors took longer than 1000 ms. Their client was refused with 503.',
    ]);
    expect([pending.size, listeners(socket)]).toEqual([0, 0]);
    answer.resolve(true);
    await settled();
    expect(events.slice(1)).toEqual(['a after HandshakeError: The handshake took too long']);
  });
});

describe('the limit of handshakes that wait', () => {
  it('refuses more with 503, and warns once', async () => {
    const { begin, events, log, pending } = stage();
    const answer = new Deferred<boolean>();
    begin('a', answer.promise);
    begin('b', never);
    begin('c', true);
    begin('d', true);
    expect(pending.size).toBe(2);
    const refused = '503 Too many handshakes are waiting {"Retry-After":"1"}';
    expect(events).toEqual([`c ${refused}`, `d ${refused}`]);
    const warning =
      'warn 2 handshakes wait for their interceptors. More are refused with 503 until some are done.';
    expect(log.lines).toEqual([warning]);
    answer.resolve(false);
    await settled();
    begin('e', true);
    expect(events.slice(2, 4)).toEqual(['a 403 Handshake refused {}', 'e upgraded']);
    begin('f', never);
    begin('g', true);
    expect(log.lines).toEqual([warning, warning]);
  });

  it('counts work that goes on for clients that have left, for as long as a handshake may take', async () => {
    const { begin, clock, events } = stage();
    for (const name of ['a', 'b']) begin(name, never).destroy();
    await settled();
    begin('c', true);
    expect(events).toEqual(['c 503 Too many handshakes are waiting {"Retry-After":"1"}']);
    clock.advance(1100);
    begin('d', true);
    expect(events[1]).toBe('d upgraded');
  });
});

describe('refusing all', () => {
  it('answers everybody who waits, and waits for nothing', async () => {
    const { begin, events, pending } = stage();
    const answer = new Deferred<boolean>();
    begin('a', answer.promise);
    begin('b', never);
    pending.refuseAll(refusal(503, 'Closing'));
    expect(events).toEqual(['a 503 Closing {}', 'b 503 Closing {}']);
    expect(pending.size).toBe(0);
    answer.resolve(true);
    await settled();
    expect(events.slice(2)).toEqual(['a after HandshakeError: Closing']);
  });
});
