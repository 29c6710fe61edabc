import { describeBrokerContract, type BackEnd } from '../support/broker-contract.js';
import type { Engine } from '../support/cluster-bus-contract.js';
import { ActiveMq } from './support/activemq.js';
import { Artemis } from './support/artemis.js';
import { nats, redis } from './support/engines.js';
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

/** Two applications that are a cluster. */
async function clusterOver(start: () => Promise<Engine>): Promise<BackEnd> {
  const engine = await start();
  return {
    nodes: 2,
    options: {
      simpleBroker: { destinationPrefixes: ['/topic', '/queue'], cluster: { bus: engine.bus() } },
    },
    stop: () => engine.stop(),
  };
}

describeBrokerContract('RabbitMQ', () => relayTo(() => RabbitMq.start()));
describeBrokerContract('ActiveMQ Classic', () => relayTo(() => ActiveMq.start()));
// CI says so, loudly, where it cannot be installed.
if (!without.has('artemis')) describeBrokerContract('Apache Artemis', () => relayTo(() => Artemis.start()));
describeBrokerContract('a cluster over Redis', () => clusterOver(() => redis()));
describeBrokerContract('a cluster over NATS', () => clusterOver(() => nats()));
