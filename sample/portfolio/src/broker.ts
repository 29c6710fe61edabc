import type { StompModuleOptions } from 'nestjs-stomp';
import { busOf, ENGINES, type EngineName } from './cluster-bus.js';

/** Which broker carries the topics. `BROKER` of the environment chooses one. */
export const BROKERS = ['simple', ...ENGINES, 'rabbitmq', 'artemis'] as const;

type BrokerName = (typeof BROKERS)[number];
type BrokerOptions = Pick<StompModuleOptions, 'simpleBroker' | 'brokerRelay'>;

const own = { destinationPrefixes: ['/topic', '/queue'], clientSend: 'deny' } as const;

/**
 * Over which the instances tell each other of their users and pass on what is for them. Visitors may subscribe by pattern, and at these
 * places no pattern of theirs matches (docs/broker-relay.md).
 */
const BETWEEN_INSTANCES = {
  rabbitmq: {
    userDestinationBroadcast: '/exchange/amq.direct/portfolio-messages',
    userRegistryBroadcast: '/exchange/amq.direct/portfolio-users',
  },
  artemis: {
    userDestinationBroadcast: '/topic/stomp-user.portfolio-messages',
    userRegistryBroadcast: '/topic/stomp-user.portfolio-users',
  },
} as const;

/**
 * The one part of the module's options that differs between them. `BROKER_HOST`, `BROKER_PORT`, `BROKER_LOGIN` and
 * `BROKER_PASSCODE` say where the broker is; without them it is on this machine, as `compose.yaml` starts it.
 *
 * @throws Error when there is no such broker
 */
export function brokerOf(environment: NodeJS.ProcessEnv): BrokerOptions {
  const name = brokerNameOf(environment);
  if (name === 'simple') return { simpleBroker: own };
  if (isEngine(name)) {
    // An instance alone is not what was asked for, so the boot fails and says what is missing.
    const cluster = { bus: busOf(name, environment), namespace: 'portfolio', failFast: true };
    return { simpleBroker: { ...own, cluster } };
  }
  const {
    BROKER_HOST: host,
    BROKER_PORT: port,
    BROKER_LOGIN: login,
    BROKER_PASSCODE: passcode,
  } = environment;
  return {
    brokerRelay: {
      ...own,
      ...BETWEEN_INSTANCES[name],
      profile: name,
      // The page subscribes to /topic/price.stock.*, and the rules let everybody hear every topic.
      clientPatterns: 'allow',
      failFast: true,
      host,
      port: port === undefined ? undefined : Number(port),
      clientLogin: login,
      clientPasscode: passcode,
      systemLogin: login,
      systemPasscode: passcode,
    },
  };
}

/** What to do when the broker is not there, for whoever has chosen it; nothing where there is no server. */
export function howToStart(environment: NodeJS.ProcessEnv): string | undefined {
  const name = brokerNameOf(environment);
  if (name === 'simple' || name === 'ipc') return undefined;
  return `BROKER=${name} needs a server: docker compose up ${name} starts one here, BROKER_HOST and BROKER_PORT name another.`;
}

function brokerNameOf({ BROKER: chosen = 'simple' }: NodeJS.ProcessEnv): BrokerName {
  const known = BROKERS.find((name) => name === chosen);
  if (known === undefined) throw new Error(`BROKER=${chosen} is none. There are: ${BROKERS.join(', ')}`);
  return known;
}

function isEngine(name: BrokerName): name is EngineName {
  return ENGINES.some((engine) => engine === name);
}
