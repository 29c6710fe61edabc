import type { StompModuleOptions } from 'nestjs-stomp';

/** Which broker carries the topics. `BROKER` of the environment chooses one. */
export const BROKERS = ['simple', 'rabbitmq', 'artemis'] as const;

type BrokerOptions = Pick<StompModuleOptions, 'simpleBroker' | 'brokerRelay'>;

const destinationPrefixes = ['/topic', '/queue'];

/**
 * The one part of the module's options that differs between them. `BROKER_HOST`, `BROKER_PORT`, `BROKER_LOGIN` and
 * `BROKER_PASSCODE` say where the broker is; without them it is on this machine, as `compose.yaml` starts it.
 *
 * @throws Error when there is no such broker
 */
export function brokerOf(environment: NodeJS.ProcessEnv): BrokerOptions {
  const {
    BROKER: name = 'simple',
    BROKER_HOST: host,
    BROKER_LOGIN: login,
    BROKER_PASSCODE: passcode,
  } = environment;
  switch (name) {
    case 'simple':
      return { simpleBroker: { destinationPrefixes, clientSend: 'deny' } };
    case 'rabbitmq':
    case 'artemis':
      return {
        brokerRelay: {
          profile: name,
          destinationPrefixes,
          clientSend: 'deny',
          // The page subscribes to /topic/price.stock.*, and the rules let everybody hear every topic.
          clientPatterns: 'allow',
          host,
          port: environment.BROKER_PORT === undefined ? undefined : Number(environment.BROKER_PORT),
          clientLogin: login,
          clientPasscode: passcode,
          systemLogin: login,
          systemPasscode: passcode,
        },
      };
    default:
      throw new Error(`BROKER=${name} is none. There are: ${BROKERS.join(', ')}`);
  }
}
