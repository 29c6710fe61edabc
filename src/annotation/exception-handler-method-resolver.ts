import { causeChainOf } from './cause-chain.js';
import type { ExceptionHandlerMethod } from './exception-handler-method.js';

/** A method for an exception. */
export interface ExceptionMatch {
  readonly method: ExceptionHandlerMethod;
  /** What it was found for: what was thrown, or a cause of it. */
  readonly exception: unknown;
}

/** Finds the method of one class that handles an exception: that for the closest type. */
export class ExceptionHandlerMethodResolver {
  readonly #byPrototype = new Map<unknown, ExceptionHandlerMethod>();
  #forEverything: ExceptionHandlerMethod | undefined;

  /** @throws Error when two methods are for the same type */
  constructor(methods: readonly ExceptionHandlerMethod[]) {
    for (const method of methods) {
      if (method.types.length === 0) {
        requireOne('everything', this.#forEverything, method);
        this.#forEverything = method;
      }
      for (const type of method.types) {
        requireOne(type.name, this.#byPrototype.get(type.prototype), method);
        this.#byPrototype.set(type.prototype, method);
      }
    }
  }

  resolve(thrown: unknown): ExceptionMatch | undefined {
    for (const exception of causeChainOf(thrown)) {
      const method = this.#closest(exception);
      if (method !== undefined) return { method, exception };
    }
    return undefined;
  }

  #closest(exception: unknown): ExceptionHandlerMethod | undefined {
    let prototype: unknown = exception;
    while (typeof prototype === 'object' && prototype !== null) {
      prototype = Object.getPrototypeOf(prototype) as unknown;
      const method = this.#byPrototype.get(prototype);
      if (method !== undefined) return method;
    }
    return this.#forEverything;
  }
}

function requireOne(
  what: string,
  other: ExceptionHandlerMethod | undefined,
  method: ExceptionHandlerMethod,
): void {
  if (other === undefined || other === method) return;
  throw new Error(
    `Two methods of one class handle ${what}: ${other.name} and ${method.name}. ` +
      'Name other types in one @MessageExceptionHandler, or override the inherited method under its own name.',
  );
}
