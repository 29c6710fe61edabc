import { Logger } from '@nestjs/common';
import { ContextIdFactory, type ContextId, type ExternalContextCreator } from '@nestjs/core';
import type { MaybePromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';
import { withoutGlobalEnhancers } from './global-enhancers.js';
import type { HandlerCall } from './handler-call.js';
import type { HandlerContext } from './handler-context.js';
import {
  HandlerEnhancers,
  moduleRefOf,
  type HandlerRole,
  type InstanceWrapper,
} from './handler-enhancers.js';
import { HandlerPipeline, type HandlerHost } from './handler-pipeline.js';
import { hasUnreadSchema } from './unread-schema.js';
import { WebSocketScope } from './web-socket-scope.js';

/**
 * Wraps handler methods in Nest's request pipeline, with the context type `ws`.
 *
 * What runs is found by Nest's own `ExternalContextCreator`, with three things put right. It looks up class-referenced
 * enhancers in the module it believes to be the host's, and runs the handler WITHOUT them when it believes wrongly, so
 * {@link HandlerPipeline} tells it the module. It finds only enhancers that somebody has made, see
 * {@link HandlerEnhancers}. And it throws again what a filter has caught without returning a value, which no filter has
 * to do elsewhere.
 */
export class HandlerContextCreator {
  readonly #addedEnhancers = new WeakSet<InstanceWrapper>();
  readonly #logger = new Logger('StompMessageHandler');
  /** An exception handler of a request-scoped host is called on the very instance that failed. */
  readonly #contextIds = new WeakMap<Message, ContextId>();
  private readonly creator: ExternalContextCreator;

  /** @param useGlobalEnhancers whether those of the application run for handlers, too */
  constructor(
    creator: ExternalContextCreator,
    private readonly scope: WebSocketScope,
    private readonly useGlobalEnhancers: boolean,
  ) {
    this.creator = useGlobalEnhancers ? creator : withoutGlobalEnhancers(creator);
  }

  /**
   * @param wrapper the host, as discovered
   * @param prototype of the host's class
   * @throws Error when an enhancer of the handler cannot be made to run
   */
  async create(
    wrapper: InstanceWrapper,
    prototype: object,
    methodName: string,
    role: HandlerRole,
  ): Promise<HandlerContext> {
    const enhancers = new HandlerEnhancers(
      wrapper,
      prototype,
      methodName,
      this.#addedEnhancers,
      role,
      this.useGlobalEnhancers,
    );
    if (role === 'handler' && hasUnreadSchema(wrapper, prototype, methodName, this.useGlobalEnhancers)) {
      this.#logger.warn(
        `${prototype.constructor.name}.${methodName} has a schema that nothing validates. ` +
          'Give it, its class or the application a StandardSchemaValidationPipe.',
      );
    }
    const staticId = ContextIdFactory.create();
    await enhancers.makeStatic(staticId);
    const pipeline = new HandlerPipeline(
      this.creator,
      wrapper.host?.token ?? '',
      role,
      `${prototype.constructor.name}.${methodName}`,
    );
    const isShared = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
    if (isShared && !enhancers.areScoped) {
      const host = wrapper.instance as HandlerHost;
      const handler = pipeline.callOf(host, methodName, staticId, wrapper.id);
      return (...call) => run(handler, ...call);
    }
    const moduleRef = moduleRefOf(wrapper);
    const ofSession = this.scope.neededBy([wrapper, ...enhancers.wrappers]);
    return async (...call) => {
      const [session, , message] = call;
      await this.scope.prepare(session, ofSession);
      const contextId = this.#contextIdOf(message);
      // A durable host is shared by messages, so it sees what they have in common, as with HTTP.
      const request = wrapper.isDependencyTreeDurable() ? contextId.payload : message;
      moduleRef.registerRequestByContextId(request, contextId);
      const instance = isShared
        ? (wrapper.instance as HandlerHost)
        : await moduleRef.resolve<HandlerHost>(wrapper.token, contextId);
      await enhancers.makeScoped(contextId);
      return run(pipeline.callOf(instance, methodName, contextId, wrapper.id), ...call);
    };
  }

  #contextIdOf(message: Message): ContextId {
    const known = this.#contextIds.get(message);
    if (known !== undefined) return known;
    const contextId = this.scope.contextIdOf(message);
    this.#contextIds.set(message, contextId);
    return contextId;
  }
}

/** Nest's enhancers see the arguments so: what `ExecutionContext.getArgs` shows. */
function run(
  handler: HandlerCall,
  ...[session, payload, message, results, exception]: Parameters<HandlerContext>
): MaybePromise<unknown> {
  const { lookupDestination = '' } = message.headers;
  const args: unknown[] = [session, payload, message, lookupDestination];
  if (exception !== undefined) args.push(exception);
  return handler.run(args, results);
}
