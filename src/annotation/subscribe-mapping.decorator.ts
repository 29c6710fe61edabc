import { SUBSCRIBE_MAPPING_METADATA } from './annotation.constants.js';
import { defineValues } from './mapping-metadata.js';

/**
 * Handles subscriptions of clients to these destinations, behind an application prefix. What the method returns
 * goes straight to the subscriber, once, without the broker: a snapshot, say, beside a subscription to the
 * changes. With `@SendTo` it is published instead. `snapshotThenLive` makes one subscription of the two.
 *
 * @param destinations any number, patterns as in `@MessageMapping`
 * @publicApi
 */
export function SubscribeMapping(...destinations: string[]): MethodDecorator {
  return defineValues(SUBSCRIBE_MAPPING_METADATA, destinations);
}
