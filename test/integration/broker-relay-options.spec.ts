import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import {
  StompBrokerRelay,
  StompConfigurationError,
  StompModule,
  type BrokerRelayOptions,
} from 'nestjs-stomp';

async function bootError(options: object): Promise<unknown> {
  const imports = [StompModule.forRoot({ endpoints: [{ path: '/stomp' }], ...options })];
  return Test.createTestingModule({ imports })
    .compile()
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

describe('options of the relay', () => {
  it.each<[string, object, string]>([
    ['host', { host: '' }, 'Write a non-empty string.'],
    ['port', { port: 0 }, 'Write a whole number from 1'],
    ['port', { port: 70_000 }, 'A port is at most 65535.'],
    ['hosts', { hosts: [] }, 'Name at least one'],
    ['hosts', { hosts: ['a b'] }, "Write 'host' or 'host:port', IPv6 in brackets."],
    ['hosts', { hosts: ['a:99999'] }, 'A port is at most 65535.'],
    ['hosts', { hosts: ['a'], host: 'b' }, 'Leave brokerRelay.host out'],
    ['tls', { tls: 'yes' }, 'Use true, or an object of options for tls.connect.'],
    ['destinationPrefixes', { destinationPrefixes: [] }, 'Name at least one'],
    ['profile', { profile: 'kafka' }, "Use 'rabbitmq' or 'activemq' or 'artemis' or 'generic'."],
    ['clientLogin', { clientLogin: 1 }, 'Write a non-empty string.'],
    ['systemPasscode', { systemPasscode: 1 }, 'Write a string.'],
    ['virtualHost', { virtualHost: '' }, 'Write a non-empty string.'],
    ['heartbeat', { heartbeat: [1] }, 'Write two numbers of milliseconds'],
    ['failFast', { failFast: 'yes' }, 'Use true or false.'],
    ['onBrokerLoss', { onBrokerLoss: 'wait' }, "Use 'close' or 'resubscribe'."],
    ['queueArguments', { queueArguments: { a: 1 } }, 'Write an object of strings'],
    [
      'userDestinationBroadcast',
      { userDestinationBroadcast: 'users' },
      "Write a string that starts with '/'.",
    ],
    ['userRegistryBroadcast', { userRegistryBroadcast: '/queue/users' }, 'Name a topic'],
    [
      'userRegistryBroadcast',
      { userDestinationBroadcast: '/topic/x', userRegistryBroadcast: '/topic/x' },
      'Name another destination',
    ],
    [
      'sharedSubscriptions.destinationPrefixes',
      { sharedSubscriptions: {} },
      'Write a list of non-empty strings.',
    ],
    [
      'sharedSubscriptions.destinationPrefixes',
      { sharedSubscriptions: { destinationPrefixes: ['/exchange/'] } },
      'It has to lie within brokerRelay.destinationPrefixes: /topic, /queue.',
    ],
    [
      'sharedSubscriptions.destinationPrefixes',
      { sharedSubscriptions: { destinationPrefixes: ['/queue/prices'] } },
      'Name topics',
    ],
    [
      'sharedSubscriptions.connections',
      { sharedSubscriptions: { destinationPrefixes: ['/topic'], connections: 0 } },
      'Write a whole number from 1',
    ],
    [
      'reconnectMaxDelayMs',
      { reconnectDelayMs: 500, reconnectMaxDelayMs: 400 },
      'Write a whole number from 500',
    ],
  ])('%s that cannot be fails the boot: %j', async (name, brokerRelay, remedy) => {
    const error = await bootError({ brokerRelay });
    expect(error).toBeInstanceOf(StompConfigurationError);
    expect((error as Error).message).toContain(`"brokerRelay.${name}" is wrong`);
    expect((error as Error).message).toContain(remedy);
  });

  it('never show a passcode', async () => {
    const error = await bootError({
      brokerRelay: { clientPasscode: ['secret'] } as unknown as BrokerRelayOptions,
    });
    expect((error as Error).message).not.toContain('secret');
  });

  it('may not give a destination to two brokers', async () => {
    for (const destinationPrefixes of [[], ['/topic/a'], ['/t']]) {
      const error = await bootError({ brokerRelay: {}, simpleBroker: { destinationPrefixes } });
      expect((error as Error).message).toContain('simpleBroker serves some of that, too');
    }
    expect(
      await bootError({ brokerRelay: {}, simpleBroker: { destinationPrefixes: ['/local'] } }),
    ).toBeUndefined();
  });

  it('are not needed: without them there is no relay', async () => {
    const imports = [StompModule.forRoot({ endpoints: [{ path: '/stomp' }] })];
    const module = await Test.createTestingModule({ imports }).compile();
    expect(module.get(StompBrokerRelay)).toBeNull();
  });
});
