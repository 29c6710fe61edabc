import type { EncodedFrame } from './encoded-frame.js';

/**
 * What a session needs of the connection under it. It owns no socket library: the `websocket` room implements
 * this on `ws`, tests in memory.
 */
export interface SessionTransport {
  /**
   * Sends one frame as one message, after everything sent before it. Does nothing once closing. A frame that is the last
   * may wait for {@link close}.
   */
  send(frame: EncodedFrame): void;
  /**
   * Ends the connection after everything sent so far has left.
   *
   * @param code a WebSocket close code
   * @param reason at most 123 bytes; longer text is cut
   */
  close(code: number, reason: string): void;
  /** Stops reading: the peer is held back by its own full buffers. */
  pause(): void;
  /** Reads again. */
  resume(): void;
  /** Octets that wait for the peer, where that is known. */
  readonly waitingBytes?: number;
  /** A subscription is no more: what still waits for it above the socket is not sent. */
  forget?(subscriptionId: string): void;
}
