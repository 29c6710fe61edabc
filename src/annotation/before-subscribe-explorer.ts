import { Injectable } from '@nestjs/common';
import {
  DestinationPattern,
  type DestinationSeparator,
} from '../messaging/destination/destination-pattern.js';
import { BEFORE_SUBSCRIBE_METADATA } from './annotation.constants.js';
import type { HandlerContext } from './handler-context.js';
import { HandlerContextCreator } from './handler-context-creator.js';
import { HandlerMetadata } from './handler-metadata.js';
import { HostDiscovery } from './host-discovery.js';
import { valuesOf } from './mapping-metadata.js';
import { checkVariables } from './required-variables.js';

/** A method that looks at subscriptions, ready to be called. */
export interface SubscriptionCheck {
  /** `Class.method`, for log lines. */
  readonly name: string;
  readonly patterns: readonly DestinationPattern[];
  readonly call: HandlerContext;
}

/** Finds the methods decorated with `@BeforeSubscribe`. */
@Injectable()
export class BeforeSubscribeExplorer {
  constructor(
    private readonly discovery: HostDiscovery,
    private readonly contexts: HandlerContextCreator,
  ) {}

  /**
   * @param separator between the segments of a destination
   * @throws Error when a method names no destination, a pattern has no meaning, or an enhancer cannot run
   */
  async explore(separator: DestinationSeparator): Promise<readonly SubscriptionCheck[]> {
    const checks: SubscriptionCheck[] = [];
    for (const { wrapper, prototype, methodNames } of this.discovery.hosts()) {
      for (const methodName of methodNames) {
        const method = Reflect.get(prototype, methodName) as object;
        const destinations = valuesOf(BEFORE_SUBSCRIBE_METADATA, method);
        if (destinations === undefined) continue;
        const name = `${prototype.constructor.name}.${methodName}`;
        if (destinations.length === 0) {
          throw new Error(`${name} looks at no subscription. Give @BeforeSubscribe a destination.`);
        }
        new HandlerMetadata(prototype, methodName).completeParameters();
        const patterns = destinations.map((source) =>
          // Handlers of /a/b are reached by /a//b too.
          DestinationPattern.compile(source, { separator, collapseSeparators: true }),
        );
        checkVariables(name, prototype, methodName, patterns);
        checks.push({
          name,
          patterns,
          call: await this.contexts.create(wrapper, prototype, methodName, 'handler'),
        });
      }
    }
    return checks;
  }
}
