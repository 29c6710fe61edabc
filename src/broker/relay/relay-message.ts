import type { Message } from '../../messaging/message.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import type { BrokerProfile } from './broker-profile.js';
import { headersOfMessage } from './relay-headers.js';
import type { RelaySubscription } from './relay-subscription.js';

/**
 * What a MESSAGE of the broker is for a client. Its destination is the one that the client has subscribed to, because brokers
 * put together one of their own; only what a pattern has matched is read from the frame.
 */
export function messageOf(
  { headers, body }: StompFrame,
  simpSessionId: string,
  { request }: RelaySubscription,
  profile: BrokerProfile,
  simpAckId: string | undefined,
): Message<Uint8Array> {
  const matched = request.isPattern ? headers.get('destination') : undefined;
  const contentType = headers.get('content-type');
  return {
    payload: body,
    headers: {
      simpMessageType: 'MESSAGE',
      simpDestination: matched === undefined ? request.destination : profile.fromBroker(matched),
      simpSessionId,
      simpSubscriptionId: request.id,
      simpAckId,
      simpRedelivered: headers.get('redelivered') === 'true' ? true : undefined,
      contentType,
      nativeHeaders: headersOfMessage(headers),
    },
  };
}
