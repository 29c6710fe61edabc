import { describe, expect, it } from '@jest/globals';
import { ClusterBusError } from '../../../../src/broker/cluster/cluster-bus.js';
import { ClusterLink, type ClusterLinkSettings } from '../../../../src/broker/cluster/cluster-link.js';
import { TimerWheel } from '../../../../src/session/timer-wheel.js';
import { VirtualClock } from '../../../../src/testing/virtual-clock.js';
import { Deferred, settled } from '../../../support/deferred.js';
import { FakeClusterBus } from '../../../support/fake-cluster-bus.js';
import type { FakeClusterConnection } from '../../../support/fake-cluster-connection.js';
import { RecordedLog } from '../../../support/recorded-log.js';

const SETTINGS: ClusterLinkSettings = {
  heartbeatIntervalMs: 1000,
  heartbeatTimeoutMs: 3000,
  settleMs: 250,
  reconnectDelayMs: 100,
  reconnectMaxDelayMs: 800,
};
/** A wheel calls back up to two slots late. */
const SLOTS_MS = 50;

class Stage {
  readonly clock = new VirtualClock();
  readonly bus = new FakeClusterBus();
  readonly log = new RecordedLog();
  readonly told: string[] = [];
  readonly link: ClusterLink;
  /** What it takes to subscribe to everything. */
  subscribing: Promise<void> = Promise.resolve();
  /** Whether the node's own word comes back. */
  echoes = true;
  areAllBack = true;

  constructor() {
    const tell = (text: string): void => void this.told.push(text);
    this.link = new ClusterLink(
      this.bus,
      SETTINGS,
      new TimerWheel(this.clock),
      this.log,
      {
        connected: () => {
          tell('connected');
          return this.subscribing;
        },
        beat: () => {
          tell('beat');
          if (this.echoes) this.link.heard();
        },
        message: (bytes) => tell(`message ${Buffer.from(bytes).toString()}`),
        areAllBack: () => this.areAllBack,
        available: () => tell('available'),
        disconnected: (wasAvailable, error) =>
          tell(`${wasAvailable ? 'lost' : 'never there'}: ${error.message}`),
      },
      () => 0.999,
    );
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settled();
  }

  /** Time passes in small steps, and all that is ready happens in between. */
  async live(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += 100) await this.pass(100);
  }

  async connect(): Promise<FakeClusterConnection> {
    const connection = this.bus.last.succeed();
    await settled();
    return connection;
  }

  async becomeAvailable(): Promise<FakeClusterConnection> {
    this.link.start();
    const connection = await this.connect();
    await this.pass(SETTINGS.settleMs + SLOTS_MS);
    return connection;
  }

  take(): string[] {
    return this.told.splice(0);
  }
}

const REFUSED = new ClusterBusError('STOMP_CLUSTER_REFUSED', 'The password is wrong');
const AWAY = new ClusterBusError('STOMP_CLUSTER_UNREACHABLE', 'Nobody is there');

