import { MESSAGE_EXCEPTION_HANDLER_METADATA } from './annotation.constants.js';
import type { ExceptionType } from './exception-handler-method.js';
import { defineMetadataOn } from './mapping-metadata.js';

/**
 * Handles what went wrong with a message for a method of the same class, or, in a class with
 * `@MessageControllerAdvice`, of any class: what a guard, a pipe, an interceptor, the conversion of a parameter, the
 * method, its promise or its stream has thrown. The closest type wins; if none of a class fits the exception, its
 * `cause` is tried, and so on. The class itself comes first, then advices in the order they are listed in, then Nest's
 * exception filters.
 *
 * A parameter without decorator whose type is `Error` or a subclass, or has no class (a union, an interface), is the
 * exception; all others are what they are for `@MessageMapping`. Pipes of parameters run; guards, interceptors, other
 * pipes and filters do not, because they have had this message already. One on the method itself fails the boot.
 *
 * What the method returns goes to `/user/queue/errors` (`userErrorDestination`) of the one session whose message
 * failed, or where `@SendTo` or `@SendToUser` on the method say; those on the class do not count. A promise is awaited,
 * `null` and `undefined` send nothing, a stream is refused. The message is then handled: the client gets its RECEIPT.
 * If the method throws, that is logged and the exception goes on to Nest's filters.
 *
 * Not for it: two mappings that match equally well, and what interceptors of channels and the broker throw.
 *
 * ```ts
 * @MessageExceptionHandler()
 * soldOut(error: SoldOutError): object {
 *   return { reason: 'sold-out', item: error.item };
 * }
 * ```
 *
 * @param types of exceptions. Without any they are those of the parameters that are errors; if there is none either,
 * it handles everything that can be thrown
 * @publicApi
 */
export function MessageExceptionHandler(...types: ExceptionType[]): MethodDecorator {
  return defineMetadataOn(MESSAGE_EXCEPTION_HANDLER_METADATA, types);
}
