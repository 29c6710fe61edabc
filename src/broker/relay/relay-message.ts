import type { Message } from '../../messaging/message.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import type { BrokerProfile } from './broker-profile.js';
import { headersOfMessage } from './relay-headers.js';
import type { RelaySubscription } from './relay-subscription.js';

/** What a MESSAGE of the broker is for all clients that have subscribed to one destination. */
export function broadcastOf(
  { headers, body }: StompFrame,
  subscribed: string,
  isPattern: boolean,
  profile: BrokerProfile,
): Message<Uint8Array> {
  const matched = isPattern ? headers.get('destination') : undefined;
  return {
    payload: body,
    headers: {
      simpMessageType: 'MESSAGE',
      simpDestination: matched === undefined ? subscribed : profile.fromBroker(matched),
      contentType: headers.get('content-type'),
      nativeHeaders: headersOfMessage(headers),
    },
  };
}

/**
 * What a MESSAGE of the broker is for a client. Its destination is the one that the client has subscribed to, because brokers
 * put together one of their own; only what a pattern has matched is read from the frame.
 */
export function messageOf(
  frame: StompFrame,
  simpSessionId: string,
  { request }: RelaySubscription,
  profile: BrokerProfile,
  simpAckId: string | undefined,
): Message<Uint8Array> {
  const message = broadcastOf(frame, request.destination, request.isPattern, profile);
  return {
    payload: message.payload,
    headers: {
      ...message.headers,
      simpSessionId,
      simpSubscriptionId: request.id,
      simpAckId,
      simpRedelivered: frame.headers.get('redelivered') === 'true' ? true : undefined,
    },
  };
}
