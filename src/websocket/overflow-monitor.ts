import type { MessagingLogger } from '../messaging/messaging-logger.js';

/** A slow client is told of once in this time. */
const TELL_AGAIN_MS = 60_000;

/** Counts the messages that slow clients have not been sent, and tells of each such client once a minute. */
export class OverflowMonitor {
  #leftOut = 0;

  /** @param now milliseconds on a monotonic clock */
  constructor(
    private readonly now: () => number,
    private readonly logger: MessagingLogger,
  ) {}

  /** Messages left out so far, of all clients. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** @returns to be told how many messages of a session are left out, each time */
  ofSession(sessionId: string): (count: number) => void {
    let leftOut = 0;
    let toldAt = -Infinity;
    return (count) => {
      this.#leftOut += count;
      leftOut += count;
      const now = this.now();
      if (now - toldAt < TELL_AGAIN_MS) return;
      toldAt = now;
      this.logger.warn(
        `Session ${sessionId} reads too slowly. Messages left out by transport.overflow so far: ${leftOut}`,
      );
    };
  }
}
