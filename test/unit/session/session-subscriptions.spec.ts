import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StompFrame } from '../../../src/protocol/stomp-frame.js';
import { StompHeaders } from '../../../src/protocol/stomp-headers.js';
import { SessionSubscriptions } from '../../../src/session/session-subscriptions.js';

function subscribe(headers: Readonly<Record<string, string>>): StompFrame {
  return { command: 'SUBSCRIBE', headers: StompHeaders.of(headers), body: Buffer.alloc(0) };
}

function unsubscribe(headers: Readonly<Record<string, string>>): StompFrame {
  return { ...subscribe(headers), command: 'UNSUBSCRIBE' };
}

const A = '/topic/a';

describe('SessionSubscriptions', () => {
  let subscriptions: SessionSubscriptions;

  beforeEach(() => {
    subscriptions = new SessionSubscriptions(3);
  });

  it('takes a subscription in under its id', () => {
    expect(subscriptions.add(subscribe({ id: '0', destination: A }), '1.2')).toBe('0');
    expect(subscriptions.isOpen('0')).toBe(true);
    expect(subscriptions.size).toBe(1);
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('takes the id %j for an id', (id) => {
    expect(subscriptions.isOpen(id)).toBe(false);
    expect(subscriptions.add(subscribe({ id, destination: A }), '1.2')).toBe(id);
    expect(subscriptions.isOpen(id)).toBe(true);
    expect(subscriptions.named(unsubscribe({ id }), '1.2')).toBe(id);
    subscriptions.remove(id);
    expect(subscriptions.isOpen(id)).toBe(false);
  });

  it('knows which subscriptions acknowledge; one that does not say does not', () => {
    subscriptions.add(subscribe({ id: 'a', destination: A, ack: 'auto' }), '1.2');
    subscriptions.add(subscribe({ id: 'c', destination: A, ack: 'client-individual' }), '1.2');
    subscriptions.add(subscribe({ id: 'n', destination: A }), '1.2');
    expect(['a', 'c', 'n', 'none'].map((id) => subscriptions.acknowledges(id))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it('reads prefetch only where it has a meaning', () => {
    const strange = { destination: A, prefetch: 'many' };
    expect(subscriptions.add(subscribe({ ...strange, id: 'a' }), '1.2')).toBe('a');
    expect(() => subscriptions.add(subscribe({ ...strange, id: 'c', ack: 'client' }), '1.2')).toThrow(
      'prefetch must be a whole number from 1',
    );
    expect(subscriptions.size).toBe(1);
  });

  it.each(['auto', 'client', 'client-individual'])('takes the ack mode %s', (ack) => {
    expect(subscriptions.add(subscribe({ id: '0', destination: A, ack }), '1.2')).toBe('0');
  });

  it.each(['', 'AUTO', 'none', 'client-each'])('refuses the ack mode %j', (ack) => {
    expect(() => subscriptions.add(subscribe({ id: '0', destination: A, ack }), '1.2')).toThrow(
      'ack must be auto, client or client-individual',
    );
    expect(subscriptions.size).toBe(0);
  });

  it('refuses an id that is in use, also for another destination, and keeps the first [BRK-4]', () => {
    subscriptions.add(subscribe({ id: '0', destination: A }), '1.2');
    expect(() => subscriptions.add(subscribe({ id: '0', destination: '/topic/b' }), '1.2')).toThrow(
      'The subscription id is in use. UNSUBSCRIBE it first',
    );
    expect(subscriptions.size).toBe(1);
  });

  it('gives an id back after UNSUBSCRIBE', () => {
    subscriptions.add(subscribe({ id: '0', destination: A }), '1.2');
    subscriptions.remove('0');
    expect(subscriptions.add(subscribe({ id: '0', destination: A }), '1.2')).toBe('0');
  });

  it('holds as many as the limit and not one more', () => {
    for (const id of ['0', '1', '2']) subscriptions.add(subscribe({ id, destination: A }), '1.2');
    expect(() => subscriptions.add(subscribe({ id: '3', destination: A }), '1.2')).toThrow(
      'A session may hold 3 subscriptions. UNSUBSCRIBE some',
    );
    subscriptions.remove('1');
    expect(subscriptions.add(subscribe({ id: '3', destination: A }), '1.2')).toBe('3');
  });

  it('finds nothing after it was cleared', () => {
    subscriptions.add(subscribe({ id: '0', destination: A }), '1.2');
    subscriptions.clear();
    expect(subscriptions.size).toBe(0);
    expect(subscriptions.isOpen('0')).toBe(false);
  });

  it('refuses an UNSUBSCRIBE of an id that is not active when it asks for a receipt', () => {
    expect(() => subscriptions.named(unsubscribe({ id: '0', receipt: 'r' }), '1.2')).toThrow(
      'No subscription has this id',
    );
  });

  it('finds nothing for an UNSUBSCRIBE of an id that is not active', () => {
    expect(subscriptions.named(unsubscribe({ id: '0' }), '1.2')).toBeUndefined();
  });

  it.each(['1.1', '1.2'] as const)('wants an id from a client of %s', (version) => {
    expect(() => subscriptions.add(subscribe({ destination: A }), version)).toThrow(
      'SUBSCRIBE needs an id header',
    );
    expect(() => subscriptions.named(unsubscribe({ destination: A }), version)).toThrow(
      'UNSUBSCRIBE needs an id header',
    );
  });

  it('knows a subscription of STOMP 1.0 by its destination when it has no id', () => {
    const id = subscriptions.add(subscribe({ destination: A }), '1.0');
    expect(subscriptions.named(unsubscribe({ destination: A }), '1.0')).toBe(id);
    expect(subscriptions.named(unsubscribe({ destination: '/topic/b' }), '1.0')).toBeUndefined();
    expect(() => subscriptions.add(subscribe({ destination: A }), '1.0')).toThrow('in use');
  });

  it('does not take an id that reads like a destination for a subscription without id', () => {
    subscriptions.add(subscribe({ destination: A }), '1.0');
    expect(subscriptions.add(subscribe({ id: A, destination: A }), '1.0')).toBe(A);
    expect(subscriptions.size).toBe(2);
  });

  it('wants an id or a destination from a client of 1.0', () => {
    expect(() => subscriptions.named(unsubscribe({}), '1.0')).toThrow('UNSUBSCRIBE needs an id header');
  });
});