describe('ClusterLink', () => {
  it('is available when all is subscribed, its own word has come back and the others had time', async () => {
    const stage = new Stage();
    const subscribed = new Deferred();
    stage.subscribing = subscribed.promise;
    stage.echoes = false;
    stage.link.start();
    stage.link.start();
    const first = stage.link.firstAttempt();
    await stage.connect();
    expect(stage.take()).toEqual(['connected']);
    subscribed.resolve();
    await settled();
    expect(stage.take()).toEqual(['beat']);
    await stage.pass(500);
    expect(stage.link.isAvailable).toBe(false);
    stage.link.heard();
    await settled();
    await stage.pass(200);
    expect(stage.link.isAvailable).toBe(false);
    await stage.pass(150);
    expect(stage.link.isAvailable).toBe(true);
    expect(stage.take()).toEqual(['available']);
    expect(await first).toBeUndefined();
    expect([stage.bus.attempts.length, stage.link.lastError]).toEqual([1, undefined]);
  });

  it('waits for the others, as long as they may take to try again, and no longer', async () => {
    for (const comeBack of [true, false]) {
      const stage = new Stage();
      stage.areAllBack = false;
      await stage.becomeAvailable();
      await stage.pass(SETTINGS.settleMs + SLOTS_MS);
      expect(stage.link.isAvailable).toBe(false);
      stage.areAllBack = comeBack;
      if (comeBack) await stage.pass(SETTINGS.settleMs + SLOTS_MS);
      else await stage.live(SETTINGS.reconnectMaxDelayMs + SETTINGS.settleMs);
      expect(stage.link.isAvailable).toBe(true);
    }
  });

  it('tries again, after waits that double up to a limit, and begins anew after a success', async () => {
    const stage = new Stage();
    stage.link.start();
    const first = stage.link.firstAttempt();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt++) {
      stage.bus.last.fail(AWAY);
      await settled();
      let waited = 0;
      for (; stage.bus.attempts.length === attempt; waited += 25) await stage.pass(25);
      waits.push(waited);
    }
    expect(await first).toBe(AWAY);
    expect(stage.link.lastError).toBe(AWAY);
    for (const [index, whole] of [100, 200, 400, 800, 800, 800].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(whole - 25);
      expect(waits[index]).toBeLessThanOrEqual(whole + 2 * SLOTS_MS);
    }
    await stage.connect();
    await stage.pass(400);
    expect(stage.link.isAvailable).toBe(true);
    stage.bus.last.listener.lost(AWAY);
    await stage.pass(100 + SLOTS_MS);
    expect(stage.bus.attempts.length).toBe(8);
  });

  it('gives a connection up when its own word does not come back in time', async () => {
    const stage = new Stage();
    const connection = await stage.becomeAvailable();
    await stage.live(10_000);
    expect(stage.link.isAvailable).toBe(true);
    stage.take();
    stage.echoes = false;
    await stage.live(2900);
    expect(stage.link.isAvailable).toBe(true);
    await stage.live(1300);
    expect(stage.link.isAvailable).toBe(false);
    expect(connection.isClosed).toBe(true);
    expect(stage.take().at(-1)).toBe('lost: the bus has not answered for 3000 ms');
    expect(stage.bus.attempts.length).toBe(2);
  });

  it('does not blame the bus when the process itself stood still', async () => {
    const stage = new Stage();
    await stage.becomeAvailable();
    await stage.live(3000);
    stage.clock.oversleep(20_000);
    await settled();
    await stage.live(3000);
    expect(stage.link.isAvailable).toBe(true);
    expect(stage.bus.attempts.length).toBe(1);
  });

  it('gives a connection up on which the subscriptions do not come to an end', async () => {
    const stage = new Stage();
    stage.subscribing = new Promise(() => undefined);
    stage.echoes = false;
    stage.link.start();
    const connection = await stage.connect();
    await stage.live(4300);
    expect(connection.isClosed).toBe(true);
    expect(stage.take().at(-1)).toBe('never there: the bus has not answered for 3000 ms');
  });

  it('gives a connection up on which it cannot subscribe', async () => {
    const stage = new Stage();
    stage.subscribing = Promise.reject(REFUSED);
    stage.link.start();
    const connection = await stage.connect();
    expect(connection.isClosed).toBe(true);
    expect(stage.take()).toEqual(['connected', 'never there: The password is wrong']);
  });

  describe.each<[string, (stage: Stage) => Promise<void>]>([
    ['while it connects', async ({ bus }) => bus.last.listener.lost(AWAY)],
    [
      'while it subscribes',
      async (stage) => {
        stage.subscribing = new Deferred().promise;
        await stage.connect();
        stage.bus.last.listener.lost(AWAY);
      },
    ],
    [
      'while it waits for its own word',
      async (stage) => {
        stage.echoes = false;
        await stage.connect();
        stage.bus.last.listener.lost(AWAY);
      },
    ],
    [
      'while it waits for the others',
      async (stage) => {
        await stage.connect();
        stage.bus.last.listener.lost(AWAY);
      },
    ],
  ])('when the connection is lost %s', (when, lose) => {
    it('was never available, says so once, and tries again', async () => {
      const stage = new Stage();
      stage.link.start();
      await lose(stage);
      stage.bus.last.succeed();
      await settled();
      const told = stage.take().filter((line) => line.startsWith('never'));
      expect(told).toEqual(['never there: Nobody is there']);
      stage.subscribing = Promise.resolve();
      stage.echoes = true;
      await stage.live(200);
      expect(stage.bus.attempts.length).toBe(2);
      await stage.connect();
      await stage.live(400);
      expect(stage.take().filter((line) => line === 'available').length).toBe(1);
    });

    it('stays ended if it is stopped then', async () => {
      const stage = new Stage();
      stage.link.start();
      await lose(stage);
      await stage.link.stop();
      stage.bus.last.succeed();
      stage.bus.last.listener.lost(AWAY);
      await stage.live(5000);
      expect(stage.bus.attempts.length).toBe(1);
      expect(stage.link.isAvailable).toBe(false);
      expect(when).not.toBe('');
    });
  });

  it.each(['connecting', 'subscribing', 'settling', 'available'])('ends while %s', async (moment) => {
    const stage = new Stage();
    stage.link.start();
    const first = stage.link.firstAttempt();
    if (moment === 'subscribing') stage.subscribing = new Deferred().promise;
    const { connection } = stage.bus.last;
    if (moment !== 'connecting') await stage.connect();
    if (moment === 'available') await stage.pass(SETTINGS.settleMs + SLOTS_MS);
    stage.take();
    await stage.link.stop();
    stage.bus.last.succeed();
    await stage.live(5000);
    expect(await first).toBeUndefined();
    expect(connection.isClosed).toBe(true);
    expect(stage.take()).toEqual([]);
    expect(stage.link.isAvailable).toBe(false);
    stage.bus.last.listener.message(Buffer.from('late'));
    expect(stage.take()).toEqual([]);
  });

  it('ends while an attempt is under way that fails, or while it waits for the next', async () => {
    const stage = new Stage();
    stage.link.start();
    await stage.link.stop();
    stage.bus.last.fail(AWAY);
    await stage.live(5000);
    expect([stage.take(), stage.log.lines, stage.bus.attempts.length]).toEqual([[], [], 1]);
    const waiting = new Stage();
    waiting.link.start();
    waiting.bus.last.fail(AWAY);
    await settled();
    await waiting.link.stop();
    await waiting.live(5000);
    expect(waiting.bus.attempts.length).toBe(1);
  });

  it('passes on what arrives on its connection, and nothing of one that it has given up', async () => {
    const stage = new Stage();
    const connection = await stage.becomeAvailable();
    const { listener } = stage.bus.last;
    stage.take();
    listener.message(Buffer.from('1'));
    stage.link.fail(connection, AWAY);
    stage.link.fail(connection, AWAY);
    listener.message(Buffer.from('2'));
    await stage.live(200);
    await stage.connect();
    listener.message(Buffer.from('3'));
    stage.bus.last.listener.message(Buffer.from('4'));
    expect(stage.take().filter((line) => line.startsWith('message') || line.startsWith('lost'))).toEqual([
      'message 1',
      'lost: Nobody is there',
      'message 4',
    ]);
  });

  it('tells of what goes on for hours once a minute', async () => {
    const stage = new Stage();
    stage.link.start();
    let told = 0;
    for (let minute = 0; minute < 3; minute++) {
      for (let second = 0; second < 60; second++) {
        stage.bus.last.fail(AWAY);
        await settled();
        await stage.pass(1000);
      }
      const warnings = stage.log.lines.filter((line) => line.startsWith('warn')).length;
      expect(warnings - told).toBe(1);
      told = warnings;
    }
    expect(stage.log.lines[0]).toBe(
      'warn The cluster is not available (simpleBroker.cluster). Nobody is there.',
    );
    expect(stage.log.lines[1]).toBe('debug Nobody is there');
  });

  it('tells of what only an operator can mend as an error', async () => {
    const stage = new Stage();
    await stage.becomeAvailable();
    stage.bus.last.listener.lost(REFUSED);
    expect(stage.log.lines).toEqual([
      'error The cluster is not available (simpleBroker.cluster). The password is wrong. ' +
        'Clients stay connected, and hear of this node only.',
    ]);
    const missing = new Stage();
    missing.link.start();
    missing.bus.last.fail(new ClusterBusError('STOMP_CLUSTER_MISSING_PEER', 'Install it'));
    await settled();
    expect(missing.log.lines[0]).toMatch(/^error .* Install it\.$/);
  });

  it('needs no start to be stopped', async () => {
    const { link } = new Stage();
    await link.stop();
    expect(await link.firstAttempt()).toBeUndefined();
  });
});
