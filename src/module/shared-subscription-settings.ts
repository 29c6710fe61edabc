import type { BrokerRelaySettings } from '../broker/relay/relay-settings.js';
import type { SharedSubscriptionsOptions } from './broker-relay-options.js';
import { knownOnly } from './known-options.js';
import { strings, whole, wrong } from './option-values.js';

const OPTION = 'brokerRelay.sharedSubscriptions';

/** Words of RabbitMQ, ActiveMQ and Artemis for what gives each message to one consumer. */
const QUEUES = ['/queue', '/amq/queue', '/temp-queue', '/reply-queue', '/remote-temp-queue'];

/**
 * @param relayed `brokerRelay.destinationPrefixes`
 * @throws StompConfigurationError naming the option and the remedy
 */
export function sharedSubscriptionSettings(
  options: SharedSubscriptionsOptions | undefined,
  relayed: readonly string[],
): BrokerRelaySettings['sharedSubscriptions'] {
  if (options === undefined) return { destinationPrefixes: [], connections: 1 };
  knownOnly(OPTION, options);
  const option = `${OPTION}.destinationPrefixes`;
  const destinationPrefixes = strings(option, options.destinationPrefixes);
  for (const prefix of destinationPrefixes) {
    if (!relayed.some((outer) => prefix.startsWith(outer)))
      throw wrong(
        option,
        prefix,
        `It has to lie within brokerRelay.destinationPrefixes: ${relayed.join(', ')}.`,
      );
    if (QUEUES.some((queue) => prefix.startsWith(queue) || queue.startsWith(prefix)))
      throw wrong(
        option,
        prefix,
        'Name topics: a queue gives each message to one consumer, which all would be.',
      );
  }
  return {
    destinationPrefixes,
    connections: whole(`${OPTION}.connections`, options.connections ?? 2, 1),
  };
}
