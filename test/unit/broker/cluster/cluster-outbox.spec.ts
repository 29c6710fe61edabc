import { describe, expect, it } from '@jest/globals';
import { ClusterCounters } from '../../../../src/broker/cluster/cluster-counters.js';
import { ClusterError } from '../../../../src/broker/cluster/cluster-error.js';
import { ClusterOutbox, type ClusterOutboxSettings } from '../../../../src/broker/cluster/cluster-outbox.js';
import { TimerWheel } from '../../../../src/session/timer-wheel.js';
import { VirtualClock } from '../../../../src/testing/virtual-clock.js';
import { settled } from '../../../support/deferred.js';
import { FakeClusterConnection } from '../../../support/fake-cluster-connection.js';
import { howSettled } from '../../../support/how-settled.js';

const SETTINGS: ClusterOutboxSettings = {
  sendBufferSizeLimit: 50,
  outageBufferSizeLimit: 30,
  outageBufferMs: 1000,
  receiptTimeoutMs: 500,
};

class Stage {
  readonly clock = new VirtualClock();
  readonly counters = new ClusterCounters();
  readonly outbox: ClusterOutbox;
  /** What has been numbered, and how. */
  readonly numbers: string[] = [];

  constructor(settings: Partial<ClusterOutboxSettings> = {}) {
    const all = { ...SETTINGS, ...settings };
    this.outbox = new ClusterOutbox(all, new TimerWheel(this.clock), this.counters, (record, sequence) =>
      this.numbers.push(`${record.toString()} ${sequence}`),
    );
    this.outbox.connected(Buffer.from('H:'));
  }

  available(): FakeClusterConnection {
    const connection = new FakeClusterConnection();
    this.outbox.available(connection);
    return connection;
  }

  add(address: string, text: string): boolean {
    return this.outbox.add(address, Buffer.from(text));
  }

  /** Published, dropped. */
  get counts(): [number, number] {
    return [this.counters.published, this.counters.dropped];
  }
}

const said = ({ published }: FakeClusterConnection): string[] =>
  published.map(({ address, bytes }) => `${address} ${Buffer.from(bytes).toString()}`);

