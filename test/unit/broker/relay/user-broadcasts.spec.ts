import { afterEach, describe, expect, it } from '@jest/globals';
import { turnUntil } from '../../../support/event-loop.js';
import { MessageBrokerError } from '../../../../src/broker/relay/broker-error.js';
import type { BrokerRelayOptions } from '../../../../src/module/broker-relay-options.js';
import {
  closeFakeBrokers,
  headerOf,
  type BrokerPeer,
  type FakeBroker,
} from '../../../support/fake-broker.js';
import { namingUsers } from '../../../support/naming-users.js';
import { RelayFlow, stopRelayFlows, type RelayClient } from '../../../support/relay-flow.js';

afterEach(async () => {
  stopRelayFlows();
  await closeFakeBrokers();
});

const TOPIC = '/topic/unresolved';

/** A flow, the broker's end of its system connection, and that of the one over which it listens. */
async function listening(options: BrokerRelayOptions = {}): Promise<{
  flow: RelayFlow;
  broker: FakeBroker;
  system: BrokerPeer;
  ear: BrokerPeer;
  id: string;
}> {
  const { flow, broker, system } = await RelayFlow.available({
    userDestinationBroadcast: TOPIC,
    userDestinations: 'local',
    ...options,
  });
  const ear = await broker.accept();
  const frame = await ear.confirm();
  expect(headerOf(frame, 'destination')).toBe(TOPIC);
  return { flow, broker, system, ear, id: headerOf(frame, 'id') };
}

/** A user's client with a private subscription. */
async function joe(flow: RelayFlow): Promise<RelayClient> {
  flow.inbound.addInterceptor(namingUsers);
  const client = flow.connectSlowly('accept-version:1.2\nlogin:joe\n');
  expect(await client.next()).toMatch(/^CONNECTED\n/);
  client.say('SUBSCRIBE\nid:1\ndestination:/user/queue/x\nreceipt:s\n\n\0');
  expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
  return client;
}

