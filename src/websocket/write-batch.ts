import { FrameSequence } from './frame-sequence.js';

/** Something that holds back what it will write to its socket. */
export interface Flushable {
  /** Octets held back. */
  readonly heldBytes: number;
  flush(): void;
}

/**
 * The sockets that have something to write in this turn of the event loop. All of them are flushed at its end, so that
 * whatever was sent to one socket leaves in one system call.
 */
export class WriteBatch {
  #waiting = new Set<Flushable>();
  #beginning = new FrameSequence();
  readonly #flushAll = (): void => {
    const sockets = this.#waiting;
    // What a flush leads to belongs to the next turn, also for a socket that has been flushed.
    this.#waiting = new Set();
    this.#beginning = new FrameSequence();
    for (const socket of sockets) socket.flush();
  };

  /** Octets that all sockets hold back together. */
  get heldBytes(): number {
    let bytes = 0;
    for (const socket of this.#waiting) bytes += socket.heldBytes;
    return bytes;
  }

  /** @returns the beginning of what the sockets are sent in this turn */
  add(socket: Flushable): FrameSequence {
    if (this.#waiting.size === 0) setImmediate(this.#flushAll);
    this.#waiting.add(socket);
    return this.#beginning;
  }
}
