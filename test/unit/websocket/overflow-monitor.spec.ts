import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import { OverflowMonitor } from '../../../src/websocket/overflow-monitor.js';
import { RecordedLog } from '../../support/recorded-log.js';

describe('messages that slow clients are not sent', () => {
  it('are counted, and told of once a minute for each session', () => {
    const clock = new VirtualClock();
    const log = new RecordedLog();
    const monitor = new OverflowMonitor(() => clock.now(), log);
    const [first, second] = [monitor.ofSession('a'), monitor.ofSession('b')];
    for (let i = 0; i < 10; i++) first(1);
    second(3);
    const line = (session: string, count: number): string =>
      `warn Session ${session} reads too slowly. Messages left out by transport.overflow so far: ${count}`;
    expect(log.lines).toEqual([line('a', 1), line('b', 3)]);
    clock.advance(59_999);
    first(1);
    expect(log.lines).toHaveLength(2);
    clock.advance(1);
    first(1);
    expect(log.lines[2]).toBe(line('a', 12));
    expect(monitor.leftOut).toBe(15);
  });
});
