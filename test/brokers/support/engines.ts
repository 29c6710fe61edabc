import { NatsClusterBus } from 'nestjs-stomp/nats';
import { RedisClusterBus } from 'nestjs-stomp/redis';
import type { Engine } from '../../support/cluster-bus-contract.js';
import { NatsServer } from './nats-server.js';
import { RedisServer } from './redis-server.js';

/** A Redis of its own, for the nodes of one cluster. */
export async function redis(): Promise<Engine & { readonly server: RedisServer }> {
  const server = await RedisServer.start();
  const url = `redis://127.0.0.1:${server.port}`;
  return { server, bus: () => new RedisClusterBus({ url }), stop: () => server.stop() };
}

/** A NATS server of its own. */
export async function nats(): Promise<Engine & { readonly server: NatsServer }> {
  const server = await NatsServer.start();
  const servers = `127.0.0.1:${server.port}`;
  return { server, bus: () => new NatsClusterBus({ servers }), stop: () => server.stop() };
}
