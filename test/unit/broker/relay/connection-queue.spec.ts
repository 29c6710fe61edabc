import { afterEach, describe, expect, it } from '@jest/globals';
import { BrokerConnection } from '../../../../src/broker/relay/broker-connection.js';
import { ConnectionQueue } from '../../../../src/broker/relay/connection-queue.js';
import { DEFAULT_DECODER_LIMITS } from '../../../../src/protocol/stomp-decoder-limits.js';
import { TimerWheel } from '../../../../src/session/timer-wheel.js';
import { turnUntil } from '../../../support/event-loop.js';
import { closeFakeBrokers, FakeBroker } from '../../../support/fake-broker.js';

const dialled: BrokerConnection[] = [];

afterEach(async () => {
  for (const connection of dialled.splice(0)) connection.destroy();
  await closeFakeBrokers();
});

/** A queue that makes one connection at a time. */
function queueTo(broker: FakeBroker): ConnectionQueue {
  const wheel = new TimerWheel();
  return new ConnectionQueue((listener) => {
    const connection = new BrokerConnection(
      {
        virtualHost: undefined,
        heartBeat: { sendMs: 0, receiveMs: 0 },
        tls: undefined,
        connectTimeoutMs: 60_000,
        limits: DEFAULT_DECODER_LIMITS,
        role: 'client',
        address: { host: '127.0.0.1', port: broker.port },
        credentials: {},
      },
      wheel,
      listener,
    );
    dialled.push(connection);
    return connection;
  }, 1);
}

/** Asks for a connection, and gives how to take it back and what has become of it. */
function ask(queue: ConnectionQueue): { cancel: () => void; state: () => string } {
  let state = 'asked for';
  const { cancel } = queue.connect({
    opened: () => (state = 'open'),
    frame: () => false,
    ended: () => (state = 'ended'),
  });
  return { cancel, state: () => state };
}

describe('a queue of connections', () => {
  it('makes room for one when one is taken back that ended already, and for no more', async () => {
    const broker = await FakeBroker.listen();
    const queue = queueTo(broker);
    const first = ask(queue);
    (await broker.accept()).reset();
    await turnUntil(() => first.state() === 'ended');
    first.cancel();
    first.cancel();
    broker.connected = '';
    ask(queue);
    ask(queue);
    expect(dialled).toHaveLength(2);
    expect(queue.waitingCount).toBe(1);
  });

  it('goes on with the next when one is taken back before the broker has answered', async () => {
    const broker = await FakeBroker.listen();
    broker.connected = '';
    const queue = queueTo(broker);
    const [first, second] = [ask(queue), ask(queue)];
    await broker.accept();
    broker.connected = 'CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0';
    first.cancel();
    await turnUntil(() => second.state() === 'open');
    expect(first.state()).toBe('asked for');
    expect(queue.waitingCount).toBe(0);
  });
});
