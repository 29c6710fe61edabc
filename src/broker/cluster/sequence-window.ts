/** How far behind the newest a number may come and still be known. A multiple of 32. */
const SIZE = 4096;

/**
 * Which of a node's numbers have been seen. They need not come in order: copies that a bus delivers for two subscriptions
 * may overtake each other. A number that is too old to be known counts as seen.
 */
export class SequenceWindow {
  readonly #bits = new Uint32Array(SIZE / 32);
  #newest = -1;

  /** @returns whether the number is new; it is seen from now on */
  isNew(sequence: number): boolean {
    if (sequence > this.#newest) {
      this.#advance(sequence);
      return true;
    }
    if (this.#newest - sequence >= SIZE) return false;
    const slot = sequence % SIZE;
    const mask = 1 << (slot & 31);
    const word = slot >>> 5;
    if ((this.#bits[word] & mask) !== 0) return false;
    this.#bits[word] |= mask;
    return true;
  }

  #advance(sequence: number): void {
    if (sequence - this.#newest >= SIZE) this.#bits.fill(0);
    else for (let next = this.#newest + 1; next < sequence; next++) this.#clear(next % SIZE);
    const slot = sequence % SIZE;
    this.#bits[slot >>> 5] |= 1 << (slot & 31);
    this.#newest = sequence;
  }

  #clear(slot: number): void {
    this.#bits[slot >>> 5] &= ~(1 << (slot & 31));
  }
}
