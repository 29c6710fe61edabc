import {
  type AcknowledgementSettings,
  DEFAULT_ACKNOWLEDGEMENT_SETTINGS,
} from '../broker/acknowledgement-settings.js';
import { whole } from './option-values.js';
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
    maxDeliveries: whole('simpleBroker.maxDeliveries', given.maxDeliveries, 1),
  };
}

/** An option that is `undefined` is not given. */
function definedOf(options: SimpleBrokerOptions): Partial<AcknowledgementSettings> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
