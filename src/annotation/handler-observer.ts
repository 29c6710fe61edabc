import type { Message } from '../messaging/message.js';
import type { HandlerMethod } from './handler-method.js';

/** What the calls of handlers are counted in. */
export interface HandlerCounts {
  handlerCalls: number;
  /** Calls whose exception nobody took. */
  handlerFailures: number;
}

/** A call of an annotated method. */
export interface HandlerCall {
  readonly handler: Pick<HandlerMethod, 'kind' | 'name' | 'patterns'>;
  readonly message: Message;
}

/** Stands around every call of an annotated method: for measurements, traces and the like. */
export interface HandlerObserver {
  /**
   * Calls `proceed` once, and answers as that does. A handler that answers with a stream has been called when the
   * stream has begun.
   */
  around(call: HandlerCall, proceed: () => Promise<boolean>): Promise<boolean>;
}

/** A call with all observers around it, the first one outermost. */
export function observed(
  observers: readonly HandlerObserver[],
  call: HandlerCall,
  proceed: () => Promise<boolean>,
): Promise<boolean> {
  return observers.reduceRight<() => Promise<boolean>>(
    (inner, observer) => () => observer.around(call, inner),
    proceed,
  )();
}
