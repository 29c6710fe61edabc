import { Duplex } from 'node:stream';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Admission, type AdmissionLimits } from '../../../src/websocket/admission.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import { RecordedLog } from '../../support/recorded-log.js';

const NO_LIMITS: AdmissionLimits = { maxSessions: 0, maxSessionsPerAddress: 0, maxHandshakesPerSecond: 0 };

function admissionWith(limits: Partial<AdmissionLimits>) {
  const clock = new VirtualClock();
  const log = new RecordedLog();
  const admission = new Admission({ ...NO_LIMITS, ...limits }, () => clock.now(), log);
  const come = (address = '10.0.0.1') => {
    const socket = new Duplex({ read: () => undefined });
    return { socket, refused: admission.admit(socket, address) };
  };
  return { clock, log, admission, come };
}

async function leave(socket: Duplex): Promise<void> {
  socket.destroy();
  await once(socket, 'close');
}

describe('the places for sessions', () => {
  it('are any number unless limited', () => {
    const { admission, come } = admissionWith({});
    for (let i = 0; i < 1_000; i++) expect(come().refused).toBeUndefined();
    expect(admission.size).toBe(1_000);
  });

  it('are given until there are no more, and again when somebody leaves', async () => {
    const { come } = admissionWith({ maxSessions: 2 });
    const [first] = [come('10.0.0.1'), come('10.0.0.2')];
    expect(come('10.0.0.3').refused).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
    await leave(first.socket);
    expect(come('10.0.0.3').refused).toBeUndefined();
    expect(come('10.0.0.3').refused).toMatchObject({ status: 503 });
  });

  it('are counted for each address', async () => {
    const { admission, come } = admissionWith({ maxSessionsPerAddress: 2 });
    const [first, second] = [come(), come('::ffff:10.0.0.1')];
    expect(second.refused).toBeUndefined();
    expect(come().refused).toMatchObject({ status: 503, reason: 'Too many sessions from this address' });
    expect(come('10.0.0.2').refused).toBeUndefined();
    await leave(first.socket);
    expect(come().refused).toBeUndefined();
    expect(admission.size).toBe(3);
  });

  it('are not taken by who is refused', async () => {
    const { admission, come } = admissionWith({ maxSessions: 1 });
    come();
    await leave(come().socket);
    expect(admission.size).toBe(1);
  });
});

describe('the rate of handshakes', () => {
  it('takes a second’s worth at once, then one after the other', () => {
    const { clock, come } = admissionWith({ maxHandshakesPerSecond: 5 });
    const outcomes = Array.from({ length: 6 }, () => come().refused?.status);
    expect(outcomes).toEqual([undefined, undefined, undefined, undefined, undefined, 503]);
    clock.advance(200);
    expect(come().refused).toBeUndefined();
    expect(come().refused).toMatchObject({ headers: { 'Retry-After': '1' } });
  });
});

describe('a limit that is reached', () => {
  it('is told of once a minute', () => {
    const { clock, log, come } = admissionWith({ maxSessions: 1 });
    for (let i = 0; i < 10; i++) come();
    const line =
      'warn transport.maxSessions (1) is reached. More handshakes are refused with 503; raise it if they are meant.';
    expect(log.lines).toEqual([line]);
    clock.advance(60_000);
    for (let i = 0; i < 10; i++) come();
    expect(log.lines).toEqual([line, line]);
  });
});
