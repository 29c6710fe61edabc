import { describe, expect, it } from '@jest/globals';
import type { ClusterControl } from '../../../../src/broker/cluster/cluster-control.js';
import { encodeControl } from '../../../../src/broker/cluster/cluster-control.js';
import { LocalDirectory } from '../../../../src/broker/cluster/local-directory.js';
import { BrokerAvailabilityEvent } from '../../../../src/session/stomp-event.js';
import { TimerWheel } from '../../../../src/session/timer-wheel.js';
import { VirtualClock } from '../../../../src/testing/virtual-clock.js';
import { turnUntil } from '../../../support/event-loop.js';
import { SessionOfTest } from '../../../support/session-of-test.js';

type Sessions = Extract<ClusterControl, { kind: 'sessions' }>;
type Changes = Extract<ClusterControl, { kind: 'changes' }>;

/** What NATS carries unless it is told otherwise, less than any other. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
const GATHERED_MS = 250;

class Stage {
  readonly clock = new VirtualClock();
  readonly told: Changes[] = [];
  readonly directory = new LocalDirectory(new TimerWheel(this.clock), (control) =>
    this.told.push(control as Changes),
  );

  session(id: string, user?: string): SessionOfTest {
    return new SessionOfTest(id, user, this.directory.onEvent).connect();
  }

  async whole(): Promise<Sessions[]> {
    const parts: Sessions[] = [];
    this.directory.tellAll((part) => parts.push(part as Sessions));
    await turnUntil(() => parts.at(-1)?.isLast === true, 100_000);
    return parts;
  }
}

describe('LocalDirectory', () => {
  it('tells how sessions stand, a moment after they have changed, all at once', () => {
    const stage = new Stage();
    stage.session('a', 'ann').subscribe('1', '/topic/x').subscribe('2', '/topic/y');
    stage.session('b').disconnect();
    expect(stage.told).toEqual([]);
    stage.clock.advance(GATHERED_MS);
    const subscriptions = [
      { id: '1', destination: '/topic/x' },
      { id: '2', destination: '/topic/y' },
    ];
    expect(stage.told).toEqual([
      { kind: 'changes', revision: 1, removed: ['b'], put: [{ id: 'a', user: 'ann', subscriptions }] },
    ]);
    expect(stage.directory.revision).toBe(1);
    stage.clock.advance(10 * GATHERED_MS);
    expect(stage.told.length).toBe(1);
  });

  it('says nothing of what is no session of its own, or has never connected', () => {
    const stage = new Stage();
    new SessionOfTest('never', 'ann', stage.directory.onEvent).disconnect();
    stage.directory.onEvent(new BrokerAvailabilityEvent(true));
    stage.clock.advance(GATHERED_MS);
    expect(stage.told).toEqual([]);
  });

  it('tells everything when it is asked, and the same when there is nothing', async () => {
    const stage = new Stage();
    expect(await stage.whole()).toEqual([
      { kind: 'sessions', revision: 0, whole: 0, part: 0, isLast: true, sessions: [] },
    ]);
    for (let index = 0; index < 1001; index++) stage.session(`s${index}`);
    const parts = await stage.whole();
    expect(parts.map(({ whole, part, isLast }) => [whole, part, isLast])).toEqual([
      [1, 0, false],
      [1, 1, false],
      [1, 2, true],
    ]);
    expect(parts.flatMap(({ sessions }) => sessions).length).toBe(1001);
  });

  it('leaves out who has left between two parts', async () => {
    const stage = new Stage();
    const sessions = Array.from({ length: 600 }, (_, index) => stage.session(`s${index}`));
    const parts: Sessions[] = [];
    stage.directory.tellAll((part) => parts.push(part as Sessions));
    sessions.at(-1)?.disconnect();
    await turnUntil(() => parts.at(-1)?.isLast === true);
    expect(parts.flatMap((part) => part.sessions).length).toBe(599);
  });

  it('says nothing that a bus does not carry, whatever clients subscribe to', async () => {
    const stage = new Stage();
    for (let index = 0; index < 60; index++) {
      const session = stage.session(`s${index}`, '\u0001'.repeat(1000));
      for (let id = 0; id < 100; id++) session.subscribe(`${id}`, `/topic/${'\u0001'.repeat(900)}`);
    }
    stage.clock.advance(60 * GATHERED_MS);
    const all = [...stage.told, ...(await stage.whole())];
    for (const control of all) expect(encodeControl(control).length).toBeLessThan(MAX_MESSAGE_BYTES / 2);
    const put = new Set(stage.told.flatMap((each) => each.put.map(({ id }) => id)));
    expect(put.size).toBe(60);
    const [first] = stage.told;
    expect(first?.put[0]?.subscriptions.length).toBeLessThan(20);
    expect(first?.put[0]?.subscriptions.length).toBeGreaterThan(5);
  });

  it('tells all of a thousand subscriptions with short names', () => {
    const stage = new Stage();
    const session = stage.session('s');
    for (let id = 0; id < 1000; id++) session.subscribe(`sub-${id}`, `/topic/price.stock-${id}`);
    stage.clock.advance(GATHERED_MS);
    expect(stage.told[0]?.put[0]?.subscriptions.length).toBe(1000);
  });

  it('tells so much at once and no more, and the rest later', () => {
    const stage = new Stage();
    for (let index = 0; index < 10_000; index++) stage.session(`s${index}`);
    stage.clock.advance(GATHERED_MS);
    expect(stage.told.length).toBe(8);
    stage.clock.advance(2 * GATHERED_MS);
    const put = stage.told.flatMap((each) => each.put.map(({ id }) => id));
    expect(new Set(put).size).toBe(10_000);
    expect(put.length).toBe(10_000);
    expect(stage.told.map(({ revision }) => revision)).toEqual(stage.told.map((_, index) => index + 1));
  });

  it('says nothing after its end', () => {
    const stage = new Stage();
    stage.directory.stop();
    stage.session('s');
    stage.directory.stop();
    stage.clock.advance(GATHERED_MS);
    expect(stage.told).toEqual([]);
  });

  it('tells fifty thousand sessions in small parts, each in a turn of its own', async () => {
    const stage = new Stage();
    for (let index = 0; index < 50_000; index++)
      stage
        .session(`session-${index}`, `user-${index}`)
        .subscribe('1', '/topic/a')
        .subscribe('2', '/topic/b');
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const parts = await stage.whole();
    isDone = true;
    expect(parts.every(({ sessions }) => sessions.length <= 500)).toBe(true);
    expect(parts.length).toBe(100);
    expect(turns).toBeGreaterThanOrEqual(99);
  });
});
