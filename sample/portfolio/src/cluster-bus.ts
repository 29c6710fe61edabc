import type { ClusterBus } from 'nestjs-stomp';
import { IpcClusterBus } from 'nestjs-stomp/ipc';
import { NatsClusterBus } from 'nestjs-stomp/nats';
import { RedisClusterBus } from 'nestjs-stomp/redis';

/** What may carry messages from one instance's simple broker to another's. */
export const ENGINES = ['ipc', 'redis', 'nats'] as const;

export type EngineName = (typeof ENGINES)[number];

/**
 * The bus to an engine, by the same variables as any broker. Processes of one machine need none and meet at a socket file, which
 * `BROKER_PATH` names; otherwise it is the user's own.
 */
export function busOf(name: EngineName, environment: NodeJS.ProcessEnv): ClusterBus {
  const {
    BROKER_HOST: host = '127.0.0.1',
    BROKER_LOGIN: login,
    BROKER_PASSCODE: passcode,
    BROKER_PATH: path,
  } = environment;
  switch (name) {
    case 'ipc':
      return new IpcClusterBus({ path });
    case 'redis': {
      const { BROKER_PORT: port = '6379' } = environment;
      return new RedisClusterBus({
        url: `redis://${host}:${port}`,
        client: { username: login, password: passcode },
      });
    }
    case 'nats': {
      const { BROKER_PORT: port = '4222' } = environment;
      return new NatsClusterBus({ servers: `${host}:${port}`, user: login, pass: passcode });
    }
  }
}
