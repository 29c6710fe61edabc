import { Logger } from '@nestjs/common';
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import { textOfThrown } from '../messaging/thrown-text.js';
import { handlerArgument } from './handler-argument.js';
import { HandlerCall, type HandlerParameter, type HandlerParts } from './handler-call.js';
import type { HandlerRole } from './handler-enhancers.js';
import { PARAMETERS_METADATA } from './handler-metadata.js';
import { trustFilters, type ExceptionsHandler } from './trust-filters.js';
import { withoutEnhancers } from './without-enhancers.js';

/** An object with annotated methods. */
export type HandlerHost = Record<string, unknown>;

type Proxy = (...args: unknown[]) => Promise<unknown>;
type Enhancer = (...args: unknown[]) => unknown;

/** What is used of Nest's `ExternalContextCreator` beyond what it promises. */
interface CreatorParts {
  createGuardsFn(...args: unknown[]): HandlerParts['guards'];
  getParamValue(value: unknown, metadata: unknown, pipes: readonly unknown[]): Promise<unknown>;
  readonly interceptorsContextCreator: { create(...args: unknown[]): readonly unknown[] };
  readonly interceptorsConsumer: {
    intercept(interceptors: readonly unknown[], args: unknown[], ...rest: unknown[]): Promise<unknown>;
  };
  readonly filtersContextCreator: { create(...args: unknown[]): ExceptionsHandler };
  readonly externalErrorProxy: {
    createProxy(target: Enhancer, filters: unknown, type: string): Proxy;
  };
}

/** Where Nest keeps what it has found for the method that it is making a context of. */
interface Found {
  guards: HandlerParts['guards'];
  interceptors: readonly unknown[];
  parameters: readonly HandlerParameter[];
  filters: unknown;
}

/** The type of every context. */
const CONTEXT_TYPE = 'ws';

/**
 * What Nest puts around the methods of one host. Its `ExternalContextCreator` finds guards, interceptors, pipes, filters
 * and parameters, in its own way and order; a delegate takes them as they are found, and {@link HandlerCall} runs them.
 * What Nest itself would run spends a dozen promises on a method that has none of these.
 */
export class HandlerPipeline {
  readonly #found: Found = { guards: null, interceptors: [], parameters: [], filters: undefined };
  readonly #parts: CreatorParts;
  readonly #delegate: ExternalContextCreator;
  readonly #logger = new Logger('StompMessageHandler');

  /**
   * @param moduleKey the module of the host. Nest would look for it, and run the method WITHOUT class-referenced enhancers
   * when it finds the wrong one
   * @throws Error when Nest has been rebuilt inside: nothing may run without its guards
   */
  constructor(
    creator: ExternalContextCreator,
    moduleKey: string,
    role: HandlerRole,
    private readonly name: string,
  ) {
    this.#parts = partsOf(creator);
    const own = this.#delegateFor(creator, moduleKey);
    this.#delegate = role === 'handler' ? own : withoutEnhancers(own);
  }

  /** Finds everything for one instance of the host. */
  callOf(instance: HandlerHost, methodName: string, contextId: ContextId, inquirerId: string): HandlerCall {
    const found = this.#found;
    Object.assign(found, { guards: null, interceptors: [], parameters: [], filters: undefined });
    const callback = instance[methodName] as (...args: unknown[]) => unknown;
    this.#delegate.create(
      instance,
      callback,
      methodName,
      PARAMETERS_METADATA,
      { exchangeKeyForValue: handlerArgument },
      contextId,
      inquirerId,
      undefined,
      CONTEXT_TYPE,
    );
    const { guards, interceptors, parameters, filters } = found;
    const { interceptorsConsumer, externalErrorProxy } = this.#parts;
    return new HandlerCall({
      instance,
      callback,
      guards,
      interceptors,
      intercept: (args, next) =>
        interceptorsConsumer.intercept(interceptors, args, instance, callback, next, CONTEXT_TYPE),
      parameters,
      pipe: (value, parameter) => this.#parts.getParamValue(value, parameter, parameter.pipes),
      filter: (error, args) => {
        const fail = (): never => {
          throw error;
        };
        return externalErrorProxy.createProxy(fail, filters, CONTEXT_TYPE)(...args);
      },
      onLateFailure: (error) =>
        this.#logger.error(`${this.name} failed after its stream had been cancelled. ${textOfThrown(error)}`),
    });
  }

  #delegateFor(creator: ExternalContextCreator, moduleKey: string): ExternalContextCreator {
    const found = this.#found;
    const parts = this.#parts;
    return Object.create(creator, {
      getContextModuleKey: { value: () => moduleKey },
      getHostModuleKey: { value: () => moduleKey },
      createGuardsFn: {
        value: (...args: unknown[]) => (found.guards = parts.createGuardsFn(...args)),
      },
      createPipesFn: {
        value: (pipes: readonly unknown[], parameters: readonly HandlerParameter[]) => {
          found.parameters = parameters.map((parameter) => ({
            ...parameter,
            pipes: [...pipes, ...parameter.pipes],
          }));
          return null;
        },
      },
      interceptorsContextCreator: {
        value: {
          create: (...args: unknown[]) =>
            (found.interceptors = parts.interceptorsContextCreator.create(...args)),
        },
      },
      filtersContextCreator: {
        value: { create: (...args: unknown[]) => trustFilters(parts.filtersContextCreator.create(...args)) },
      },
      externalErrorProxy: {
        value: {
          createProxy: (target: Enhancer, filters: unknown) => {
            found.filters = filters;
            return target;
          },
        },
      },
    }) as ExternalContextCreator;
  }
}

/** Each with its method, as far as they are methods of parts. */
const USED = [
  ['createGuardsFn'],
  ['createPipesFn'],
  ['getParamValue'],
  ['interceptorsContextCreator', 'create'],
  ['interceptorsConsumer', 'intercept'],
  ['filtersContextCreator', 'create'],
  ['externalErrorProxy', 'createProxy'],
] as const;

/** @throws Error when one of the parts is not what it was */
function partsOf(creator: ExternalContextCreator): CreatorParts {
  for (const path of USED) {
    let part: unknown = creator;
    for (const name of path) part = (part as Record<string, unknown> | undefined)?.[name];
    if (typeof part !== 'function') {
      throw new Error(
        'This version of @nestjs/core is not supported: ' +
          `its ExternalContextCreator has no ${path.join('.')}.`,
      );
    }
  }
  return creator as unknown as CreatorParts;
}
