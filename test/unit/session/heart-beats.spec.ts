import { beforeEach, describe, expect, it } from '@jest/globals';
import { HeartBeats, receiveTolerance } from '../../../src/session/heart-beats.js';
import { TimerWheel } from '../../../src/session/timer-wheel.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';

const NEVER = 0;
const LONGEST = 2 ** 31 - 1;

describe('HeartBeats', () => {
  let clock: VirtualClock;
  let wheel: TimerWheel;
  let beats: number[];
  let silences: number[];
  let listening: boolean;

  function start(sendMs: number, receiveMs: number): HeartBeats {
    return new HeartBeats(
      wheel,
      { sendMs, receiveMs },
      {
        sendHeartBeat: () => beats.push(clock.now()),
        isListening: () => listening,
        onSilence: (silentMs) => silences.push(silentMs),
      },
    );
  }

  beforeEach(() => {
    clock = new VirtualClock();
    wheel = new TimerWheel(clock);
    beats = [];
    silences = [];
    listening = true;
  });

  describe('sending', () => {
    it.each([100, 200, 1_000, 10_000, 30_000])(
      'leaves no gap of more than the promised %i ms while idle [A91]',
      (sendMs) => {
        start(sendMs, NEVER);
        clock.advance(20 * sendMs);
        const gaps = beats.map((at, index) => at - (index === 0 ? 0 : beats[index - 1]));
        expect(Math.max(...gaps)).toBeLessThanOrEqual(sendMs);
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(sendMs / 2);
        expect(20 * sendMs - beats[beats.length - 1]).toBeLessThanOrEqual(sendMs);
      },
    );

    it('beats at most once in two slots when asked for every millisecond [A101]', () => {
      start(1, NEVER);
      clock.advance(1_000);
      expect(beats.length).toBeGreaterThanOrEqual(10);
      expect(beats.length).toBeLessThanOrEqual(40);
    });

    it('needs no heart-beat while frames leave every half interval [A92]', () => {
      const heartBeats = start(1_000, NEVER);
      for (let i = 0; i < 20; i++) {
        clock.advance(500);
        heartBeats.sent();
      }
      expect(beats).toEqual([]);
    });

    it('beats again as soon as the frames stop', () => {
      const heartBeats = start(1_000, NEVER);
      clock.advance(700);
      heartBeats.sent();
      clock.advance(700);
      expect(beats).toEqual([]);
      clock.advance(300);
      expect(beats).toHaveLength(1);
      expect(beats[0] - 700).toBeLessThanOrEqual(1_000);
    });

    it('does not beat when nothing was promised', () => {
      start(NEVER, NEVER);
      clock.advance(100_000);
      expect(beats).toEqual([]);
      expect(wheel.size).toBe(0);
    });

    it('does not answer what it hears [A97]', () => {
      const heartBeats = start(10_000, 10_000);
      for (let i = 0; i < 7; i++) {
        clock.advance(1_000);
        heartBeats.received();
      }
      expect(beats).toEqual([]);
    });
  });

  describe('receiving', () => {
    it.each([
      [200, 1_200],
      [1_000, 2_000],
      [1_001, 2_002],
      [10_000, 20_000],
    ])('tolerates silence after a promise of %i ms for %i ms [A95]', (receiveMs, tolerance) => {
      expect(receiveTolerance(receiveMs)).toBe(tolerance);
      start(NEVER, receiveMs);
      clock.advance(tolerance);
      expect(silences).toEqual([]);
      clock.advance(100);
      expect(silences).toHaveLength(1);
      expect(silences[0]).toBeGreaterThanOrEqual(tolerance);
    });

    it('finds a client dead that promised 200 ms and is silent, within 400 to 1300 ms [A96]', () => {
      start(NEVER, 200);
      clock.advance(400);
      expect(silences).toEqual([]);
      clock.advance(900);
      expect(silences).toHaveLength(1);
    });

    it('tells of a silence once', () => {
      start(NEVER, 200);
      clock.advance(60_000);
      expect(silences).toHaveLength(1);
      expect(wheel.size).toBe(0);
    });

    it('lets a client live that promised 200 ms and sends an octet every 150 ms [A94] [A96]', () => {
      const heartBeats = start(NEVER, 200);
      for (let i = 0; i < 40; i++) {
        clock.advance(150);
        heartBeats.received();
      }
      expect(silences).toEqual([]);
    });

    it('counts from the last octet, not from the last look', () => {
      const heartBeats = start(NEVER, 1_000);
      clock.advance(1_900);
      heartBeats.received();
      clock.advance(1_950);
      expect(silences).toEqual([]);
      clock.advance(200);
      expect(silences).toHaveLength(1);
    });

    it('does not blame the peer for what was not read', () => {
      const heartBeats = start(NEVER, 1_000);
      listening = false;
      clock.advance(60_000);
      expect(silences).toEqual([]);
      listening = true;
      heartBeats.received();
      clock.advance(1_500);
      expect(silences).toEqual([]);
    });

    it('listens for silence again when it reads again', () => {
      start(NEVER, 1_000);
      listening = false;
      clock.advance(60_000);
      listening = true;
      clock.advance(2_100);
      expect(silences).toHaveLength(1);
    });

    it('waits for the sockets to speak when the process was asleep', () => {
      const heartBeats = start(NEVER, 1_000);
      clock.oversleep(60_000);
      expect(silences).toEqual([]);
      heartBeats.received();
      clock.advance(1_500);
      expect(silences).toEqual([]);
    });

    it('gives up a peer that says nothing after the process was asleep either', () => {
      start(NEVER, 1_000);
      clock.oversleep(60_000);
      clock.advance(100);
      expect(silences).toHaveLength(1);
    });

    it('does not care about silence when nothing was promised', () => {
      start(1_000, NEVER);
      clock.advance(1_000_000);
      expect(silences).toEqual([]);
    });
  });

  it('neither beats nor gives up before the longest interval there is [A100]', () => {
    start(LONGEST, LONGEST);
    for (let minutes = 0; minutes < 60; minutes++) clock.oversleep(60_000);
    expect(beats).toEqual([]);
    expect(silences).toEqual([]);
    expect(wheel.size).toBe(2);
  });

  it('starts its clock when it is made, not when the wheel last turned [A104]', () => {
    clock.advance(50_000);
    start(10_000, 10_000);
    clock.advance(5_000);
    expect(beats).toEqual([]);
    clock.advance(14_900);
    expect(silences).toEqual([]);
  });

  describe('stopping', () => {
    it('leaves nothing behind on the wheel [A198]', () => {
      const heartBeats = start(1_000, 1_000);
      expect(wheel.size).toBe(2);
      heartBeats.stop();
      expect(wheel.size).toBe(0);
      clock.advance(60_000);
      expect(beats).toEqual([]);
      expect(silences).toEqual([]);
    });

    it('may happen twice, and without intervals', () => {
      const heartBeats = start(NEVER, NEVER);
      heartBeats.stop();
      expect(() => heartBeats.stop()).not.toThrow();
    });

    it('leaves nothing behind when a heart-beat is what ends the session [A198]', () => {
      const heartBeats: HeartBeats = new HeartBeats(
        wheel,
        { sendMs: 1_000, receiveMs: 1_000 },
        {
          sendHeartBeat: () => {
            beats.push(clock.now());
            heartBeats.stop();
          },
          isListening: () => true,
          onSilence: (silentMs) => silences.push(silentMs),
        },
      );
      clock.advance(60_000);
      expect(beats).toHaveLength(1);
      expect(silences).toEqual([]);
      expect(wheel.size).toBe(0);
      expect(clock.intervals).toBe(0);
    });

    it('leaves nothing behind between the silence and the second question', () => {
      const heartBeats = start(NEVER, 1_000);
      clock.advance(2_025);
      expect(wheel.size).toBe(1);
      heartBeats.stop();
      clock.advance(60_000);
      expect(silences).toEqual([]);
      expect(clock.intervals).toBe(0);
    });
  });
});
