import { Injectable } from '@nestjs/common';
import {
  combineDestinationPatterns,
  normalizeMappingPattern,
} from '../messaging/destination/destination-pattern-combiner.js';
import {
  DestinationPattern,
  type DestinationSeparator,
} from '../messaging/destination/destination-pattern.js';
import { MESSAGE_MAPPING_METADATA, SUBSCRIBE_MAPPING_METADATA } from './annotation.constants.js';
import { ExceptionHandlerMethodExplorer } from './exception-handler-method-explorer.js';
import type { ExceptionHandlerMethodResolver } from './exception-handler-method-resolver.js';
import { HandlerContextCreator } from './handler-context-creator.js';
import { HandlerMetadata } from './handler-metadata.js';
import type { HandlerMethod, MappingKind } from './handler-method.js';
import { HostDiscovery, type Host } from './host-discovery.js';
import { valuesOf } from './mapping-metadata.js';
import { checkVariables } from './required-variables.js';
import { checkPlaceholders, resultDestinationsOf } from './result-destinations.js';

const MAPPINGS: readonly (readonly [MappingKind, symbol])[] = [
  ['MESSAGE', MESSAGE_MAPPING_METADATA],
  ['SUBSCRIBE', SUBSCRIBE_MAPPING_METADATA],
];

/** Finds the annotated methods of an application's controllers and providers. */
@Injectable()
export class HandlerMethodExplorer {
  constructor(
    private readonly discovery: HostDiscovery,
    private readonly contexts: HandlerContextCreator,
    private readonly exceptions: ExceptionHandlerMethodExplorer,
  ) {}

  /**
   * @param separator between the segments of a destination
   * @throws Error when a mapping is wrong: a bad pattern, an unknown variable, an enhancer that cannot run; or an
   * exception handler is
   */
  async explore(separator: DestinationSeparator): Promise<readonly HandlerMethod[]> {
    const handlers: HandlerMethod[] = [];
    const hosts = [...this.discovery.hosts()];
    const exceptionHandlers = await this.exceptions.explore(hosts);
    for (const host of hosts) {
      const forHost = exceptionHandlers.forHost(host);
      for (const methodName of host.methodNames) {
        handlers.push(...(await this.#handlersOf(host, methodName, separator, forHost)));
      }
    }
    return handlers;
  }

  async #handlersOf(
    { wrapper, prototype }: Host,
    methodName: string,
    separator: DestinationSeparator,
    exceptionHandlers: readonly ExceptionHandlerMethodResolver[],
  ): Promise<readonly HandlerMethod[]> {
    const method = Reflect.get(prototype, methodName) as object;
    const name = `${prototype.constructor.name}.${methodName}`;
    const handlers: HandlerMethod[] = [];
    for (const [kind, key] of MAPPINGS) {
      const values = valuesOf(key, method);
      if (values === undefined) continue;
      const ofClass = valuesOf(MESSAGE_MAPPING_METADATA, prototype.constructor) ?? [];
      const patterns = combine(ofClass, values, separator);
      if (patterns.length === 0) {
        throw new Error(
          `${name} is mapped to no destination. Give its decorator one, or its class a @MessageMapping.`,
        );
      }
      const metadata = new HandlerMetadata(prototype, methodName);
      metadata.completeParameters();
      const destinations = resultDestinationsOf(method, prototype.constructor);
      checkPlaceholders(name, destinations, patterns);
      checkVariables(name, prototype, methodName, patterns);
      handlers.push({
        kind,
        name,
        patterns,
        destinations,
        payload: metadata.payload(),
        call: await this.contexts.create(wrapper, prototype, methodName, 'handler'),
        exceptionHandlers,
      });
    }
    return handlers;
  }
}

function combine(
  ofClass: readonly string[],
  ofMethod: readonly string[],
  separator: DestinationSeparator,
): readonly DestinationPattern[] {
  const sources = new Set<string>();
  for (const typePattern of ofClass.length > 0 ? ofClass : ['']) {
    for (const methodPattern of ofMethod.length > 0 ? ofMethod : ['']) {
      const source = combineDestinationPatterns(typePattern, methodPattern, separator);
      if (source !== '') sources.add(normalizeMappingPattern(source, separator));
    }
  }
  // As in Spring, a mapping to /a/b also gets /a//b.
  return [...sources].map((source) =>
    DestinationPattern.compile(source, { separator, collapseSeparators: true }),
  );
}
