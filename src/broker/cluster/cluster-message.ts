import type { Message, UserElsewhere } from '../../messaging/message.js';
import type { ClusterMessage } from './cluster-packet.js';

/** More than a record needs beside texts and body. */
const FIELDS_MOST_BYTES = 64;

/** A message as other nodes are sent it, when it is for nobody in particular. */
export function fromPublished({ payload, headers }: Message<Uint8Array>): ClusterMessage {
  const { simpDestination: destination = '', contentType, nativeHeaders } = headers;
  return { destination, contentType, nativeHeaders, body: payload };
}

/** The same for a user's message, or one of his sessions'. */
export function fromSentToUser(
  message: Message<Uint8Array>,
  { user, sessionId }: UserElsewhere,
): ClusterMessage {
  return { ...fromPublished(message), subscribed: message.headers.simpOrigDestination, user, sessionId };
}

/** As many octets as its record has at most, without looking at every character. */
export function mostBytesOf(message: ClusterMessage): number {
  const { destination, contentType = '', subscribed = '', user = '', sessionId = '' } = message;
  const characters =
    destination.length + contentType.length + subscribed.length + user.length + sessionId.length;
  let most = FIELDS_MOST_BYTES + message.body.length + 3 * characters;
  for (const [name, values] of message.nativeHeaders)
    for (const value of values) most += 8 + 3 * (name.length + value.length);
  return most;
}
