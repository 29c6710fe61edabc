import { NatsClusterBus } from 'nestjs-stomp/nats';
import { describeClusterBusContract } from '../../support/cluster-bus-contract.js';
import { NatsServer } from '../support/nats-server.js';

describeClusterBusContract('NATS', async () => {
  const server = await NatsServer.start();
  return {
    bus: () => new NatsClusterBus({ servers: `127.0.0.1:${server.port}` }),
    stop: () => server.stop(),
  };
});
