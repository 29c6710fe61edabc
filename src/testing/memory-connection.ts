import type { EncodedFrame } from '../session/encoded-frame.js';
import type { SessionTransport } from '../session/session-transport.js';
import type { CloseStatus } from '../session/stomp-event.js';
import { closeReason } from '../websocket/close-reason.js';

/** What the connection needs of the session at its far end. */
export interface FarEnd {
  receive(chunk: Uint8Array): void;
  transportClosed(status: CloseStatus): void;
}

/** A connection without a socket: what one end writes is at once with the other. */
export class MemoryConnection implements SessionTransport {
  readonly closed: Promise<CloseStatus>;
  #resolveClosed!: (status: CloseStatus) => void;
  #status: CloseStatus | undefined;
  #farEnd: FarEnd | undefined;
  #isPaused = false;
  /** Octets that the session does not read yet. */
  readonly #held: Uint8Array[] = [];

  /** @param onOctets takes what the session sends, one frame or heart-beat at a time */
  constructor(private readonly onOctets: (octets: Buffer) => void) {
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
  }

  /** How it ended; `undefined` while it is open. */
  get status(): CloseStatus | undefined {
    return this.#status;
  }

  attach(farEnd: FarEnd): void {
    this.#farEnd = farEnd;
  }

  send(frame: EncodedFrame): void {
    if (this.#status === undefined) this.onOctets(Buffer.concat(frame.parts));
  }

  close(code: number, reason: string): void {
    this.#end({ code, reason: closeReason(reason) });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    while (!this.#isPaused) {
      const chunk = this.#held.shift();
      if (chunk === undefined) return;
      this.#farEnd?.receive(chunk);
    }
  }

  /** The client writes. */
  write(octets: Uint8Array): void {
    if (this.#status !== undefined) return;
    if (this.#isPaused || this.#held.length > 0) this.#held.push(octets);
    else this.#farEnd?.receive(octets);
  }

  /** The client is gone without a word. */
  drop(): void {
    this.#end({ code: 1006, reason: '' });
  }

  #end(status: CloseStatus): void {
    if (this.#status !== undefined) return;
    this.#status = status;
    this.#resolveClosed(status);
    this.#farEnd?.transportClosed(status);
  }
}
