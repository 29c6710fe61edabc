import { withHeaders, type Message } from '../messaging/message.js';
import type { SendOutcome } from '../messaging/message-channel.js';
import type { SimpSession } from '../messaging/simp-session.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import { messageOf } from './frame-messages.js';
import { SessionError } from './session-error.js';

/** An ACK or NACK on its way to whoever sent the message that it is about. */
export interface Acknowledgement {
  readonly id: string;
  readonly message: Message;
}

/**
 * Reads an ACK or NACK by the rules of a version: 1.2 has `id`; 1.1 `message-id` and `subscription`, which may be
 * missing because Spring's client leaves it out; 1.0 `message-id` alone, and no NACK.
 *
 * @throws SessionError when it does not name a delivery
 */
export function acknowledgementOf(
  frame: StompFrame,
  session: SimpSession,
  version: StompVersion,
): Acknowledgement {
  const { command, headers } = frame;
  if (command === 'NACK' && version === '1.0') {
    throw new SessionError('STOMP_ERR_INVALID_FRAME', 'STOMP 1.0 has no NACK');
  }
  const name = version === '1.2' ? 'id' : 'message-id';
  const id = headers.get(name);
  if (id === undefined) {
    throw new SessionError('STOMP_ERR_INVALID_FRAME', `${command} needs the header ${name}`);
  }
  // StompJS writes `subscription` on 1.2 too, where it has no meaning.
  const subscription = version === '1.1' ? headers.get('subscription') : undefined;
  // A destination has no meaning here either, and must not look like one to the application's rules.
  const changes = { simpAckId: id, simpDestination: undefined };
  return { id, message: withHeaders(messageOf(frame, session, subscription), changes) };
}

/** @throws SessionError when nobody knows the delivery */
export function requireKnownDelivery(command: string, outcome: SendOutcome): void {
  if (outcome !== 'unhandled') return;
  throw new SessionError(
    'STOMP_ERR_UNKNOWN_DELIVERY',
    `${command} of a message that this session was not sent to be acknowledged`,
  );
}
