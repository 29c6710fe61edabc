import { describe, expect, it } from '@jest/globals';
import { TimerWheel } from '../../../src/session/timer-wheel.js';
import { KeepAlive } from '../../../src/websocket/keep-alive.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';

const INTERVAL = 30_000;
/** An interval, and the two slots that the wheel may be late. */
const FULL = INTERVAL + 50;

function watched() {
  const clock = new VirtualClock();
  const wheel = new TimerWheel(clock);
  const told: string[] = [];
  const state = { isAnswerable: true, bytesRead: 0 };
  const keepAlive = new KeepAlive(wheel, INTERVAL, 45_000, {
    bytesRead: () => state.bytesRead,
    unfinished: () => told.push('unfinished'),
    isAnswerable: () => state.isAnswerable,
    ping: () => told.push('ping'),
    lost: () => told.push('lost'),
  });
  return { clock, wheel, told, state, keepAlive };
}

describe('a peer from which nothing comes', () => {
  it('is asked, and lost when it does not answer [D50] [A102]', () => {
    const { clock, wheel, told } = watched();
    clock.advance(2 * FULL);
    expect(told).toEqual(['ping']);
    clock.advance(FULL + 50);
    expect(told).toEqual(['ping', 'lost']);
    expect(wheel.size).toBe(0);
  });

  it('is asked again and again as long as it answers', () => {
    const { clock, told, keepAlive } = watched();
    for (let i = 0; i < 10; i++) {
      clock.advance(2 * FULL);
      keepAlive.heard();
    }
    expect(told.length).toBeGreaterThan(4);
    expect(told).not.toContain('lost');
  });

  it('is not lost because the process was asleep', () => {
    const { clock, told, keepAlive } = watched();
    clock.advance(2 * FULL);
    clock.oversleep(600_000);
    keepAlive.heard();
    clock.advance(100);
    expect(told).toEqual(['ping']);
    clock.advance(FULL);
    expect(told).not.toContain('lost');
  });

  it('is neither asked nor lost while it is not read from, or something waits to be sent', () => {
    const { clock, told, state } = watched();
    clock.advance(2 * FULL);
    state.isAnswerable = false;
    clock.advance(10 * FULL);
    expect(told).toEqual(['ping']);
  });
});

describe('a peer that is heard', () => {
  it('is never asked', () => {
    const { clock, told, keepAlive } = watched();
    for (let i = 0; i < 100; i++) {
      clock.advance(10_000);
      keepAlive.heard();
    }
    expect(told).toEqual([]);
  });

  it('is watched no more when it has gone', () => {
    const { wheel, keepAlive } = watched();
    keepAlive.stop();
    expect(wheel.size).toBe(0);
  });
});

describe('a peer in the middle of a message', () => {
  it('is not asked, because it could not answer', () => {
    const { clock, told, state, keepAlive } = watched();
    clock.advance(FULL);
    for (let i = 0; i < 2; i++) {
      state.bytesRead++;
      clock.advance(FULL);
    }
    keepAlive.heard();
    clock.advance(FULL);
    expect(told).toEqual([]);
  });

  it('has no more time than a frame, however its octets trickle in [D33]', () => {
    const { clock, wheel, told, state } = watched();
    clock.advance(FULL);
    for (let i = 0; i < 4; i++) {
      state.bytesRead++;
      clock.advance(FULL);
    }
    expect(told).toEqual(['unfinished']);
    expect(wheel.size).toBe(0);
  });

  it('has all of that time for each message', () => {
    const { clock, told, state, keepAlive } = watched();
    for (let i = 0; i < 20; i++) {
      state.bytesRead++;
      if (i % 2 === 0) keepAlive.heard();
      clock.advance(FULL);
    }
    expect(told).toEqual([]);
  });
});
