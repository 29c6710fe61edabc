import {
  BrokerAvailabilityEvent,
  ClusterAvailabilityEvent,
  ClusterNodeEvent,
  SessionConnectedEvent,
  SessionConnectEvent,
  SessionDisconnectEvent,
  SessionSubscribedEvent,
  SessionSubscribeEvent,
  SessionUnsubscribedEvent,
  SessionUnsubscribeEvent,
  type StompEvent,
} from '../session/stomp-event.js';
import type { StompEventListener } from '../session/stomp-event-bus.js';

/**
 * What the bridge needs of an event emitter. Node's own fits, and the `EventEmitter2` of `@nestjs/event-emitter`.
 *
 * @publicApi
 */
export interface EventEmitterLike {
  emit(name: string, event: unknown): unknown;
}

const NAMES: readonly (readonly [abstract new (...args: never[]) => StompEvent, string])[] = [
  [SessionConnectEvent, 'stomp.session.connect'],
  [SessionConnectedEvent, 'stomp.session.connected'],
  [SessionSubscribeEvent, 'stomp.session.subscribe'],
  [SessionSubscribedEvent, 'stomp.session.subscribed'],
  [SessionUnsubscribeEvent, 'stomp.session.unsubscribe'],
  [SessionUnsubscribedEvent, 'stomp.session.unsubscribed'],
  [SessionDisconnectEvent, 'stomp.session.disconnect'],
  [BrokerAvailabilityEvent, 'stomp.broker.availability'],
  [ClusterAvailabilityEvent, 'stomp.cluster.availability'],
  [ClusterNodeEvent, 'stomp.cluster.node'],
];

/** A listener that passes every event on to an emitter. */
export function bridgeTo(emitter: EventEmitterLike): StompEventListener {
  return (event) => {
    const name = NAMES.find(([type]) => event instanceof type)?.[1];
    if (name !== undefined) emitter.emit(name, event);
  };
}
