import { Logger } from '@nestjs/common';
import { RelayUserBroadcast } from '../broker/relay/relay-user-broadcast.js';
import type { StompBrokerRelay } from '../broker/relay/stomp-broker-relay.js';
import { NO_NATIVE_HEADERS } from '../messaging/native-headers.js';
import type { StompEventBus } from '../session/stomp-event-bus.js';
import type { TimerWheel } from '../session/timer-wheel.js';
import type { DefaultSimpUserRegistry } from '../user/default-simp-user-registry.js';
import type {
  UserDestinationBroadcast,
  UserDestinationMessageHandler,
} from '../user/user-destination-message-handler.js';
import { UserRegistryBroadcast } from '../user/user-registry-broadcast.js';

/** Takes messages for users to all instances, over the broker. */
export function userDestinationBroadcastOver(
  relay: StompBrokerRelay,
  destination: string,
  handler: () => UserDestinationMessageHandler,
): UserDestinationBroadcast {
  return new RelayUserBroadcast(destination, relay.broadcasts, (message) =>
    handler().handleBroadcast(message),
  );
}

/** Tells all instances of the users of each, over the broker. It has to be started and stopped. */
export function userRegistryBroadcastOver(
  relay: StompBrokerRelay,
  destination: string,
  registry: DefaultSimpUserRegistry,
  events: StompEventBus,
  wheel: TimerWheel,
): UserRegistryBroadcast {
  const { broadcasts } = relay;
  const headers = {
    simpMessageType: 'MESSAGE',
    contentType: 'application/json',
    nativeHeaders: NO_NATIVE_HEADERS,
  } as const;
  const broadcast = new UserRegistryBroadcast(
    broadcasts.nodeId,
    registry,
    (payload) => broadcasts.publish(destination, { payload, headers }),
    wheel,
    new Logger('SimpUserRegistry'),
  );
  broadcasts.listen(
    destination,
    ({ body }) => broadcast.receive(body),
    () => broadcast.tellSoon(),
  );
  events.subscribe(broadcast.onEvent);
  return broadcast;
}
