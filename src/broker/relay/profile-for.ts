import { ActiveMqProfile } from './activemq-profile.js';
import type { BrokerProfile, BrokerProfileName, DestinationMapping } from './broker-profile.js';
import { GenericProfile } from './generic-profile.js';
import { RabbitMqProfile } from './rabbitmq-profile.js';

/** What a profile can be told. */
export interface ProfileSettings {
  readonly mapping: DestinationMapping;
  readonly queueArguments: Readonly<Record<string, string>>;
}

export function profileFor(
  name: BrokerProfileName,
  { mapping, queueArguments }: ProfileSettings,
): BrokerProfile {
  switch (name) {
    case 'rabbitmq':
      return new RabbitMqProfile(mapping, queueArguments);
    case 'activemq':
    case 'artemis':
      return new ActiveMqProfile(name, mapping);
    default:
      return new GenericProfile();
  }
}
