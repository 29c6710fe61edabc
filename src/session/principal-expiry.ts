import type { Principal } from '../messaging/principal.js';

/** How long a user's credentials are still good, in milliseconds; `Infinity` when they have no end. */
export function remainingTimeOf(user: Principal | undefined, now = Date.now()): number {
  if (user?.expiresAt === undefined) return Infinity;
  const remaining = Number(user.expiresAt) - now;
  // What is no time at all must not count as none: the end would be lost.
  return Number.isNaN(remaining) ? 0 : remaining;
}
