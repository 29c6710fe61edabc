/** Something that has written to its socket and holds the bytes back. */
export interface Flushable {
  flush(): void;
}

/**
 * The sockets written to in this turn of the event loop. All of them are flushed at its end, so that whatever
 * was written to one socket leaves in one system call.
 */
export class WriteBatch {
  readonly #waiting = new Set<Flushable>();
  readonly #flushAll = (): void => {
    for (const socket of this.#waiting) socket.flush();
    this.#waiting.clear();
  };

  add(socket: Flushable): void {
    if (this.#waiting.size === 0) setImmediate(this.#flushAll);
    this.#waiting.add(socket);
  }
}
