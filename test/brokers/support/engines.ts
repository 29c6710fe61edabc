import type { ClusterBus } from 'nestjs-stomp';
import { NatsClusterBus } from 'nestjs-stomp/nats';
import { RedisClusterBus } from 'nestjs-stomp/redis';
import type { Engine } from '../../support/cluster-bus-contract.js';
import { NatsServer } from './nats-server.js';
import { RedisServer } from './redis-server.js';

/** An engine that can be ill. */
export interface FaultyEngine extends Engine {
  readonly server: RedisServer | NatsServer;
  /** A bus through something that listens on another port. */
  busAt(port: number): ClusterBus;
  /** Lines of a configuration with which it lets nobody in who knows no password. */
  readonly locked: readonly string[];
}

/** A Redis of its own, for the nodes of one cluster. */
export async function redis(config: readonly string[] = []): Promise<FaultyEngine> {
  const server = await RedisServer.start({ config });
  const busAt = (port: number): ClusterBus => new RedisClusterBus({ url: `redis://127.0.0.1:${port}` });
  return {
    server,
    busAt,
    bus: () => busAt(server.port),
    locked: ['requirepass secret'],
    stop: () => server.stop(),
  };
}

/** A NATS server of its own. */
export async function nats(config: readonly string[] = []): Promise<FaultyEngine> {
  const server = await NatsServer.start({ config });
  const busAt = (port: number): ClusterBus => new NatsClusterBus({ servers: `127.0.0.1:${port}` });
  return {
    server,
    busAt,
    bus: () => busAt(server.port),
    locked: ['authorization { user: somebody, password: secret }'],
    stop: () => server.stop(),
  };
}
