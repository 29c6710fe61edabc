import { detached } from '../../messaging/detached-text.js';
import { firstNativeHeader, type Message } from '../../messaging/message.js';
import { ackModeOf, prefetchOf } from '../../session/ack-mode.js';
import type { BrokerProfile } from './broker-profile.js';
import type { ClientDestinations } from './client-destinations.js';
import type { RelaySubscriptionRequest } from './relay-subscription.js';

/**
 * What a client's SUBSCRIBE asks of the broker. Everything that is kept is a copy: it would hold the whole frame.
 *
 * @param isPrivate whether it is for a user destination, translated
 * @param number among the session's subscriptions
 * @throws MessageRejectedError when clients may not subscribe to this
 */
export function subscriptionRequest(
  message: Message,
  isPrivate: boolean,
  number: number,
  {
    profile,
    destinations,
    prefetch,
  }: { profile: BrokerProfile; destinations: ClientDestinations; prefetch: number },
): RelaySubscriptionRequest {
  const {
    simpDestination = '',
    simpOrigDestination,
    simpSubscriptionId = '',
    simpSessionId = '',
  } = message.headers;
  const mode = ackModeOf(firstNativeHeader(message, 'ack')) ?? 'auto';
  const wanted = prefetchOf(firstNativeHeader(message, 'prefetch')) ?? Infinity;
  const isPattern = destinations.requireSubscribable(simpDestination, isPrivate);
  const destination = detached(simpDestination);
  const brokerDestination = isPrivate
    ? profile.privateDestination(destination, simpSessionId)
    : profile.toBroker(destination);
  const wish = {
    destination: brokerDestination,
    acknowledges: mode !== 'auto',
    prefetch: Math.min(wanted, prefetch),
  };
  const asked = [...destinations.subscribeHeaders(message)];
  return {
    id: detached(simpSubscriptionId),
    number,
    destination: simpOrigDestination === undefined ? destination : detached(simpOrigDestination),
    target: isPrivate ? destination : undefined,
    brokerDestination,
    isPattern,
    mode,
    isPlain: asked.length === 0,
    headers: [...profile.subscribeHeaders(wish), ...asked],
  };
}
