import type { EncodedFrame } from '../session/encoded-frame.js';
import { OverflowQueue, type OverflowPolicy } from './overflow-queue.js';

/** What is asked of the socket below. */
export interface SocketOverflowPort {
  /** Whether the socket may be given the frame without too much waiting in it. */
  hasRoomFor(frame: EncodedFrame): boolean;
  write(frame: EncodedFrame): void;
  /** Calls back when everything that has been written has left, or never will. */
  whenDrained(callback: () => void): void;
  /** So many messages will not be sent. */
  leftOut(count: number): void;
  /** A message neither fits nor may be left out: the client has to be given up. */
  full(): void;
}

/**
 * What waits for a slow client above its socket. A frame that the socket has been given is never taken back, so what may
 * still be left out or replaced must not be given to it too early.
 */
export class SocketOverflow {
  readonly #queue: OverflowQueue;
  #isWaiting = false;

  /** @param maxBytes what may wait here, beside as much in the socket */
  constructor(
    private readonly policyOf: (destination: string) => OverflowPolicy,
    maxBytes: number,
    private readonly port: SocketOverflowPort,
  ) {
    this.#queue = new OverflowQueue(maxBytes);
  }

  /** Bytes of the messages that wait. */
  get bytes(): number {
    return this.#queue.bytes;
  }

  /**
   * Takes a frame for which there is no room, or behind which others wait already.
   *
   * @returns whether it did; if not, the frame is to be written
   */
  holds(frame: EncodedFrame): boolean {
    const { delivery } = frame;
    if (delivery === undefined) return false;
    if (this.#queue.size === 0 && this.port.hasRoomFor(frame)) return false;
    const policy = this.policyOf(delivery.destination);
    if (policy === 'disconnect') return false;
    const leftOut = this.#queue.offer(frame, policy);
    if (leftOut === 'full') {
      this.port.full();
      return true;
    }
    if (leftOut > 0) this.port.leftOut(leftOut);
    this.#wait();
    return true;
  }

  forget(subscriptionId: string): void {
    this.#queue.forget(subscriptionId);
  }

  /** Gives the socket everything that waits: the session ends well, and what was sent before that has to leave. */
  flush(): void {
    for (let next = this.#queue.peek(); next !== undefined; next = this.#queue.peek()) {
      this.#queue.shift();
      this.port.write(next);
    }
  }

  clear(): void {
    this.#queue.clear();
  }

  #wait(): void {
    if (this.#isWaiting || this.#queue.size === 0) return;
    this.#isWaiting = true;
    this.port.whenDrained(() => {
      this.#isWaiting = false;
      this.#refill();
    });
  }

  #refill(): void {
    for (let next = this.#queue.peek(); next !== undefined; next = this.#queue.peek()) {
      if (!this.port.hasRoomFor(next)) break;
      this.#queue.shift();
      this.port.write(next);
    }
    this.#wait();
  }
}
