import {
  type AcknowledgementSettings,
  DEFAULT_ACKNOWLEDGEMENT_SETTINGS,
} from '../broker/acknowledgement-settings.js';
import { strings, whole, wrong } from './option-values.js';
import type { SimpleBrokerOptions } from './stomp-module-options.js';

/** @throws StompConfigurationError naming the option and the remedy */
export function acknowledgementSettings(options: SimpleBrokerOptions): AcknowledgementSettings {
  const given = { ...DEFAULT_ACKNOWLEDGEMENT_SETTINGS, ...definedOf(options) };
  return {
    prefetch: whole('simpleBroker.prefetch', given.prefetch, 1),
    unacknowledgedLimit: whole('simpleBroker.unacknowledgedLimit', given.unacknowledgedLimit, 1),
    unacknowledgedBytesLimit: whole(
      'simpleBroker.unacknowledgedBytesLimit',
      given.unacknowledgedBytesLimit,
      1,
    ),
    ackTimeoutMs: whole('simpleBroker.ackTimeoutMs', given.ackTimeoutMs, 0),
    deadLetterDestination: deadLetterDestination(options),
    maxDeliveries: whole('simpleBroker.maxDeliveries', given.maxDeliveries, 1),
  };
}

/**
 * Queues that the broker does not serve would be none.
 *
 * @throws StompConfigurationError naming the option and the remedy
 */
export function queuePrefixes(options: SimpleBrokerOptions): readonly string[] {
  const value = strings('simpleBroker.queuePrefixes', options.queuePrefixes ?? []);
  if (value.every((prefix) => isServed(prefix, options))) return value;
  throw wrong(
    'simpleBroker.queuePrefixes',
    value,
    'Name prefixes below simpleBroker.destinationPrefixes, or add them there.',
  );
}

/** Nobody would get dead letters that the broker does not serve. */
function deadLetterDestination(options: SimpleBrokerOptions): string | undefined {
  const { deadLetterDestination: value } = options;
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '' && isServed(value, options)) return value;
  throw wrong(
    'simpleBroker.deadLetterDestination',
    value,
    'Name a destination below simpleBroker.destinationPrefixes, or leave it out.',
  );
}

function isServed(destination: string, { destinationPrefixes = [] }: SimpleBrokerOptions): boolean {
  return (
    destinationPrefixes.length === 0 || destinationPrefixes.some((prefix) => destination.startsWith(prefix))
  );
}

/** An option that is `undefined` is not given. */
function definedOf(options: SimpleBrokerOptions): Partial<AcknowledgementSettings> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
