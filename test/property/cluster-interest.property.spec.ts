import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClusterAddresses } from '../../src/broker/cluster/cluster-address.js';
import { ClusterInterest } from '../../src/broker/cluster/cluster-interest.js';
import { TimerWheel } from '../../src/session/timer-wheel.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { addressMatches } from '../support/address-matches.js';
import { settled } from '../support/deferred.js';
import { FakeClusterConnection } from '../support/fake-cluster-connection.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_205, 300);
const LINGER_MS = 500;
const DESTINATIONS = ['/a', '/b', '/a/*', '/*/b', '/b/**', '/c', '/?'];

const who = { session: fc.constantFrom('s', 't', 'u'), id: fc.constantFrom('1', '2', '3') };
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), ...who, destination: fc.constantFrom(...DESTINATIONS) }),
  fc.record({ do: fc.constant('remove' as const), ...who }),
  fc.record({ do: fc.constant('end' as const), session: who.session }),
  fc.record({ do: fc.constantFrom('answer', 'answer', 'refuse', 'lose', 'connect', 'connect') }),
  fc.record({ do: fc.constant('time' as const), ms: fc.constantFrom(25, 100, 300, 600, 1200) }),
  fc.record({ do: fc.constant('turn' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What this node wants, as one would say it without any thought of a bus. */
class Stage {
  readonly #addresses = new ClusterAddresses('n', '/');
  readonly #clock = new VirtualClock();
  readonly #wanted = new Map<string, readonly string[]>();
  #connection: FakeClusterConnection | undefined;
  readonly interest: ClusterInterest;
  readonly wrong: string[] = [];

  constructor(private readonly maxPatterns: number) {
    const fail = (connection: unknown): void => {
      if (connection === this.#connection) this.lose();
    };
    const wheel = new TimerWheel(this.#clock);
    this.interest = new ClusterInterest(this.#addresses, maxPatterns, LINGER_MS, wheel, fail);
  }

  take(step: Step): void {
    switch (step.do) {
      case 'add':
        this.#add(`${step.session} ${step.id}`, step.destination);
        return;
      case 'remove':
        this.interest.remove(step.session, step.id);
        this.#wanted.delete(`${step.session} ${step.id}`);
        return;
      case 'end':
        this.interest.removeSession(step.session);
        for (const key of this.#wanted.keys()) if (key.startsWith(step.session)) this.#wanted.delete(key);
        return;
      case 'answer':
        this.#connection?.answer();
        this.#check();
        return;
      case 'refuse':
        this.#connection?.refuse();
        return;
      case 'lose':
        this.lose();
        return;
      case 'connect':
        this.connect();
        return;
      case 'time':
        this.#clock.advance(step.ms);
        return;
      default:
    }
  }

  connect(): void {
    if (this.#connection !== undefined) return;
    const connection = new FakeClusterConnection();
    this.#connection = connection;
    const before = [...this.#wanted];
    void this.interest.connected(connection).then(() => {
      for (const [key, wanted] of before) this.#requireHeard(connection, key, wanted);
    });
  }

  lose(): void {
    if (this.#connection === undefined) return;
    this.#connection = undefined;
    this.interest.disconnected();
  }

  /** The bus is there and does all that it is asked, for as long as anything can be due. */
  async quiet(): Promise<FakeClusterConnection> {
    this.connect();
    const connection = this.#connection as FakeClusterConnection;
    for (let round = 0; round < 6; round++) {
      this.#clock.advance(LINGER_MS);
      await settled();
      while (connection.calls.length > 0) {
        connection.answer();
        await settled();
      }
    }
    this.#check();
    return connection;
  }

  get expected(): string[] {
    return [...new Set([...this.#wanted.values()].flat())].toSorted();
  }

  #add(key: string, destination: string): void {
    const [session = '', id = ''] = key.split(' ');
    const wanted = this.#addresses.ofSubscription(destination);
    this.#wanted.set(key, wanted);
    const connection = this.#connection;
    const confirmed = this.interest.add(session, id, wanted);
    if (connection === undefined) return;
    if (confirmed === undefined) this.#requireHeard(connection, key, wanted);
    else void confirmed.then(() => this.#requireHeard(connection, key, wanted));
  }

  /** That a subscription was confirmed has to be true, unless it is over or the connection is. */
  #requireHeard(connection: FakeClusterConnection, key: string, wanted: readonly string[]): void {
    if (connection !== this.#connection || this.#wanted.get(key) !== wanted) return;
    const confirmed = [...connection.confirmed];
    for (const address of wanted) {
      const everything = this.#addresses.everyDestination;
      if (!confirmed.includes(address) && !confirmed.includes(everything))
        this.wrong.push(`${address} was confirmed and is not heard`);
    }
  }

  #check(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.wrong.push(...connection.violations.splice(0));
    const patterns = [...connection.confirmed].filter((address) => /[*>]/.test(address));
    if (patterns.length > this.maxPatterns) this.wrong.push(`hears ${patterns.length} patterns`);
  }
}

describe('what a node wants to hear', () => {
  it('is what the bus was told in the end, and never less than what it has confirmed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const stage = new Stage(Infinity);
        for (const each of steps) {
          stage.take(each);
          if (each.do !== 'add') await settled();
        }
        const connection = await stage.quiet();
        expect([...connection.confirmed].toSorted()).toEqual(stage.expected);
        expect(stage.interest.size).toBe(stage.expected.length);
        expect(stage.wrong).toEqual([]);
        for (const session of ['s', 't', 'u'] as const) stage.take({ do: 'end', session });
        await stage.quiet();
        expect([stage.interest.size, connection.confirmed.size]).toEqual([0, 0]);
      }),
      RUNS,
    );
  });

  it('is heard with as many patterns as the bus bears, and not with more', async () => {
    const few = fc.integer({ min: 1, max: 4 });
    await fc.assert(
      fc.asyncProperty(few, fc.array(step, { maxLength: 60 }), async (maxPatterns, steps) => {
        const stage = new Stage(maxPatterns);
        for (const each of steps) {
          stage.take(each);
          if (each.do !== 'add') await settled();
        }
        const connection = await stage.quiet();
        for (const address of stage.expected) {
          const isHeard = [...connection.confirmed].some(
            (each) => each === address || addressMatches(each, address.replaceAll(/[*>]/g, 'x')),
          );
          expect([address, isHeard]).toEqual([address, true]);
        }
        expect(stage.wrong).toEqual([]);
      }),
      RUNS,
    );
  });
});
