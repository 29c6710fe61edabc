import type { DestinationPattern } from '../messaging/destination/destination-pattern.js';
import type { ExceptionHandlerMethodResolver } from './exception-handler-method-resolver.js';
import type { HandlerContext } from './handler-context.js';
import type { PayloadParameter } from './handler-metadata.js';
import type { ResultDestinations } from './result-destinations.js';

/** What a mapping answers to: SEND or SUBSCRIBE. */
export type MappingKind = 'MESSAGE' | 'SUBSCRIBE';

/** An annotated method, ready to be called. */
export interface HandlerMethod {
  readonly kind: MappingKind;
  /** `Class.method`, for log lines. */
  readonly name: string;
  readonly patterns: readonly DestinationPattern[];
  readonly destinations: ResultDestinations;
  /** `undefined` when the method does not look at the body. */
  readonly payload: PayloadParameter | undefined;
  readonly call: HandlerContext;
  /** In the order in which they are asked. */
  readonly exceptionHandlers: readonly ExceptionHandlerMethodResolver[];
}
