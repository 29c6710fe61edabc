import { describe, expect, it } from '@jest/globals';
import { BrokerAvailabilityEvent } from '../../../src/session/stomp-event.js';
import { StompEventBus } from '../../../src/session/stomp-event-bus.js';
import { Deferred } from '../../support/deferred.js';
import { RecordedLog } from '../../support/recorded-log.js';

const event = new BrokerAvailabilityEvent(true);

describe('StompEventBus', () => {
  it('tells every listener, in order, in the same turn', () => {
    const bus = new StompEventBus(new RecordedLog());
    const steps: unknown[] = [];
    bus.subscribe((told) => steps.push(['first', told]));
    bus.subscribe((told) => steps.push(['second', told]));
    bus.finishWith((told) => steps.push(['last', told]));
    expect(bus.publish(event)).toBeUndefined();
    expect(steps).toEqual([
      ['first', event],
      ['second', event],
      ['last', event],
    ]);
  });

  it('tells nobody who has left', () => {
    const bus = new StompEventBus(new RecordedLog());
    const told: unknown[] = [];
    bus.subscribe((one) => told.push(one))();
    void bus.publish(event);
    expect(told).toEqual([]);
  });

  it('does not fail with a listener that throws what has no text', async () => {
    const log = new RecordedLog();
    const bus = new StompEventBus(log);
    const nothing: unknown = Object.create(null);
    bus.subscribe(() => {
      throw nothing;
    });
    bus.subscribe(() => Promise.reject(nothing));
    await bus.publish(event);
    expect(log.lines).toEqual(
      Array(2).fill('error A listener of BrokerAvailabilityEvent failed: [Object: null prototype] {}'),
    );
  });

  it('waits for listeners that take their time, and calls the last one then', async () => {
    const bus = new StompEventBus(new RecordedLog());
    const { promise, resolve } = new Deferred();
    const steps: string[] = [];
    bus.subscribe(() => promise.then(() => steps.push('slow')));
    bus.subscribe(() => steps.push('quick'));
    bus.finishWith(() => steps.push('last'));
    const published = bus.publish(event);
    expect(steps).toEqual(['quick']);
    resolve();
    await published;
    expect(steps).toEqual(['quick', 'slow', 'last']);
  });

  it('logs what listeners throw, and goes on', async () => {
    const log = new RecordedLog();
    const bus = new StompEventBus(log);
    const told: unknown[] = [];
    bus.subscribe(() => {
      throw new Error('thrown');
    });
    bus.subscribe(() => Promise.reject(new Error('rejected')));
    bus.subscribe(() => {
      // oxlint-disable-next-line typescript/only-throw-error -- listeners may throw anything
      throw 'a string';
    });
    bus.subscribe((one) => told.push(one));
    await bus.publish(event);
    expect(told).toEqual([event]);
    expect(log.lines).toEqual([
      'error A listener of BrokerAvailabilityEvent failed: thrown',
      'error A listener of BrokerAvailabilityEvent failed: a string',
      'error A listener of BrokerAvailabilityEvent failed: rejected',
    ]);
  });
});
