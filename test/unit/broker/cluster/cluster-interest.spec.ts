import { describe, expect, it } from '@jest/globals';
import { ClusterAddresses } from '../../../../src/broker/cluster/cluster-address.js';
import { ClusterInterest } from '../../../../src/broker/cluster/cluster-interest.js';
import { TimerWheel } from '../../../../src/session/timer-wheel.js';
import { VirtualClock } from '../../../../src/testing/virtual-clock.js';
import { settled } from '../../../support/deferred.js';
import { FakeClusterConnection } from '../../../support/fake-cluster-connection.js';

const LINGER_MS = 1000;
const GONE_MS = 3 * LINGER_MS;

class Stage {
  readonly clock = new VirtualClock();
  readonly failures: string[] = [];
  readonly interest: ClusterInterest;

  constructor(maxPatterns = Infinity) {
    this.interest = new ClusterInterest(
      new ClusterAddresses('n', '/'),
      maxPatterns,
      LINGER_MS,
      new TimerWheel(this.clock),
      (_connection, error) => this.failures.push(error.message),
    );
  }

  async connect(): Promise<FakeClusterConnection> {
    const connection = new FakeClusterConnection();
    const connected = this.interest.connected(connection);
    await this.answerAll(connection);
    await connected;
    return connection;
  }

  async answerAll(connection: FakeClusterConnection): Promise<void> {
    await settled();
    while (connection.calls.length > 0) {
      connection.answer();
      await settled();
    }
  }

  async pass(connection: FakeClusterConnection, ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.answerAll(connection);
  }
}

/** Whether a promise has been settled by now. */
async function isSettled(promise: Promise<unknown> | undefined): Promise<boolean> {
  return Promise.race([promise?.then(() => true), settled().then(() => false)]) as Promise<boolean>;
}

