import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import {
  MESSAGE_CONTROLLER_ADVICE_METADATA,
  MESSAGE_EXCEPTION_HANDLER_METADATA,
  MESSAGE_MAPPING_METADATA,
  SUBSCRIBE_MAPPING_METADATA,
} from './annotation.constants.js';
import { ExceptionHandlerMetadata } from './exception-handler-metadata.js';
import type { ExceptionHandlerMethod } from './exception-handler-method.js';
import { ExceptionHandlerMethodResolver } from './exception-handler-method-resolver.js';
import { ExceptionHandlerRegistry } from './exception-handler-registry.js';
import { HandlerContextCreator } from './handler-context-creator.js';
import { ENHANCERS } from './handler-enhancers.js';
import type { Host } from './host-discovery.js';
import type { MessageControllerAdviceOptions } from './message-controller-advice.decorator.js';
import { destinationsOn } from './result-destinations.js';

/** Finds the methods that handle exceptions. */
@Injectable()
export class ExceptionHandlerMethodExplorer {
  constructor(private readonly contexts: HandlerContextCreator) {}

  /**
   * @param hosts all that may have handlers
   * @throws Error when a method cannot be an exception handler, or two of a class are for the same type
   */
  async explore(hosts: readonly Host[]): Promise<ExceptionHandlerRegistry> {
    const registry = new ExceptionHandlerRegistry();
    for (const host of hosts) {
      const methods = await this.#methodsOf(host);
      if (methods.length === 0) continue;
      registry.register(host, new ExceptionHandlerMethodResolver(methods), adviceOf(host));
    }
    return registry;
  }

  async #methodsOf({ wrapper, prototype, methodNames }: Host): Promise<readonly ExceptionHandlerMethod[]> {
    const methods: ExceptionHandlerMethod[] = [];
    for (const methodName of methodNames) {
      const method = Reflect.get(prototype, methodName) as object;
      if (!Reflect.hasMetadata(MESSAGE_EXCEPTION_HANDLER_METADATA, method)) continue;
      const name = `${prototype.constructor.name}.${methodName}`;
      for (const mapping of [MESSAGE_MAPPING_METADATA, SUBSCRIBE_MAPPING_METADATA]) {
        if (!Reflect.hasMetadata(mapping, method)) continue;
        throw new Error(
          `${name} has both a mapping and @MessageExceptionHandler. Make two methods of it, one for each.`,
        );
      }
      for (const [key, kind] of Object.entries(ENHANCERS)) {
        if (!Reflect.hasMetadata(key, method)) continue;
        throw new Error(
          `${name} has a ${kind} that would never run: it handles exceptions. Remove it; ` +
            'parameters may have pipes, and the methods whose exceptions it handles all of them.',
        );
      }
      const metadata = new ExceptionHandlerMetadata(prototype, methodName);
      methods.push({
        name,
        types: metadata.exceptionTypes(),
        destinations: destinationsOn(method),
        payload: metadata.completeParameters(),
        call: await this.contexts.create(wrapper, prototype, methodName, 'exception-handler'),
      });
    }
    return methods;
  }
}

/** @throws Error when a class that it names is not one */
function adviceOf({ prototype }: Host): MessageControllerAdviceOptions | undefined {
  const type = prototype.constructor;
  const options = Reflect.getMetadata(MESSAGE_CONTROLLER_ADVICE_METADATA, type) as
    MessageControllerAdviceOptions | undefined;
  for (const controller of (options?.controllers ?? []) as readonly unknown[]) {
    if (typeof controller === 'function') continue;
    throw new Error(
      `The advice ${type.name} is for ${String(controller)}, which is not a class. ` +
        'If it is one, files import each other in a ring: move the class to a file of its own.',
    );
  }
  return options;
}
