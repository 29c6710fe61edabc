import 'reflect-metadata';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { MESSAGE_EXCEPTION_HANDLER_METADATA } from './annotation.constants.js';
import { causeChainOf } from './cause-chain.js';
import type { ExceptionType } from './exception-handler-method.js';
import type { HandledException } from './handler-context.js';
import { HandlerMetadata, PARAMETERS_METADATA, type PayloadParameter } from './handler-metadata.js';

interface ExceptionParameter {
  /** `Class.method` */
  readonly name: string;
  /** `undefined`: whatever it is. */
  readonly type: ExceptionType | undefined;
}

interface ParameterMetadata {
  readonly index: number;
  readonly factory?: unknown;
}

/** Behind (session, payload, message, destination). */
const EXCEPTION_INDEX = 4;

const exceptionParameter = createParamDecorator(exceptionOf);

/** Reads the metadata of one method that handles exceptions, and completes it. */
export class ExceptionHandlerMetadata {
  readonly #name: string;

  constructor(
    private readonly prototype: object,
    private readonly methodName: string,
  ) {
    this.#name = `${prototype.constructor.name}.${methodName}`;
  }

  /**
   * Those of the decorator, else those of the parameters.
   *
   * @throws Error when one is not a class
   */
  exceptionTypes(): readonly ExceptionType[] {
    const method = Reflect.get(this.prototype, this.methodName) as object;
    const decorated = Reflect.getMetadata(MESSAGE_EXCEPTION_HANDLER_METADATA, method) as readonly unknown[];
    for (const type of decorated) {
      if (typeof type === 'function' && typeof type.prototype === 'object') continue;
      throw new Error(
        `${this.#name} handles ${String(type)}, which is not a class. ` +
          'If it is one, files import each other in a ring: move the class to a file of its own.',
      );
    }
    return decorated.length > 0 ? (decorated as readonly ExceptionType[]) : this.#types().filter(isErrorType);
  }

  /** Parameters without a decorator are the exception, or else the payload. */
  completeParameters(): PayloadParameter | undefined {
    const { prototype, methodName } = this;
    const parameters = this.#decoratedParameters();
    Reflect.defineMetadata(PARAMETERS_METADATA, parameters, prototype.constructor, methodName);
    const decorated = new Set(Object.values(parameters).map(({ index }) => index));
    const types = this.#types();
    const { length } = Reflect.get(prototype, methodName) as { length: number };
    for (let index = 0; index < Math.max(length, types.length); index++) {
      if (decorated.has(index)) continue;
      const type = types[index];
      if (isErrorType(type)) {
        exceptionParameter({ name: this.#name, type })(prototype, methodName, index);
      } else if (type === undefined || type === Object) {
        exceptionParameter({ name: this.#name, type: undefined })(prototype, methodName, index);
      }
    }
    const metadata = new HandlerMetadata(prototype, methodName);
    metadata.completeParameters();
    return metadata.payload();
  }

  /** Without those that were completed for a base class: a method that overrides may ask for another type. */
  #decoratedParameters(): Record<string, ParameterMetadata> {
    const parameters = (Reflect.getMetadata(
      PARAMETERS_METADATA,
      this.prototype.constructor,
      this.methodName,
    ) ?? {}) as Record<string, ParameterMetadata>;
    return Object.fromEntries(
      Object.entries(parameters).filter(([, { factory }]) => factory !== exceptionOf),
    );
  }

  #types(): readonly unknown[] {
    return (Reflect.getMetadata('design:paramtypes', this.prototype, this.methodName) ?? []) as unknown[];
  }
}

function exceptionOf({ name, type }: ExceptionParameter, context: ExecutionContext): unknown {
  const { thrown, exception } = context.getArgByIndex<HandledException>(EXCEPTION_INDEX);
  if (type === undefined) return exception;
  for (const candidate of causeChainOf(thrown)) if (candidate instanceof type) return candidate;
  throw new Error(
    `${name} has a parameter ${type.name}, and neither the exception nor a cause of it is one.`,
  );
}

function isErrorType(type: unknown): type is ExceptionType {
  return typeof type === 'function' && (type === Error || type.prototype instanceof Error);
}
