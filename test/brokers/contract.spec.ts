import { describeBrokerContract, type BackEnd } from '../support/broker-contract.js';
import { ActiveMq } from './support/activemq.js';
import { Artemis } from './support/artemis.js';
import { RabbitMq } from './support/rabbitmq.js';

const without = new Set(process.env.STOMP_WITHOUT?.split(','));

/** Two applications, and a broker of their own between them. */
async function relayTo(start: () => Promise<{ port: number; stop(): Promise<void> }>): Promise<BackEnd> {
  const server = await start();
  return {
    nodes: 2,
    options: { simpleBroker: undefined, brokerRelay: { port: server.port } },
    stop: () => server.stop(),
  };
}

describeBrokerContract('RabbitMQ', () => relayTo(() => RabbitMq.start()));
describeBrokerContract('ActiveMQ Classic', () => relayTo(() => ActiveMq.start()));
// CI says so, loudly, where it cannot be installed.
if (!without.has('artemis')) describeBrokerContract('Apache Artemis', () => relayTo(() => Artemis.start()));
describeBrokerContract('a cluster over Redis', async () => {
  const server = await RedisServer.start();
  return clusterOver(new RedisClusterBus({ url: server.url }), () => server.stop());
});