describe('ClusterInterest', () => {
  it('confirms a subscription when the bus has, and what it hears already at once', async () => {
    const { interest, connection } = await begun();
    const first = interest.add('s', '1', ['a']);
    expect(await isSettled(first)).toBe(false);
    const second = interest.add('s', '2', ['a']);
    expect(await isSettled(second)).toBe(false);
    connection.answer();
    expect(await isSettled(first)).toBe(true);
    expect(await isSettled(second)).toBe(true);
    expect(interest.add('t', '1', ['a'])).toBeUndefined();
  });

  it('waits for nothing while the bus is away, and subscribes to everything when it is there', async () => {
    const stage = new Stage();
    expect(stage.interest.add('s', '1', ['a', 'b'])).toBeUndefined();
    stage.interest.hold('c');
    const connection = new FakeClusterConnection();
    const connected = stage.interest.connected(connection);
    expect(await isSettled(connected)).toBe(false);
    expect(connection.calls.map(({ addresses }) => addresses)).toEqual([['a', 'b', 'c']]);
    connection.answer();
    expect(await isSettled(connected)).toBe(true);
  });

  it('says all that one turn brings in one call, and the next only when that is done', async () => {
    const { interest, connection } = await begun();
    void interest.add('s', '1', ['a']);
    void interest.add('s', '2', ['b']);
    await settled();
    void interest.add('s', '3', ['c']);
    await settled();
    expect(connection.calls.map(({ addresses }) => addresses)).toEqual([['a', 'b']]);
    connection.answer();
    await settled();
    expect(connection.calls.map(({ addresses }) => addresses)).toEqual([['c']]);
  });

  it('listens a moment longer, so that who comes back at once has never been away', async () => {
    const { stage, interest, connection } = await begun();
    void interest.add('s', '1', ['a']);
    await stage.answerAll(connection);
    interest.remove('s', '1');
    interest.remove('s', '1');
    await stage.pass(connection, LINGER_MS / 2);
    expect(interest.add('s', '1', ['a'])).toBeUndefined();
    await stage.pass(connection, GONE_MS);
    expect([...connection.confirmed]).toEqual(['a']);
    interest.removeSession('s');
    await stage.pass(connection, GONE_MS);
    expect([...connection.confirmed]).toEqual([]);
    expect(interest.size).toBe(0);
  });

  it('looks again for those who have left in between', async () => {
    const { stage, interest, connection } = await begun();
    void interest.add('s', '1', ['a']);
    void interest.add('s', '2', ['b']);
    interest.remove('s', '1');
    await stage.pass(connection, LINGER_MS - 100);
    interest.remove('s', '2');
    await stage.pass(connection, 200);
    expect([...connection.confirmed]).toEqual(['b']);
    await stage.pass(connection, GONE_MS);
    expect(interest.size).toBe(0);
  });

  it('gives a subscription of the same id other addresses, and lets the old ones go', async () => {
    const { stage, interest, connection } = await begun();
    void interest.add('s', '1', ['a', 'b']);
    void interest.add('s', '1', ['b', 'c', 'c']);
    await stage.pass(connection, GONE_MS);
    expect([...connection.confirmed].toSorted()).toEqual(['b', 'c']);
  });

  it('has told the bus in the end what came last, however slow that is', async () => {
    const { stage, interest, connection } = await begun();
    void interest.add('s', '1', ['a']);
    await settled();
    interest.remove('s', '1');
    stage.clock.advance(GONE_MS);
    const again = interest.add('s', '1', ['a']);
    connection.answer();
    await settled();
    expect(connection.calls.map(({ kind }) => kind)).toEqual(['unsubscribe']);
    expect(await isSettled(again)).toBe(false);
    await stage.answerAll(connection);
    expect(await isSettled(again)).toBe(true);
    expect([...connection.confirmed]).toEqual(['a']);
    expect(connection.violations).toEqual([]);
  });

  it('does not tell the bus of what came and went before it could be told', async () => {
    const { stage, interest, connection } = await begun();
    void interest.add('s', '1', ['a']);
    await settled();
    const gone = interest.add('s', '2', ['b']);
    interest.remove('s', '2');
    stage.clock.advance(GONE_MS);
    expect(await isSettled(gone)).toBe(true);
    await stage.answerAll(connection);
    expect([...connection.confirmed]).toEqual(['a']);
    expect(connection.violations).toEqual([]);
  });

  it('lets nobody wait for a bus that is lost, and gives its connection up when it refuses', async () => {
    const { stage, interest, connection } = await begun();
    const waiting = interest.add('s', '1', ['a']);
    await settled();
    connection.refuse();
    await settled();
    expect(stage.failures).toEqual(['refused']);
    interest.disconnected();
    expect(await isSettled(waiting)).toBe(true);
    const next = await stage.connect();
    expect([...next.confirmed]).toEqual(['a']);
  });

  it('asks nothing of a connection that was lost while it answered', async () => {
    const { stage, interest, connection } = await begun();
    void interest.add('s', '1', ['a']);
    await stage.answerAll(connection);
    interest.remove('s', '1');
    stage.clock.advance(GONE_MS);
    void interest.add('s', '2', ['b']);
    await settled();
    interest.disconnected();
    connection.answer();
    await settled();
    expect(connection.calls).toEqual([]);
    const next = await stage.connect();
    void interest.add('s', '3', ['c']);
    await settled();
    interest.disconnected();
    next.answer();
    await settled();
    expect([...(await stage.connect()).confirmed].toSorted()).toEqual(['b', 'c']);
    expect(stage.failures).toEqual([]);
  });

  it('remembers nothing of those who came and went while the bus was away', async () => {
    const stage = new Stage();
    for (let round = 0; round < 100; round++) {
      void stage.interest.add('s', '1', [`a${round}`]);
      stage.interest.remove('s', '1');
    }
    stage.clock.advance(GONE_MS);
    expect(stage.interest.size).toBe(0);
    expect((await stage.connect()).confirmed.size).toBe(0);
  });

  it('listens to so many addresses a moment longer, and not to more, whatever a client does', async () => {
    const { stage, interest, connection } = await begun();
    for (let round = 0; round < 5000; round++) {
      void interest.add('s', '1', [`a${round}`]);
      interest.remove('s', '1');
    }
    expect(interest.size).toBe(1000);
    await stage.answerAll(connection);
    expect(connection.confirmed.size).toBe(1000);
    expect(connection.confirmed.has('a4999')).toBe(true);
    await stage.pass(connection, GONE_MS);
    expect([interest.size, connection.confirmed.size]).toEqual([0, 0]);
    expect(connection.violations).toEqual([]);
  });

  it('hears everything rather than more patterns than the bus bears, and never more than those', async () => {
    const stage = new Stage(3);
    const { interest } = stage;
    const connection = await stage.connect();
    for (const [index, addresses] of [['a.*'], ['b.*', 'c.*', 'x'], ['d.>', 'e.>'], ['a.*']].entries())
      void interest.add('s', `${index}`, addresses);
    await stage.answerAll(connection);
    expect([...connection.confirmed].toSorted()).toEqual(['a.*', 'b.*', 'n.d.>', 'x']);
    interest.remove('s', '1');
    interest.remove('s', '2');
    await stage.pass(connection, GONE_MS);
    expect([...connection.confirmed]).toEqual(['a.*']);
    void interest.add('s', '5', ['d.>']);
    await stage.answerAll(connection);
    expect([...connection.confirmed].toSorted()).toEqual(['a.*', 'd.>']);
  });

  it('is at its end with the node', async () => {
    const { stage, interest, connection } = await begun();
    void interest.add('s', '1', ['a']);
    interest.remove('s', '1');
    interest.stop();
    await stage.pass(connection, GONE_MS);
    new Stage().interest.stop();
    expect(connection.calls).toEqual([]);
  });
});

async function begun(): Promise<{
  stage: Stage;
  interest: ClusterInterest;
  connection: FakeClusterConnection;
}> {
  const stage = new Stage();
  return { stage, interest: stage.interest, connection: await stage.connect() };
}
