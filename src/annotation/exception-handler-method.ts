import type { HandlerContext } from './handler-context.js';
import type { PayloadParameter } from './handler-metadata.js';
import type { ResultDestinations } from './result-destinations.js';

/**
 * A class of exceptions; it need not be an `Error`.
 *
 * @publicApi
 */
export type ExceptionType = abstract new (...args: never[]) => unknown;

/** A method that handles exceptions, ready to be called. */
export interface ExceptionHandlerMethod {
  /** `Class.method`, for log lines. */
  readonly name: string;
  /** None means everything that can be thrown. */
  readonly types: readonly ExceptionType[];
  /** Of the method alone. */
  readonly destinations: ResultDestinations;
  /** `undefined` when the method does not look at the body. */
  readonly payload: PayloadParameter | undefined;
  readonly call: HandlerContext;
}
