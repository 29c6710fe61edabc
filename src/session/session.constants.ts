/** Frames handled in one go before other sessions get their turn. */
export const FRAMES_PER_TURN = 64;

/** Octets that may wait behind a frame whose handlers are still busy before the socket is no longer read. */
export const WAITING_BYTES = 64 * 1024;

/** SENDs of one session that may be with their handlers at a time when order is not preserved. */
export const CONCURRENT_SENDS = 64;

/** How long handlers may still work on the frames of a connection that is gone. */
export const DRAIN_MS = 10_000;
