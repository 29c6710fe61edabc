import type { MaybePromise } from '../messaging/maybe-promise.js';
import type { SimpSession } from '../messaging/simp-session.js';

/** What a client is told of a stream that failed after the frame that started it was answered. */
export interface StreamFailure {
  /** A code of `docs/errors.md`. */
  readonly code: string;
  /** A short text. It never holds more than the client may know. */
  readonly message: string;
  readonly command: 'SEND' | 'SUBSCRIBE';
  readonly destination: string | undefined;
  /** The `id` of a SUBSCRIBE. */
  readonly subscription: string | undefined;
}

/** Tells a session of a failure, if it listens. */
export type ReportFailure = (session: SimpSession, failure: StreamFailure) => MaybePromise<unknown>;
