import { describe, expect, it } from '@jest/globals';
import { brokerOf, howToStart } from '../src/broker.js';

describe('BROKER', () => {
  it('is simple when nobody says anything: one instance, alone', () => {
    expect(brokerOf({})).toEqual({
      simpleBroker: { destinationPrefixes: ['/topic', '/queue'], clientSend: 'deny' },
    });
  });

  it.each([
    ['redis', {}, 'Redis at 127.0.0.1:6379'],
    ['redis', { BROKER_HOST: 'redis.internal', BROKER_PORT: '6380' }, 'Redis at redis.internal:6380'],
    ['nats', {}, 'NATS at 127.0.0.1:4222'],
    ['nats', { BROKER_HOST: 'nats.internal', BROKER_PORT: '4223' }, 'NATS at nats.internal:4223'],
    ['ipc', { BROKER_PATH: '/run/portfolio/bus.sock' }, 'IPC at /run/portfolio/bus.sock'],
  ])('as %s with %j joins the simple brokers of all instances by %s', (BROKER, where, name) => {
    const { simpleBroker } = brokerOf({ BROKER, ...where });
    expect(simpleBroker).toMatchObject({ cluster: { bus: { name }, namespace: 'portfolio' } });
  });

  it.each(['rabbitmq', 'artemis'])('as %s leaves the topics to that broker', (BROKER) => {
    const { simpleBroker, brokerRelay } = brokerOf({ BROKER, BROKER_PORT: '61614' });
    expect(simpleBroker).toBeUndefined();
    expect(brokerRelay).toMatchObject({
      profile: BROKER,
      port: 61_614,
      userDestinationBroadcast: expect.any(String),
      userRegistryBroadcast: expect.any(String),
    });
  });

  it.each(['kafka', '', 'constructor'])(
    'as "%s" is refused by the names of those that there are',
    (BROKER) => {
      expect(() => brokerOf({ BROKER })).toThrow(
        `BROKER=${BROKER} is none. There are: simple, ipc, redis, nats, rabbitmq, artemis`,
      );
    },
  );

  it('says how to start a server, where one is needed', () => {
    expect(howToStart({ BROKER: 'nats' })).toContain('docker compose up nats');
    expect(howToStart({ BROKER: 'ipc' })).toBeUndefined();
    expect(howToStart({})).toBeUndefined();
  });
});
