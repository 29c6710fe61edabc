import { MemoryCluster } from 'nestjs-stomp/testing';
import { describeBrokerContract } from '../support/broker-contract.js';

describeBrokerContract('the simple broker', async () => ({
  nodes: 1,
  options: { simpleBroker: { destinationPrefixes: ['/topic', '/queue'] } },
  stop: async () => undefined,
}));

describeBrokerContract('two simple brokers in a cluster', async () => {
  const cluster = new MemoryCluster();
  return {
    nodes: 2,
    options: {
      simpleBroker: { destinationPrefixes: ['/topic', '/queue'], cluster: { bus: cluster.bus() } },
    },
    stop: async () => undefined,
  };
});
