import { describeBrokerContract } from '../support/broker-contract.js';
import { ipc, memory } from '../support/local-engines.js';

describeBrokerContract('the simple broker', async () => ({
  nodes: 1,
  options: { simpleBroker: { destinationPrefixes: ['/topic', '/queue'] } },
  stop: async () => undefined,
}));

for (const [name, start] of [
  ['a cluster in memory', memory],
  ['a cluster over sockets of the machine', ipc],
] as const) {
  describeBrokerContract(name, async () => {
    const engine = await start();
    return {
      nodes: 2,
      options: {
        simpleBroker: { destinationPrefixes: ['/topic', '/queue'], cluster: { bus: engine.bus() } },
      },
      stop: () => engine.stop(),
    };
  });
}
