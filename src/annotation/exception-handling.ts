import type { Message } from '../messaging/message.js';
import { textOfThrown } from '../messaging/thrown-text.js';
import { ExceptionHandlerInvocation } from './exception-handler-invocation.js';
import type { ExceptionHandlerMethod } from './exception-handler-method.js';
import type { ExceptionHandlerMethodResolver, ExceptionMatch } from './exception-handler-method-resolver.js';
import type { HandlerFailureLog } from './handler-failure-log.js';
import type { HandlerMatch } from './handler-method-registry.js';
import type { ResultSenders } from './result-sender.js';

/** Offers what went wrong in a handler to the exception handlers of the application. */
export class ExceptionHandling {
  /** @param payloadFor what a method gets as the payload of a message */
  constructor(
    private readonly senders: ResultSenders,
    private readonly payloadFor: (method: ExceptionHandlerMethod, message: Message) => unknown,
    private readonly failures: HandlerFailureLog,
  ) {}

  /** @returns whether it is dealt with; an exception handler that fails itself is logged */
  async handle({ handler, variables }: HandlerMatch, message: Message, thrown: unknown): Promise<boolean> {
    const match = firstMatch(handler.exceptionHandlers, thrown);
    if (match === undefined) return false;
    const { method, exception } = match;
    const results = new ExceptionHandlerInvocation(method.name, () =>
      this.senders.forExceptionHandler(method.destinations, message, variables),
    );
    const { simpSession, simpSessionId } = message.headers;
    try {
      const payload = this.payloadFor(method, message);
      await method.call(simpSession, payload, message, results, { thrown, exception });
      return true;
    } catch (error) {
      const isError = error instanceof Error;
      this.failures.failed(
        {
          level: 'error',
          text:
            `${method.name} failed for what ${handler.name} of session ${simpSessionId} has thrown. ` +
            (isError ? error.message : textOfThrown(error)),
          stack: isError ? error.stack : undefined,
        },
        simpSession,
      );
      return false;
    }
  }
}

function firstMatch(
  resolvers: readonly ExceptionHandlerMethodResolver[],
  thrown: unknown,
): ExceptionMatch | undefined {
  for (const resolver of resolvers) {
    const match = resolver.resolve(thrown);
    if (match !== undefined) return match;
  }
  return undefined;
}
