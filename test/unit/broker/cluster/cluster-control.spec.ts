import { describe, expect, it } from '@jest/globals';
import {
  decodeControl,
  encodeControl,
  type ClusterControl,
} from '../../../../src/broker/cluster/cluster-control.js';
import { ClusterPacketError } from '../../../../src/broker/cluster/cluster-packet.js';

const agreement = { destinationPrefixes: ['/topic'], userDestinationPrefix: '/user/', pathSeparator: '/' };
const session = { id: 's', user: 'ann', subscriptions: [{ id: '1', destination: '/topic/a' }] };
const anonymous = { id: 't', subscriptions: [] };

const alive = { kind: 'alive', name: 'one', agreement, revision: 3, hello: true };
const sessions = {
  kind: 'sessions',
  revision: 3,
  whole: 0,
  part: 1,
  isLast: true,
  sessions: [session, anonymous],
};
const changes = { kind: 'changes', revision: 4, removed: ['s'], put: [session] };
const disconnect = { kind: 'disconnect', sessionIds: ['s'], how: { code: 4000, reason: 'Bye', cause: 'x' } };

const read = (value: unknown): ClusterControl | undefined =>
  decodeControl(Buffer.from(JSON.stringify(value)));

describe('decodeControl', () => {
  it.each([
    alive,
    { kind: 'leave' },
    { kind: 'ask' },
    sessions,
    changes,
    disconnect,
    { ...disconnect, how: {} },
  ])('reads what a node says: %j', (control) => {
    expect(decodeControl(encodeControl(control as ClusterControl))).toEqual(control);
  });

  it.each(['later', '', 'toString', 'constructor', '__proto__', 'hasOwnProperty'])(
    'passes over the kind %j, which only a later version may know',
    (kind) => {
      expect(read({ kind })).toBeUndefined();
    },
  );

  it.each(['', '{', '{"kind":"ask"', '\ufffe', 'undefined'])('refuses %j, which is no JSON', (text) => {
    expect(() => decodeControl(Buffer.from(text))).toThrow(new ClusterPacketError('A record is not JSON'));
  });

  it.each([
    null,
    1,
    'ask',
    [],
    {},
    { kind: null },
    { kind: 1 },
    { kind: { toString: 1 } },
    { kind: ['ask'] },
  ])('refuses %j, which does not say what it is', (value) => {
    expect(() => read(value)).toThrow(new ClusterPacketError('A record does not say what it is'));
  });

  it.each<object>([
    { ...alive, name: 1 },
    { ...alive, revision: '3' },
    { ...alive, revision: -1 },
    { ...alive, revision: 0.5 },
    { ...alive, hello: 'yes' },
    { ...alive, agreement: null },
    { ...alive, agreement: { ...agreement, destinationPrefixes: '/topic' } },
    { ...alive, agreement: { ...agreement, destinationPrefixes: [{ toString: 1 }] } },
    { ...alive, agreement: { ...agreement, userDestinationPrefix: undefined } },
    { ...alive, agreement: { ...agreement, pathSeparator: 1 } },
    { ...sessions, revision: undefined },
    { ...sessions, whole: null },
    { ...sessions, part: 'first' },
    { ...sessions, isLast: 0 },
    { ...sessions, sessions: {} },
    { ...sessions, sessions: [null] },
    { ...sessions, sessions: [{ ...session, id: 1 }] },
    { ...sessions, sessions: [{ ...session, user: null }] },
    { ...sessions, sessions: [{ ...session, subscriptions: 'all' }] },
    { ...sessions, sessions: [{ ...session, subscriptions: [1] }] },
    { ...sessions, sessions: [{ ...session, subscriptions: [{ id: 1, destination: '/a' }] }] },
    { ...sessions, sessions: [{ ...session, subscriptions: [{ id: '1' }] }] },
    { ...changes, revision: true },
    { ...changes, removed: 's' },
    { ...changes, removed: [1] },
    { ...changes, put: undefined },
    { ...disconnect, sessionIds: undefined },
    { ...disconnect, how: undefined },
    { ...disconnect, how: { code: '4000' } },
    { ...disconnect, how: { reason: 1 } },
    { ...disconnect, how: { cause: {} } },
  ])('refuses %j', (control) => {
    const { kind } = control as { kind: string };
    expect(() => read(control)).toThrow(new ClusterPacketError(`A record "${kind}" is malformed`));
  });
});