describe('ClusterOutbox', () => {
  it('sends what one turn brings for an address as one packet, in order', async () => {
    const stage = new Stage();
    const connection = stage.available();
    for (const [address, text] of [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ] as const)
      stage.add(address, text);
    expect(said(connection)).toEqual([]);
    expect(stage.outbox.pendingBytes).toBe(3);
    await settled();
    expect(said(connection)).toEqual(['a H:13', 'b H:2']);
    // In the order in which they are sent, not in that in which they were added.
    expect(stage.numbers).toEqual(['1 0', '3 1', '2 2']);
    stage.add('a', '4');
    await settled();
    expect(said(connection).at(-1)).toBe('a H:4');
    expect(stage.counts).toEqual([4, 0]);
    expect(stage.outbox.pendingBytes).toBe(0);
  });

  it('parts what is more than the bus carries at once', async () => {
    const stage = new Stage();
    const connection = stage.available();
    connection.maxMessageBytes = 6;
    expect(stage.outbox.maxRecordBytes).toBe(4);
    for (const text of ['11', '22', '3333', '4', '5']) stage.add('a', text);
    await settled();
    expect(said(connection)).toEqual(['a H:1122', 'a H:3333', 'a H:45']);
    expect(connection.violations).toEqual([]);
  });

  it.each(['first', 'middle', 'last'])(
    'drops a record, the %s one, that is more than the bus carries, and no other',
    async (place) => {
      const stage = new Stage();
      const small = new FakeClusterConnection();
      small.maxMessageBytes = 6;
      const at = { first: 0, middle: 1, last: 2 }[place] ?? 0;
      for (const text of ['1', '2'].toSpliced(at, 0, 'too large')) expect(stage.add('a', text)).toBe(true);
      const confirmed = howSettled(stage.outbox.confirmed());
      stage.outbox.available(small);
      await settled();
      expect(said(small).join().replaceAll('a H:', '').replaceAll(',', '')).toBe('12');
      expect(small.violations).toEqual([]);
      expect(await confirmed).toBe(ClusterError.unavailable().message);
      expect(stage.counts).toEqual([2, 1]);
    },
  );

  it('says what is about the node behind all that was added, and at once', async () => {
    const stage = new Stage();
    const connection = stage.available();
    stage.add('a', '1');
    stage.outbox.sendNow(connection, 'n', Buffer.from('alive'));
    expect(said(connection)).toEqual(['a H:1', 'n H:alive']);
    stage.outbox.sendNow(connection, 'n', Buffer.alloc(999));
    await settled();
    expect(said(connection).length).toBe(2);
    expect(connection.violations).toEqual([]);
  });

  it('says it on a connection that is not available yet, and nothing else there', () => {
    const stage = new Stage();
    const connection = new FakeClusterConnection();
    stage.add('a', '1');
    stage.outbox.sendNow(connection, 'n', Buffer.from('alive'));
    expect(said(connection)).toEqual(['n H:alive']);
    expect(stage.outbox.maxRecordBytes).toBe(Infinity);
  });

  it('drops and counts what a bus that does not keep up has no room for', async () => {
    const stage = new Stage();
    const connection = stage.available();
    connection.pendingBytes = 48;
    expect([stage.add('a', '1'), stage.add('a', '2'), stage.add('a', '3')]).toEqual([true, true, false]);
    await settled();
    expect(said(connection)).toEqual(['a H:12']);
    expect(stage.counts).toEqual([2, 1]);
  });

  describe('while the bus is away', () => {
    it('keeps so much, and sends it when the bus is back', () => {
      const stage = new Stage();
      expect(stage.add('a', 'x'.repeat(29))).toBe(true);
      expect(stage.add('b', '1')).toBe(true);
      expect(stage.add('b', '2')).toBe(false);
      expect(stage.outbox.pendingBytes).toBe(30);
      expect(said(stage.available())).toEqual([`a H:${'x'.repeat(29)}`, 'b H:1']);
      expect(stage.counts).toEqual([2, 1]);
      expect(stage.outbox.pendingBytes).toBe(0);
    });

    it('keeps it so long, and then drops and counts it', () => {
      const stage = new Stage();
      stage.add('a', '1');
      stage.clock.advance(600);
      stage.add('a', '2');
      stage.clock.advance(600);
      expect(stage.counts).toEqual([0, 1]);
      expect(said(stage.available())).toEqual(['a H:2']);
      stage.outbox.disconnected();
      stage.add('a', '3');
      stage.clock.advance(10_000);
      expect(stage.counts).toEqual([1, 2]);
      expect(stage.outbox.pendingBytes).toBe(0);
      expect(said(stage.available())).toEqual([]);
    });

    it('keeps what was not sent when it went, in order', async () => {
      const stage = new Stage();
      const before = stage.available();
      stage.add('a', '1');
      stage.outbox.disconnected();
      stage.add('a', '2');
      await settled();
      expect(said(before)).toEqual([]);
      expect(said(stage.available())).toEqual(['a H:12']);
    });
  });

  describe('confirms', () => {
    it('when the bus has taken it', async () => {
      const stage = new Stage();
      const connection = stage.available();
      stage.add('a', '1');
      const all = [stage.outbox.confirmed(), stage.outbox.confirmed()].map(howSettled);
      await settled();
      expect(said(connection)).toEqual(['a H:1']);
      expect(connection.calls.length).toBe(1);
      connection.answer();
      expect(await Promise.all(all)).toEqual(['done', 'done']);
      stage.clock.advance(10_000);
    });

    it('not, when the bus takes too long', async () => {
      const stage = new Stage();
      const connection = stage.available();
      stage.add('a', '1');
      const confirmed = howSettled(stage.outbox.confirmed());
      await settled();
      stage.clock.advance(600);
      expect(await confirmed).toBe(ClusterError.timeout(500).message);
      connection.answer();
      await settled();
    });

    it('not, when the bus is lost before it says so', async () => {
      const stage = new Stage();
      const connection = stage.available();
      stage.add('a', '1');
      const confirmed = howSettled(stage.outbox.confirmed());
      await settled();
      connection.refuse();
      expect(await confirmed).toBe(ClusterError.lost().message);
    });

    it('what waited for the bus when that is back', async () => {
      const stage = new Stage();
      stage.add('a', '1');
      const confirmed = howSettled(stage.outbox.confirmed());
      const connection = stage.available();
      connection.answer();
      expect(await confirmed).toBe('done');
    });

    it('not, when it has waited too long for a bus that is away', async () => {
      const stage = new Stage();
      stage.add('a', '1');
      const confirmed = howSettled(stage.outbox.confirmed());
      stage.clock.advance(2000);
      expect(await confirmed).toBe(ClusterError.unavailable().message);
    });

    it('not, when there is no room for it while the bus is away', async () => {
      const stage = new Stage({ outageBufferSizeLimit: 3 });
      stage.available();
      stage.add('a', '1234');
      stage.add('b', '1');
      const confirmed = howSettled(stage.outbox.confirmed());
      stage.outbox.disconnected();
      expect(await confirmed).toBe(ClusterError.unavailable().message);
      expect(stage.counts).toEqual([0, 1]);
    });

    it('not, and at once, when the bus is away and nothing waits for it', async () => {
      const stage = new Stage();
      expect(await howSettled(stage.outbox.confirmed())).toBe(ClusterError.unavailable().message);
    });

    it('not, at the end, what still waits', async () => {
      const stage = new Stage();
      stage.add('a', '1');
      const confirmed = howSettled(stage.outbox.confirmed());
      stage.outbox.stop();
      expect(await confirmed).toBe(ClusterError.unavailable().message);
      expect(stage.counts).toEqual([0, 1]);
      expect(stage.outbox.pendingBytes).toBe(0);
    });
  });

  it('sends at the end what was added in the same turn', async () => {
    const stage = new Stage();
    const connection = stage.available();
    stage.add('a', '1');
    const confirmed = howSettled(stage.outbox.confirmed());
    stage.outbox.stop();
    expect(said(connection)).toEqual(['a H:1']);
    connection.answer();
    expect(await confirmed).toBe('done');
    expect(stage.counts).toEqual([1, 0]);
  });
});
