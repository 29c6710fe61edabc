import { IpcClusterBus } from 'nestjs-stomp/ipc';
import { NatsClusterBus } from 'nestjs-stomp/nats';
import { RedisClusterBus } from 'nestjs-stomp/redis';
import { startNode } from '../support/cluster-node.js';

const [engine, where = ''] = process.argv.slice(2);
const BUSES = {
  Redis: () => new RedisClusterBus({ url: `redis://127.0.0.1:${where}` }),
  NATS: () => new NatsClusterBus({ servers: `127.0.0.1:${where}` }),
  IPC: () => new IpcClusterBus({ path: where }),
};

const { url } = await startNode({
  bus: BUSES[engine as keyof typeof BUSES](),
  nodeName: 'process',
});
console.log(JSON.stringify({ url }));