describe('userDestinationBroadcast', () => {
  it('subscribes over a connection beside the system connection, with the login of the application', async () => {
    const { broker } = await listening({ systemLogin: 'app', clientLogin: 'web' });
    expect(broker.connects.map((connect) => headerOf(connect, 'login'))).toEqual(['app', 'app']);
  });

  it('passes on what is for a user who is not here, with the destination it had', async () => {
    const { flow, system } = await listening();
    await flow.template.convertAndSendToUser('eve', '/queue/x', 'hello', { colour: 'red' });
    const frame = await system.next();
    expect(frame).toMatch(/^SEND\ndestination:\/topic\/unresolved\n/);
    expect(headerOf(frame, 'simpOrigDestination')).toBe('/user/eve/queue/x');
    expect(headerOf(frame, 'simpNode')).toBe(flow.relay.broadcasts.nodeId);
    expect(headerOf(frame, 'colour')).toBe('red');
    expect(frame).toContain('\n\nhello');
  });

  it('gives the sessions here what another instance has published, and passes it on to nobody', async () => {
    const { flow, system, ear, id } = await listening();
    const client = await joe(flow);
    ear.say(
      `MESSAGE\nsubscription:${id}\nmessage-id:m\ndestination:${TOPIC}\nsimpNode:other\n` +
        'simpOrigDestination:/user/joe/queue/x\ncolour:red\ncontent-type:text/plain\n\nhello\0',
    );
    const message = await client.next();
    expect(message).toContain('\ndestination:/user/queue/x\n');
    expect(message).toContain('\ncolour:red\n');
    expect(message).not.toContain('simp');
    expect(system.unread).toEqual([]);
  });

  it('ignores what comes back to it, and what is none', async () => {
    const { flow, ear, id } = await listening();
    const client = await joe(flow);
    const own = flow.relay.broadcasts.nodeId;
    for (const headers of [
      `simpNode:${own}\nsimpOrigDestination:/user/joe/queue/x\n`,
      'simpNode:other\n',
      'simpNode:other\nsimpOrigDestination:/topic/x\n',
      'simpNode:other\nsimpOrigDestination:/user/nobody/queue/x\n',
    ])
      ear.say(`MESSAGE\nsubscription:${id}\nmessage-id:m\n${headers}\nno\0`);
    ear.say(
      `MESSAGE\nsubscription:${id}\nmessage-id:m\nsimpNode:other\nsimpOrigDestination:/user/joe/queue/x\n\nyes\0`,
    );
    expect(await client.next()).toContain('\n\nyes\0');
  });

  it('fails to send to a user only if nobody could be reached', async () => {
    const { flow, broker, system } = await listening();
    const client = await joe(flow);
    await broker.close();
    await system.closed;
    await flow.advanceUntil(() => !flow.relay.isBrokerAvailable);
    await flow.template.convertAndSendToUser('joe', '/queue/x', 'hello');
    expect(await client.next()).toContain('\n\nhello\0');
    await expect(
      (async () => flow.template.convertAndSendToUser('eve', '/queue/x', 'hello'))(),
    ).rejects.toBeInstanceOf(MessageBrokerError);
  });

  it('subscribes again after a loss', async () => {
    const { flow, broker, ear } = await listening();
    const client = await joe(flow);
    ear.reset();
    await flow.advanceUntil(() => broker.connects.length === 3);
    const again = await broker.accept();
    const frame = await again.confirm();
    again.say(
      `MESSAGE\nsubscription:${headerOf(frame, 'id')}\nmessage-id:m\nsimpNode:other\n` +
        'simpOrigDestination:/user/joe/queue/x\n\nhello\0',
    );
    expect(await client.next()).toContain('\n\nhello\0');
  });

  it('asks again after a minute when the broker has refused, and says so', async () => {
    const { flow, broker } = await RelayFlow.available({ userDestinationBroadcast: TOPIC });
    const ear = await broker.accept();
    const frame = await ear.next();
    ear.say(`ERROR\nreceipt-id:${headerOf(frame, 'receipt')}\nmessage:no right\n\n\0`);
    await flow.advanceUntil(() => flow.log.lines.some((line) => line.startsWith('error ')));
    expect(flow.log.lines.find((line) => line.startsWith('error '))).toContain(
      `The application is not subscribed to ${TOPIC}. The message broker refused. no right.`,
    );
    flow.clock.advance(61_000);
    expect(headerOf(await ear.confirm(), 'destination')).toBe(TOPIC);
  });

  it('does not say that a right is missing when the broker has only not answered', async () => {
    const { flow, broker } = await RelayFlow.available({
      userDestinationBroadcast: TOPIC,
      receiptTimeoutMs: 2000,
    });
    const ear = await broker.accept();
    await ear.next();
    await flow.advanceUntil(() => flow.log.lines.some((line) => line.startsWith('error ')));
    expect(flow.log.lines.find((line) => line.startsWith('error '))).toContain(
      `The application is not subscribed to ${TOPIC}. The message broker did not confirm within 2000 ms. It is asked for again in 60 s.`,
    );
  });

  it('warns that its connection has ended while the broker is there, and not each time', async () => {
    const { flow, broker, ear } = await listening();
    const warnings = (): string[] => flow.log.lines.filter((line) => line.startsWith('warn '));
    let last = ear;
    const loseIt = async (): Promise<void> => {
      const known = broker.connects.length;
      last.reset();
      await flow.advanceUntil(() => broker.connects.length > known);
      last = await broker.accept();
      await last.confirm();
    };
    await loseIt();
    await loseIt();
    expect(warnings()).toEqual([
      expect.stringContaining(
        'The application gets no messages of the broker: its consuming connection ended.',
      ),
    ]);
  });

  it.each(['/topic/unresolved', '/topic/%75nresolved'])(
    'is no destination of clients: %s',
    async (destination) => {
      const { flow } = await listening({ profile: 'rabbitmq' });
      for (const frame of ['SEND\n', 'SUBSCRIBE\nid:1\n']) {
        const client = flow.connect();
        client.say(`${frame}destination:${destination}\n\n\0`);
        expect(await client.next()).toContain('The destination is for instances of the application only');
      }
    },
  );
});

describe('userRegistryBroadcast', () => {
  it('tells of the users here when the broker has confirmed, and hears of those elsewhere', async () => {
    const { flow, broker, system } = await RelayFlow.available({
      userRegistryBroadcast: '/topic/registry',
      userDestinations: 'local',
    });
    const ear = await broker.accept();
    const frame = await ear.confirm();
    await joe(flow);
    flow.clock.advance(1000);
    const report = await system.next();
    expect(report).toMatch(/^SEND\ndestination:\/topic\/registry\ncontent-type:application\/json/);
    expect(report).toContain('"joe",["1","/user/queue/x"]');
    const body =
      '{"v":1,"kind":"changed","node":"n2","removed":[],"sessions":[["a","eve",["0","/topic/x"]]]}';
    ear.say(`MESSAGE\nsubscription:${headerOf(frame, 'id')}\nmessage-id:m\nsimpNode:n2\n\n${body}\0`);
    await turnUntil(() => flow.users.getUser('eve') !== undefined, 100_000);
    expect(flow.users.users.map(({ name }) => name)).toEqual(['joe', 'eve']);
    expect(flow.users.localUserCount).toBe(1);
  });
});
