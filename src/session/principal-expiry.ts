import type { Principal } from '../messaging/principal.js';
import type { SessionTimers } from './session-timers.js';

/** How long a user's credentials are still good, in milliseconds; `Infinity` when they have no end. */
export function remainingTimeOf(user: Principal | undefined, now = Date.now()): number {
  if (user?.expiresAt === undefined) return Infinity;
  const remaining = Number(user.expiresAt) - now;
  // What is no time at all must not count as none: the end would be lost.
  return Number.isNaN(remaining) ? 0 : remaining;
}

/** Calls back when a user's credentials end, if they do. */
export function whenExpired(user: Principal | undefined, timers: SessionTimers, callback: () => void): void {
  const remainingMs = remainingTimeOf(user);
  if (Number.isFinite(remainingMs)) timers.after(remainingMs, callback);
}
