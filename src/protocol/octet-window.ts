import { EMPTY_BODY } from './stomp-frame.js';

const MIN_STORAGE_BYTES = 256;

/**
 * The octets of a stream that have arrived and are not done with.
 *
 * A chunk is looked at in place as long as nothing is left over from the one before. What is left over is copied, into
 * memory that grows with what really arrived, so that each octet is moved a bounded number of times however small the
 * chunks are.
 */
export class OctetWindow {
  /** All octets at hand; those before {@link start} are done with. */
  octets: Buffer = EMPTY_BODY;

  /** The first octet that is not done with. Moving it on is how octets are consumed. */
  start = 0;

  // The memory behind `octets` when it is our own. It is only ever appended to, never moved within itself: bodies that
  // were handed out are views on it.
  #storage: Buffer | undefined;

  /** How many octets are not done with. */
  get length(): number {
    return this.octets.length - this.start;
  }

  /** Adds a chunk at the end. The chunk must not change until {@link keep} or {@link clear} is called. */
  push(chunk: Uint8Array): void {
    if (this.length > 0) {
      this.#append(chunk);
      return;
    }
    this.octets = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.start = 0;
    this.#storage = undefined;
  }

  /** Lets go of the chunks, by copying what is left of them. */
  keep(): void {
    if (this.length === 0) this.clear();
    else if (this.#storage === undefined) this.#append(EMPTY_BODY);
  }

  /** Drops everything. */
  clear(): void {
    this.octets = EMPTY_BODY;
    this.start = 0;
    this.#storage = undefined;
  }

  #append(chunk: Uint8Array): void {
    let used = this.octets.length;
    let storage = this.#storage;
    if (storage === undefined || used + chunk.length > storage.length) {
      used = this.length;
      storage = Buffer.allocUnsafe(Math.max(2 * (used + chunk.length), MIN_STORAGE_BYTES));
      this.octets.copy(storage, 0, this.start);
      this.start = 0;
      this.#storage = storage;
    }
    storage.set(chunk, used);
    this.octets = storage.subarray(0, used + chunk.length);
  }
}
