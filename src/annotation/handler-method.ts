import type { DestinationPattern } from '../messaging/destination-pattern.js';
import type { HandlerContext } from './handler-context-creator.js';
import type { PayloadParameter } from './handler-metadata.js';

/** What a mapping answers to: SEND or SUBSCRIBE. */
export type MappingKind = 'MESSAGE' | 'SUBSCRIBE';

/** An annotated method, ready to be called. */
export interface HandlerMethod {
  readonly kind: MappingKind;
  /** `Class.method`, for log lines. */
  readonly name: string;
  readonly patterns: readonly DestinationPattern[];
  /**
   * Where results go; `undefined` is the default: `/topic` and the path for a message, straight back for a
   * subscription.
   */
  readonly sendTo: readonly string[] | undefined;
  /** `undefined` when the method does not look at the body. */
  readonly payload: PayloadParameter | undefined;
  readonly call: HandlerContext;
}
