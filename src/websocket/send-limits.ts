import type { OverflowPolicy } from './overflow-queue.js';

/** Bounds of what waits for a client that reads slowly or not at all. */
export interface SendLimits {
  /** Bytes that may wait behind the frame that is being sent. */
  readonly sendBufferSizeLimit: number;
  /** Milliseconds that waiting bytes may make no progress. */
  readonly sendTimeLimit: number;
  /** What is done with a message to a destination for which there is no room; `undefined` gives the client up. */
  readonly overflow?: ((destination: string) => OverflowPolicy) | undefined;
}
