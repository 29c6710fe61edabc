import { EVENT_LISTENER_METADATA } from './annotation.constants.js';
import { defineMetadataOn } from './mapping-metadata.js';

/** A class of events; a base class stands for all that extend it. */
export type EventType = abstract new (...args: never[]) => object;

/**
 * Calls a method of a controller or provider for every event of these classes: `SessionConnectedEvent`,
 * `SessionDisconnectEvent`, `BrokerAvailabilityEvent` … Without a class it is the type of the method's first parameter,
 * as in Spring.
 *
 * ```ts
 * @EventListener()
 * left({ user, closeStatus }: SessionDisconnectEvent): void {}
 * ```
 *
 * Events are not messages of a client: guards, pipes, interceptors and filters do not run for them. What a listener
 * throws is logged and costs nobody else anything. What it returns for a `SessionDisconnectEvent` is awaited before
 * the session counts as gone.
 *
 * @publicApi
 */
export function EventListener(...types: EventType[]): MethodDecorator {
  return defineMetadataOn(EVENT_LISTENER_METADATA, types);
}
