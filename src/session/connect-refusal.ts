import type { Principal } from '../messaging/principal.js';
import { impossibleExpiryOf, remainingTimeOf } from './principal-expiry.js';
import { SessionError } from './session-error.js';
import type { StompSessionContext } from './stomp-session-context.js';

/** Why a user whom everybody has let in may not have a session now; `undefined` when nothing is against it. */
export function connectRefusal(
  user: Principal | undefined,
  { maxSessionsPerUser, sessionsOf }: StompSessionContext,
): SessionError | undefined {
  if (remainingTimeOf(user) <= 0) return SessionError.principalExpired(impossibleExpiryOf(user));
  if (user === undefined || maxSessionsPerUser === 0 || sessionsOf(user) < maxSessionsPerUser)
    return undefined;
  return SessionError.sessionLimit(maxSessionsPerUser);
}
