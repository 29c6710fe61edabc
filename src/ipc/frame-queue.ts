const EMPTY = Buffer.alloc(0);

/** What waits for one connection. Frames that lie side by side in memory, as they have come, leave as one buffer. */
export class FrameQueue {
  #buffers: Buffer[] = [];
  #first = 0;
  #bytes = 0;
  // The last frames of the queue, as long as they lie side by side.
  #memory: ArrayBufferLike | undefined;
  #start = 0;
  #end = 0;

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
      this.#first = 0;
    }
    return buffer;
  }

  /** To be called when the queue has to wait: a few frames shall not keep the whole chunk alive in which they have come. */
  detach(): void {
    const memory = this.#memory;
    this.#closeRun();
    const last = this.#buffers.at(-1);
    if (memory === undefined || last === undefined || last.length * 4 > memory.byteLength) return;
    this.#buffers[this.#buffers.length - 1] = Buffer.from(last);
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

  #drop(): void {
    this.#buffers = [];
    this.#first = 0;
  }
}
