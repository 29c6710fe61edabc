import 'reflect-metadata';
import { MESSAGE_CONTROLLER_ADVICE_METADATA } from './annotation.constants.js';

/**
 * Whom a `@MessageControllerAdvice` is for.
 *
 * @publicApi
 */
export interface MessageControllerAdviceOptions {
  /**
   * The classes it is for, with their subclasses. They may be abstract.
   *
   * @default all classes with message handlers
   */
  readonly controllers?: readonly (abstract new (...args: never[]) => unknown)[];
}

/**
 * Lets the `@MessageExceptionHandler` methods of a class be for other classes too. List the class in the `providers` of
 * any module; advices are asked in the order in which Nest knows them, after the failing class itself.
 *
 * @publicApi
 */
export function MessageControllerAdvice(options: MessageControllerAdviceOptions = {}): ClassDecorator {
  return (target) => Reflect.defineMetadata(MESSAGE_CONTROLLER_ADVICE_METADATA, options, target);
}
