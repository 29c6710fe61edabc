import type { Principal } from '../messaging/principal.js';
import type { SessionTimers } from './session-timers.js';

/** How long a user's credentials are still good, in milliseconds; `Infinity` when they have no end. */
export function remainingTimeOf(user: Principal | undefined, now = Date.now()): number {
  if (user?.expiresAt === undefined) return Infinity;
  const remaining = Number(user.expiresAt) - now;
  // What is no time at all must not count as none: the end would be lost.
  return Number.isNaN(remaining) ? 0 : remaining;
}

/** Before 1973 in milliseconds, and up to the year 5138 in seconds. */
const SECONDS_BELOW = 100_000_000_000;

/** For the log: what is wrong with an `expiresAt` that was never meant to be over already. */
export function impossibleExpiryOf(user: Principal | undefined): string | undefined {
  const time = Number(user?.expiresAt);
  if (Number.isNaN(time)) return 'expiresAt is no time';
  if (time <= 0 || time >= SECONDS_BELOW) return undefined;
  return `expiresAt ${time} is in 1970 to 1973: it is in milliseconds, the exp of a JWT in seconds`;
}

/** Calls back when a user's credentials end, if they do. */
export function whenExpired(user: Principal | undefined, timers: SessionTimers, callback: () => void): void {
  const remainingMs = remainingTimeOf(user);
  if (Number.isFinite(remainingMs)) timers.after(remainingMs, callback);
}
