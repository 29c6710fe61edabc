import { quoteForMessage } from '../messaging/quoted-text.js';
import type { SendOutcome } from '../messaging/message-channel.js';
import { type ClientCommand, isClientCommand, type StompCommand } from '../protocol/stomp-command.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import { CloseCode, SessionError } from './session-error.js';

/**
 * The longest destination of a client's frame, in characters. What a publish costs is the patterns subscribed
 * times the destination, so both are bounded; destinations seen in the wild have less than a hundred.
 */
const MAX_DESTINATION_LENGTH = 1024;

/** @throws SessionError when a SEND or SUBSCRIBE does not say where to, or says it at too great length */
export function requireDestination(frame: StompFrame): void {
  const destination = frame.headers.get('destination');
  if (destination === undefined || destination === '') {
    throw new SessionError('STOMP_ERR_INVALID_FRAME', `${frame.command} needs a destination header`);
  }
  if (destination.length > MAX_DESTINATION_LENGTH) {
    throw new SessionError(
      'STOMP_ERR_DESTINATION_LIMIT',
      `The destination is longer than ${MAX_DESTINATION_LENGTH} characters`,
      CloseCode.MESSAGE_TOO_BIG,
    );
  }
}

/** Commands of a conversation that has begun. */
export type ConversationCommand = Exclude<ClientCommand, 'CONNECT' | 'STOMP'>;

/** @throws SessionError when a client that has connected may not send this command */
export function requireConversation(command: StompCommand): asserts command is ConversationCommand {
  if (!isClientCommand(command)) {
    throw new SessionError('STOMP_ERR_INVALID_FRAME', `${command} is a server frame. Clients send SEND`);
  }
  if (command === 'CONNECT' || command === 'STOMP') {
    throw new SessionError('STOMP_ERR_ALREADY_CONNECTED', 'The session is connected already');
  }
}

/**
 * A client that waits for an answer is told when there will be none. It knows the destination; the log does not.
 *
 * @throws SessionError when nothing in the application took the frame
 */
export function requireHandled(command: string, outcome: SendOutcome, destination?: string): void {
  if (outcome === 'handled') return;
  const [text, closeCode] =
    outcome === 'vetoed'
      ? [`${command} was not accepted`, CloseCode.POLICY_VIOLATION]
      : [`Nothing handles this ${command}. Check its destination`, CloseCode.PROTOCOL_ERROR];
  const detail = destination === undefined ? undefined : `to ${quoteForMessage(destination)}`;
  throw new SessionError('STOMP_ERR_NOT_ROUTABLE', text, closeCode, detail);
}
