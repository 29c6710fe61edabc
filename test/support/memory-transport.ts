import type { EncodedFrame } from '../../src/session/encoded-frame.js';
import type { SessionTransport } from '../../src/session/session-transport.js';

/** A connection that ends in memory and records what a session does with it. */
export class MemoryTransport implements SessionTransport {
  /** Frames that reached the peer. */
  readonly sent: EncodedFrame[] = [];
  /** Frames sent too late to reach anybody: after the close. */
  readonly late: EncodedFrame[] = [];
  /** Each pause and resume, in order. */
  readonly reading: ('pause' | 'resume')[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  #taken = 0;
  #expected: { readonly count: number; readonly arrived: () => void } | undefined;

  send(frame: EncodedFrame): void {
    if (this.closed !== undefined) {
      this.late.push(frame);
      return;
    }
    this.sent.push(frame);
    this.#tell();
  }

  close(code: number, reason: string): void {
    if (this.closed !== undefined) return;
    this.closed = { code, reason };
    this.#tell();
  }

  pause(): void {
    this.reading.push('pause');
  }

  resume(): void {
    this.reading.push('resume');
  }

  /** What has been sent since the last call, each frame as text. */
  take(): string[] {
    const frames = this.sent.slice(this.#taken).map(textOf);
    this.#taken = this.sent.length;
    return frames;
  }

  /** The same, as soon as there are so many of them or the connection has been closed. */
  async takeWhenSent(count: number): Promise<string[]> {
    if (this.closed === undefined && this.sent.length - this.#taken < count) {
      await new Promise<void>((resolve) => {
        this.#expected = { count: this.#taken + count, arrived: resolve };
      });
    }
    return this.take();
  }

  #tell(): void {
    const expected = this.#expected;
    if (expected === undefined || (this.closed === undefined && this.sent.length < expected.count)) return;
    this.#expected = undefined;
    expected.arrived();
  }
}

/** The octets of a frame as text. */
export function textOf(frame: EncodedFrame): string {
  return Buffer.concat(frame.parts).toString('utf8');
}
