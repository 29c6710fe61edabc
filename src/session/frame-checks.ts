import type { SendOutcome } from '../messaging/message-channel.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import { CloseCode, SessionError } from './session-error.js';

/** @throws SessionError when a SEND or SUBSCRIBE does not say where to */
export function requireDestination(frame: StompFrame): void {
  const destination = frame.headers.get('destination');
  if (destination === undefined || destination === '') {
    throw new SessionError('STOMP_ERR_INVALID_FRAME', `${frame.command} needs a destination header`);
  }
}

/**
 * A client that waits for an answer is told when there will be none.
 *
 * @throws SessionError when nothing in the application took the frame
 */
export function requireHandled(command: string, outcome: SendOutcome): void {
  if (outcome === 'handled') return;
  throw outcome === 'vetoed'
    ? new SessionError('STOMP_ERR_NOT_ROUTABLE', `${command} was not accepted`, CloseCode.POLICY_VIOLATION)
    : new SessionError('STOMP_ERR_NOT_ROUTABLE', `Nothing handles this ${command}. Check its destination`);
}
