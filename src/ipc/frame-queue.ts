const EMPTY = Buffer.alloc(0);

/** Copies share memory of this size: a quarter of the chunks in which Node reads, so that a run of one fits. */
const COPIES_BYTES = 16 * 1024;

/** What waits for one connection. Frames that lie side by side in memory, as they have come, leave as one buffer. */
export class FrameQueue {
  #buffers: Buffer[] = [];
  #first = 0;
  #bytes = 0;
  // The last frames of the queue, as long as they lie side by side.
  #memory: ArrayBufferLike | undefined;
  #start = 0;
  #end = 0;
  /** How many of the buffers have been looked at by {@link detach}. */
  #detached = 0;
  #copies = EMPTY;
  #copied = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(frame: Buffer): void {
    this.#bytes += frame.length;
    if (frame.buffer === this.#memory && frame.byteOffset === this.#end) {
      this.#end += frame.length;
      return;
    }
    this.#closeRun();
    this.#memory = frame.buffer;
    this.#start = frame.byteOffset;
    this.#end = frame.byteOffset + frame.length;
  }

  /** The next buffer; an empty one when nothing waits. */
  shift(): Buffer {
    if (this.#first === this.#buffers.length) this.#closeRun();
    const buffer = this.#buffers[this.#first];
    if (buffer === undefined) return EMPTY;
    this.#first++;
    this.#bytes -= buffer.length;
    if (this.#first === this.#buffers.length) this.#drop();
    // Moving the rest forward each time would make a long queue slow.
    else if (this.#first > 1024 && this.#first * 2 > this.#buffers.length) {
      this.#buffers = this.#buffers.slice(this.#first);
      this.#detached = Math.max(0, this.#detached - this.#first);
      this.#first = 0;
    }
    return buffer;
  }

  /**
   * To be called when the queue has to wait: a few frames shall not keep the whole chunk alive in which they have come. After
   * that the queue keeps no more than four times its number of octets.
   */
  detach(): void {
    this.#closeRun();
    const fresh = this.#buffers.splice(Math.max(this.#first, this.#detached));
    for (const run of fresh) {
      if (run.length * 4 > run.buffer.byteLength) this.#buffers.push(run);
      else this.#copy(run);
    }
    this.#detached = this.#buffers.length;
  }

  clear(): void {
    this.#drop();
    this.#memory = undefined;
    this.#bytes = 0;
  }

  #closeRun(): void {
    if (this.#memory === undefined) return;
    this.#buffers.push(Buffer.from(this.#memory as ArrayBuffer, this.#start, this.#end - this.#start));
    this.#memory = undefined;
  }

  /** What is copied one after the other lies side by side again, and is one buffer. */
  #copy(run: Buffer): void {
    if (this.#copies.length - this.#copied < run.length) {
      this.#copies = Buffer.allocUnsafeSlow(Math.max(COPIES_BYTES, run.length));
      this.#copied = 0;
    }
    const [last, start, end] = [this.#buffers.length - 1, this.#copied, this.#copied + run.length];
    run.copy(this.#copies, start);
    this.#copied = end;
    const before = last < this.#first ? undefined : this.#buffers[last];
    if (before?.buffer === this.#copies.buffer && before.byteOffset + before.length === start) {
      this.#buffers[last] = this.#copies.subarray(before.byteOffset, end);
    } else {
      this.#buffers.push(this.#copies.subarray(start, end));
    }
  }

  #drop(): void {
    this.#buffers = [];
    this.#first = 0;
    this.#detached = 0;
    this.#copies = EMPTY;
    this.#copied = 0;
  }
}
