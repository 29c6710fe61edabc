import { Duplex } from 'node:stream';

/** A socket in memory that takes octets at once, or only when the test lets it. */
export class SlowSocket extends Duplex {
  /** What left in one go: a system call each. */
  readonly calls: Buffer[] = [];
  #stalled = false;
  #taken = 0;
  #waiting: (() => void) | undefined;

  /** As that of `net.Socket`: octets that were ever written, those that wait included. */
  get bytesWritten(): number {
    return this.#taken + this.writableLength;
  }

  get text(): string {
    return Buffer.concat(this.calls).toString('latin1');
  }

  /** From now on nothing is taken. */
  stall(): void {
    this.#stalled = true;
  }

  /** Takes what is being written now; what waits behind it is begun. */
  takeOne(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  /** Takes everything from now on. */
  flow(): void {
    this.#stalled = false;
    this.takeOne();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#call(chunk, done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#call(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  #call(octets: Buffer, done: () => void): void {
    this.calls.push(octets);
    const finish = (): void => {
      this.#taken += octets.length;
      done();
    };
    if (this.#stalled) this.#waiting = finish;
    else finish();
  }
}
