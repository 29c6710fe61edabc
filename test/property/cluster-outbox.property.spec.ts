import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClusterCounters } from '../../src/broker/cluster/cluster-counters.js';
import { ClusterOutbox } from '../../src/broker/cluster/cluster-outbox.js';
import { TimerWheel } from '../../src/session/timer-wheel.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { settled } from '../support/deferred.js';
import { FakeClusterConnection } from '../support/fake-cluster-connection.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_206, 400);
const HEAD_BYTES = 2;

const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), address: fc.constantFrom('a', 'b'), words: fc.nat(12) }),
  fc.record({ do: fc.constant('add' as const), address: fc.constantFrom('a', 'b'), words: fc.nat(2) }),
  fc.record({
    do: fc.constantFrom('turn', 'lose', 'connect', 'connect', 'confirm', 'answer', 'refuse', 'control'),
  }),
  fc.record({ do: fc.constant('time' as const), ms: fc.constantFrom(50, 400, 1500) }),
  fc.record({ do: fc.constant('press' as const), pendingBytes: fc.constantFrom(0, 30, 100) }),
);

/** Records are words of four octets, the first of which holds its number. */
const textOf = (number: number, words: number): string => `${number}`.padStart(4, '0') + '....'.repeat(words);

describe('what a node says to the others', () => {
  it('arrives in order, or is counted as dropped; nothing is both, and nobody who waits is forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const clock = new VirtualClock();
        const counters = new ClusterCounters();
        const outbox = new ClusterOutbox(
          {
            sendBufferSizeLimit: 100,
            outageBufferSizeLimit: 60,
            outageBufferMs: 1000,
            receiptTimeoutMs: 500,
          },
          new TimerWheel(clock),
          counters,
          () => undefined,
        );
        outbox.connected(Buffer.alloc(HEAD_BYTES, '>'));
        const connections: FakeClusterConnection[] = [];
        const isIn: Record<string, number[]> = { a: [], b: [] };
        const waiting = new Set<object>();
        let current: FakeClusterConnection | undefined;
        let added = 0;
        for (const each of steps) {
          if (each.do === 'add') {
            const number = added++;
            if (outbox.add(each.address, Buffer.from(textOf(number, each.words))))
              isIn[each.address]?.push(number);
          } else if (each.do === 'turn') await settled();
          else if (each.do === 'time') clock.advance(each.ms);
          else if (each.do === 'answer') current?.answer();
          else if (each.do === 'refuse') current?.refuse();
          else if (each.do === 'press' && current !== undefined) current.pendingBytes = each.pendingBytes;
          else if (each.do === 'control' && current !== undefined)
            outbox.sendNow(current, 'n', Buffer.from('control'));
          else if (each.do === 'confirm') {
            const key = {};
            waiting.add(key);
            const settle = (): void => void waiting.delete(key);
            void outbox.confirmed().then(settle, settle);
          } else if (each.do === 'lose' && current !== undefined) {
            current = undefined;
            outbox.disconnected();
          } else if (each.do === 'connect' && current === undefined) {
            current = new FakeClusterConnection();
            current.maxMessageBytes = 30;
            connections.push(current);
            outbox.available(current);
          }
        }
        outbox.stop();
        clock.advance(2000);
        await settled();
        expect(counters.published + counters.dropped).toBe(added);
        expect(connections.flatMap(({ violations }) => violations)).toEqual([]);
        expect([outbox.pendingBytes, waiting.size]).toEqual([0, 0]);
        let arrived = 0;
        for (const address of ['a', 'b']) {
          const packets = connections
            .flatMap(({ published }) => published)
            .filter((one) => one.address === address);
          const text = packets.map(({ bytes }) => Buffer.from(bytes).toString().slice(HEAD_BYTES)).join('');
          const numbers = (text.match(/\d{4}/g) ?? []).map(Number);
          expect(numbers).toEqual(numbers.toSorted((one, two) => one - two));
          expect(new Set(numbers).size).toBe(numbers.length);
          expect(numbers.every((number) => isIn[address]?.includes(number))).toBe(true);
          arrived += numbers.length;
        }
        expect(arrived).toBe(counters.published);
      }),
      RUNS,
    );
  });
});
