import { describeBrokerContract } from '../support/broker-contract.js';

describeBrokerContract('the simple broker', async () => ({
  nodes: 1,
  options: { simpleBroker: { destinationPrefixes: ['/topic', '/queue'] } },
  stop: async () => undefined,
}));
