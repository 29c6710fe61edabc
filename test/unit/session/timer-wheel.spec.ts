import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock, TimerWheel } from '../../../src/session/timer-wheel.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';

describe('TimerWheel', () => {
  let clock: VirtualClock;
  let wheel: TimerWheel;
  let rung: string[];

  function ring(name: string, delayMs: number) {
    return wheel.schedule(delayMs, () => rung.push(`${name} at ${clock.now()}`));
  }

  beforeEach(() => {
    clock = new VirtualClock(1_000);
    wheel = new TimerWheel(clock, 10);
    rung = [];
  });

  it('calls back once, not before the time and at most two slots after it', () => {
    ring('a', 100);
    clock.advance(100);
    expect(rung).toEqual([]);
    clock.advance(20);
    expect(rung).toEqual(['a at 1110']);
    clock.advance(500);
    expect(rung).toHaveLength(1);
  });

  it.each([0, 1, 9, 10, 11, 19, 99, 1_234.5])('is never early for a delay of %s ms', (delay) => {
    clock.advance(3.7);
    const asked = clock.now();
    let late = -1;
    wheel.schedule(delay, () => (late = clock.now() - asked - delay));
    clock.advance(2_000);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(20);
  });

  it('calls back in the order of time, whatever the order of asking', () => {
    ring('late', 50);
    ring('early', 10);
    ring('middle', 30);
    clock.advance(100);
    expect(rung.map((line) => line.split(' ')[0])).toEqual(['early', 'middle', 'late']);
  });

  it('needs one interval however many wait, and none when nobody waits [D86]', () => {
    expect(clock.intervals).toBe(0);
    ring('a', 10);
    ring('b', 10);
    ring('c', 30);
    expect(clock.intervals).toBe(1);
    expect(wheel.size).toBe(3);
    clock.advance(100);
    expect(rung).toHaveLength(3);
    expect(clock.intervals).toBe(0);
    expect(wheel.size).toBe(0);
  });

  it('starts again after a rest', () => {
    ring('a', 10);
    clock.advance(1_000);
    ring('b', 10);
    expect(clock.intervals).toBe(1);
    clock.advance(30);
    expect(rung).toEqual(['a at 1020', 'b at 2020']);
  });

  it('does not call back what was cancelled', () => {
    const timer = ring('a', 10);
    ring('b', 10);
    timer.cancel();
    timer.cancel();
    clock.advance(100);
    expect(rung).toEqual(['b at 1020']);
  });

  it('forgets a cancelled timer at once, however far away its time was [A198]', () => {
    for (let delay = 0; delay < 1_000; delay++) ring('never', 2 ** 31 + delay * 1_000).cancel();
    expect(wheel.size).toBe(0);
    clock.advance(10);
    expect(clock.intervals).toBe(0);
  });

  it('keeps the others of a slot when one of them is cancelled', () => {
    const timer = ring('a', 10);
    ring('b', 10);
    timer.cancel();
    expect(wheel.size).toBe(1);
    clock.advance(20);
    expect(rung).toEqual(['b at 1020']);
  });

  it('lets a callback cancel its neighbour in the same slot', () => {
    wheel.schedule(10, () => {
      rung.push('first');
      neighbour.cancel();
    });
    const neighbour = ring('neighbour', 10);
    clock.advance(100);
    expect(rung).toEqual(['first']);
  });

  it('lets a callback schedule itself again, in a later slot', () => {
    let calls = 0;
    const again = (): void => {
      if (++calls < 3) wheel.schedule(0, again);
    };
    wheel.schedule(0, again);
    clock.oversleep(1_000);
    expect(calls).toBe(1);
    clock.advance(100);
    expect(calls).toBe(3);
    expect(clock.intervals).toBe(0);
  });

  it('catches up in one turn when the process was asleep', () => {
    ring('a', 20);
    ring('b', 500);
    ring('c', 5_000);
    clock.oversleep(1_000);
    expect(rung).toEqual(['a at 2000', 'b at 2000']);
  });

  it('forgets everything when it is stopped', () => {
    ring('a', 10);
    wheel.stop();
    expect(wheel.size).toBe(0);
    expect(clock.intervals).toBe(0);
    clock.advance(100);
    expect(rung).toEqual([]);
  });

  it('forgets also what waits in the slot whose turn it is', () => {
    wheel.schedule(10, () => wheel.stop());
    ring('neighbour', 10);
    clock.advance(100);
    expect(rung).toEqual([]);
    expect(clock.intervals).toBe(0);
  });

  it('may be stopped before it was ever used', () => {
    expect(() => wheel.stop()).not.toThrow();
  });

  it('has a coarse time that is at most a slot old while something waits', () => {
    ring('a', 200);
    for (let i = 0; i < 15; i++) {
      clock.advance(7);
      expect(clock.now() - wheel.coarseNow).toBeLessThan(10);
    }
    clock.advance(1_000);
    ring('b', 200);
    expect(wheel.coarseNow).toBe(clock.now());
  });

  it('has slots of 25 ms on the clock of the machine unless told otherwise', () => {
    expect(new TimerWheel().resolutionMs).toBe(25);
  });
});

describe('systemClock', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('never goes back', () => {
    const before = systemClock.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });

  it('calls back every period until it is told to stop', () => {
    let calls = 0;
    const stop = systemClock.every(25, () => calls++);
    jest.advanceTimersByTime(100);
    expect(calls).toBe(4);
    stop();
    jest.advanceTimersByTime(100);
    expect(calls).toBe(4);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('systemClock in a process', () => {
  it('does not keep it alive', () => {
    const interval = jest.spyOn(globalThis, 'setInterval');
    const stop = systemClock.every(1_000_000, () => undefined);
    const timer = interval.mock.results[0]?.value;
    interval.mockRestore();
    expect((timer as NodeJS.Timeout).hasRef()).toBe(false);
    stop();
  });
});
