import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { EncodedFrame } from '../session/encoded-frame.js';
import { CloseCode } from '../session/session-error.js';
import type { SessionTransport } from '../session/session-transport.js';
import type { TimerWheel, WheelTimer } from '../session/timer-wheel.js';
import { closeReason } from './close-reason.js';
import type { FrameSequence } from './frame-sequence.js';
import type { SendLimits } from './send-limits.js';
import { SocketOverflow } from './socket-overflow.js';
import type { StompWebSocket } from './stomp-web-socket.js';
import type { Flushable, WriteBatch } from './write-batch.js';

/** Why a client is given up: what goes into the close frame and the log. */
export type OverflowListener = (reason: string) => void;

/** Written behind everything else, it tells when the socket has taken that. */
const NOTHING = Buffer.alloc(0);

/**
 * One WebSocket under a session. Frames are held back to the end of the turn and written to the socket as they are,
 * already framed and shared between receivers; `ws` reads, and does pings and the closing handshake.
 *
 * Writing beside `ws` is safe because nothing of it waits: without compression it writes each of its own frames
 * whole and at once. Its pings and pongs may overtake what is held back; before it writes a close frame, and before
 * the socket ends, {@link flush} has to be called.
 */
export class WebSocketTransport implements SessionTransport, Flushable {
  #closing = false;
  #held: FrameSequence | undefined;
  #stallTimer: WheelTimer | undefined;
  #drainedTo = 0;
  #written = 0;
  #firstEnd = 0;
  /** Waits for the close: messages that wait above the socket go before it. */
  #last: EncodedFrame | undefined;
  readonly #overflow: SocketOverflow | undefined;

  /** @param onLeftOut told how many messages are left out by `limits.overflow` */
  constructor(
    private readonly webSocket: StompWebSocket,
    private readonly socket: Duplex & { readonly bytesWritten?: number },
    private readonly batch: WriteBatch,
    private readonly wheel: TimerWheel,
    private readonly limits: SendLimits,
    private readonly onOverflow: OverflowListener,
    onLeftOut?: (count: number) => void,
  ) {
    const { overflow, sendBufferSizeLimit } = limits;
    if (overflow === undefined) return;
    this.#overflow = new SocketOverflow(overflow, sendBufferSizeLimit, {
      hasRoomFor: (frame) => this.#hasRoomFor(frame),
      write: (frame) => this.#write(frame),
      whenDrained: (callback) => {
        if (this.#closing) return;
        this.flush();
        this.socket.write(NOTHING, callback);
      },
      leftOut: (count) => onLeftOut?.(count),
      full: () => onOverflow(`More than ${sendBufferSizeLimit} bytes wait to be sent`),
    });
  }

  /** Bytes that wait for the peer, in the socket and above it. */
  get waitingBytes(): number {
    return this.#pendingBytes + (this.#overflow?.bytes ?? 0);
  }

  get heldBytes(): number {
    return this.#held === undefined ? 0 : this.#held.byteLength;
  }

  /** Bytes that can no longer be taken back. */
  get #pendingBytes(): number {
    return this.socket.writableLength + this.heldBytes;
  }

  send(frame: EncodedFrame): void {
    // Behind a close frame, the peer's or ours, nothing may be sent (RFC 6455, section 5.5.1).
    if (this.#closing || this.webSocket.readyState !== WebSocket.OPEN) return;
    if (frame.isLast) this.#last = frame;
    else if (this.#overflow?.holds(frame) !== true) this.#write(frame);
  }

  forget(subscriptionId: string): void {
    this.#overflow?.forget(subscriptionId);
  }

  #write(frame: EncodedFrame): void {
    const { socket, limits } = this;
    const before = this.#held ?? this.batch.add(this);
    const held = before.followedBy(frame);
    const inSocket = socket.writableLength;
    this.#held = held;
    this.#written += held.byteLength - before.byteLength;
    if (inSocket + before.byteLength === 0) this.#firstEnd = this.#written;
    // No more waits than is pending, and that is seldom much.
    if (inSocket + held.byteLength <= limits.sendBufferSizeLimit || this.#closing) return;
    if (this.#waiting() > limits.sendBufferSizeLimit) this.#checkWaiting();
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#stallTimer?.cancel();
    if (code === CloseCode.SESSION_NOT_RELIABLE) this.#overflow?.clear();
    else this.#overflow?.flush();
    if (this.#last !== undefined) this.#write(this.#last);
    // With the close frame behind them they leave in one system call.
    this.socket.cork();
    this.flush();
    this.webSocket.close(code, closeReason(reason));
    this.socket.uncork();
    // The peer's answer has to be read, also where the session had stopped reading.
    this.webSocket.resume();
  }

  pause(): void {
    this.webSocket.pause();
  }

  resume(): void {
    this.webSocket.resume();
  }

  /** Gives the socket what has been sent in this turn. */
  flush(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    const { socket } = this;
    const buffers = held.buffers();
    if (buffers.length === 1) socket.write(buffers[0]);
    else {
      socket.cork();
      for (const buffer of buffers) socket.write(buffer);
      socket.uncork();
    }
    if (socket.writableLength > 0 && !this.#closing) this.#watch();
  }

  /** The connection is gone: nothing more is written or watched. */
  closed(): void {
    this.#closing = true;
    this.#stallTimer?.cancel();
    this.#overflow?.clear();
  }

  #hasRoomFor(frame: EncodedFrame): boolean {
    if (this.#fits(frame)) return true;
    this.flush();
    return this.#fits(frame);
  }

  #fits(frame: EncodedFrame): boolean {
    if (this.#pendingBytes === 0) return true;
    return this.#waiting() + frame.byteLength <= this.limits.sendBufferSizeLimit;
  }

  /** What was written in one turn may be much and yet flow; only what the socket does not take is too much. */
  #checkWaiting(): void {
    this.flush();
    if (this.#waiting() > this.limits.sendBufferSizeLimit) {
      this.onOverflow(`More than ${this.limits.sendBufferSizeLimit} bytes wait to be sent`);
    }
  }

  /**
   * Bytes behind the frame that is being written. That frame itself does not count, as in Spring: a client that
   * reads may be sent a message larger than the limit.
   */
  #waiting(): number {
    return this.#written - Math.max(this.#firstEnd, this.#written - this.#pendingBytes);
  }

  /** A write that hangs is noticed by a timer, not by the next write, which may never come. */
  #watch(): void {
    if (this.#stallTimer !== undefined) return;
    this.#drainedTo = this.#drained();
    this.#stallTimer = this.wheel.schedule(this.limits.sendTimeLimit, () => {
      this.#stallTimer = undefined;
      if (this.#closing || this.socket.writableLength === 0) return;
      if (this.#drained() === this.#drainedTo) {
        this.onOverflow(`Nothing could be sent for ${this.limits.sendTimeLimit} ms`);
      } else this.#watch();
    });
  }

  #drained(): number {
    return (this.socket.bytesWritten ?? 0) - this.socket.writableLength;
  }
}
