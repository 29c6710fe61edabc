/** The length of a frame is none, or beyond the limit: from here on nothing can be understood. */
export class FrameLengthError extends Error {
  override readonly name = 'FrameLengthError';

  constructor(length: number, limit: number) {
    super(`A frame of ${length} bytes is beyond the limit of 1 to ${limit}`);
  }
}

/**
 * Finds the frames in a stream of octets, however it is cut. A frame that lies whole in one chunk is not copied; another is
 * copied once, into a buffer of its own, so that a thousand small chunks cost no more than one.
 */
export class FrameReader {
  readonly #length = Buffer.allocUnsafe(4);
  #lengthBytes = 0;
  #partial: Buffer | undefined;
  #filled = 0;

  /** @param limit the longest frame; it may be raised when the other side has said what it sends */
  constructor(public limit: number) {}

  /** @throws FrameLengthError for what is no frame; nothing may be read after that */
  read(chunk: Buffer, found: (frame: Buffer) => void): void {
    for (let offset = 0; offset < chunk.length;) {
      if (this.#partial !== undefined) {
        offset += this.#fill(this.#partial, chunk, offset, found);
      } else if (this.#lengthBytes > 0 || chunk.length - offset < 4) {
        offset += this.#readLength(chunk, offset);
      } else {
        const end = offset + this.#frameBytes(chunk, offset);
        if (end <= chunk.length) {
          found(chunk.subarray(offset, end));
          offset = end;
        } else {
          this.#begin(end - offset);
        }
      }
    }
  }

  #begin(frameBytes: number): void {
    this.#partial = Buffer.allocUnsafeSlow(frameBytes);
    this.#filled = 0;
  }

  #fill(partial: Buffer, chunk: Buffer, offset: number, found: (frame: Buffer) => void): number {
    const copied = chunk.copy(partial, this.#filled, offset);
    this.#filled += copied;
    if (this.#filled === partial.length) {
      this.#partial = undefined;
      found(partial);
    }
    return copied;
  }

  /** The four octets of the length lie in two chunks, or more. */
  #readLength(chunk: Buffer, offset: number): number {
    const copied = chunk.copy(this.#length, this.#lengthBytes, offset);
    this.#lengthBytes += copied;
    if (this.#lengthBytes === 4) {
      this.#begin(this.#frameBytes(this.#length, 0));
      this.#lengthBytes = 0;
      this.#filled = this.#length.copy(this.#partial as Buffer);
    }
    return copied;
  }

  #frameBytes(source: Buffer, offset: number): number {
    const frameBytes = source.readUInt32BE(offset) + 4;
    if (frameBytes < 5 || frameBytes > this.limit) throw new FrameLengthError(frameBytes - 4, this.limit - 4);
    return frameBytes;
  }
}
