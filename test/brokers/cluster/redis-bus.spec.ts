import { RedisClusterBus } from 'nestjs-stomp/redis';
import { describeClusterBusContract } from '../../support/cluster-bus-contract.js';
import { RedisServer } from '../support/redis-server.js';

describeClusterBusContract('Redis', async () => {
  const server = await RedisServer.start();
  return {
    bus: () => new RedisClusterBus({ url: `redis://127.0.0.1:${server.port}` }),
    stop: () => server.stop(),
  };
});
