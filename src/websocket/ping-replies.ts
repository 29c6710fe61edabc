import type { WebSocket } from 'ws';
import { TokenBucket } from '../session/token-bucket.js';

/** Pings and pongs that a client may send a second, and after a rest. Browsers send none, proxies and libraries one
 * every few seconds. */
const PER_SECOND = 10;
const BURST = 100;

/**
 * Answers a client's pings, one at a time: `ws` would write a pong for each, and a client that sends pings and reads
 * nothing could fill the memory with pongs. Only the latest ping need be answered (RFC 6455, section 5.5.3).
 */
export class PingReplies {
  /** Made with the first: browsers send none. */
  #bucket: TokenBucket | undefined;
  #isWriting = false;
  #latest: Buffer | undefined;

  /**
   * @param now milliseconds on a monotonic clock
   * @param onFlood called for every ping or pong too many
   */
  constructor(
    private readonly webSocket: Pick<WebSocket, 'pong'>,
    private readonly now: () => number,
    private readonly onFlood: () => void,
  ) {}

  /** A ping has arrived. */
  ping(data: Buffer): void {
    if (!this.#mayCome()) this.onFlood();
    else if (this.#isWriting) this.#latest = data;
    else this.#answer(data);
  }

  /** A pong has arrived, asked for or not. */
  pong(): void {
    if (!this.#mayCome()) this.onFlood();
  }

  #mayCome(): boolean {
    return (this.#bucket ??= new TokenBucket(PER_SECOND, BURST, this.now)).tryTake();
  }

  #answer(data: Buffer): void {
    this.#isWriting = true;
    this.webSocket.pong(data, false, (error) => {
      this.#isWriting = false;
      const latest = this.#latest;
      this.#latest = undefined;
      if (latest !== undefined && (error ?? undefined) === undefined) this.#answer(latest);
    });
  }
}
