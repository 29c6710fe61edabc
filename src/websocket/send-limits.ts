/** Bounds of what waits for a client that reads slowly or not at all. */
export interface SendLimits {
  /** Bytes that may wait behind the frame that is being sent. */
  readonly sendBufferSizeLimit: number;
  /** Milliseconds that waiting bytes may make no progress. */
  readonly sendTimeLimit: number;
}
