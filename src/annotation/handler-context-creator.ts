import { Logger } from '@nestjs/common';
import { ContextIdFactory, ExternalContextCreator, type ContextId } from '@nestjs/core';
import { isObservable } from 'rxjs';
import { isPromise } from '../messaging/maybe-promise.js';
import type { Message } from '../messaging/message.js';
import type { SimpSession } from '../messaging/simp-session.js';
import { textOfThrown } from '../messaging/thrown-text.js';
import { withoutGlobalEnhancers } from './global-enhancers.js';
import { handlerArgument } from './handler-argument.js';
import type { HandledException, HandlerContext, HandlerResults } from './handler-context.js';
import {
  HandlerEnhancers,
  moduleRefOf,
  type HandlerRole,
  type InstanceWrapper,
} from './handler-enhancers.js';
import { IterablesOfCall } from './iterables-of-call.js';
import { PARAMETERS_METADATA } from './handler-metadata.js';
import { trustFilters, type ExceptionsHandler } from './trust-filters.js';
import { hasUnreadSchema } from './unread-schema.js';
import { WebSocketScope } from './web-socket-scope.js';
import { withoutEnhancers } from './without-enhancers.js';

type Intercept = (interceptors: unknown[], args: unknown[], ...rest: unknown[]) => Promise<unknown>;
type Next = () => Promise<unknown>;

/** Nest's pipeline calls it so: what `ExecutionContext.getArgs` shows. */
type Callee = (
  session: SimpSession | undefined,
  payload: unknown,
  message: Message,
  destination: string,
  ...exception: readonly HandledException[]
) => Promise<unknown>;

/** What is used of Nest's `ExternalContextCreator` beyond what it promises. */
interface CreatorParts {
  readonly interceptorsConsumer: { intercept: Intercept };
  readonly filtersContextCreator: { create(...args: unknown[]): ExceptionsHandler };
}

/**
 * Wraps handler methods in Nest's request pipeline, with the context type `ws`.
 *
 * The pipeline is Nest's own `ExternalContextCreator`, with four things put right by a delegate. It looks up
 * class-referenced enhancers in the module it believes to be the host's, and runs the handler WITHOUT them when
 * it believes wrongly, so it is told the module. It finds only enhancers that somebody has made, see
 * {@link HandlerEnhancers}. It reduces an Observable to its last value, so results are taken from it before that,
 * inside the reach of the exception filters. And it throws again what a filter has caught without returning a
 * value, which no filter has to do elsewhere.
 */
export class HandlerContextCreator {
  readonly #addedEnhancers = new WeakSet<InstanceWrapper>();
  readonly #results = new WeakMap<Message, HandlerResults>();
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
    const own = this.#delegateFor(wrapper, `${prototype.constructor.name}.${methodName}`);
    const delegate = role === 'handler' ? own : withoutEnhancers(own);
    const isShared = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
    if (isShared && !enhancers.areScoped) {
      const callee = calleeOf(delegate, wrapper, wrapper.instance as Host, methodName, staticId);
      return (...call) => this.#call(callee, ...call);
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
        ? (wrapper.instance as Host)
        : await moduleRef.resolve<Host>(wrapper.token, contextId);
      await enhancers.makeScoped(contextId);
      const callee = calleeOf(delegate, wrapper, instance, methodName, contextId);
      return this.#call(callee, ...call);
    };
  }

  #call(
    callee: Callee,
    ...[session, payload, message, results, exception]: Parameters<HandlerContext>
  ): Promise<unknown> {
    this.#results.set(message, results);
    const { lookupDestination = '' } = message.headers;
    const more = exception === undefined ? [] : [exception];
    return callee(session, payload, message, lookupDestination, ...more);
  }

  #contextIdOf(message: Message): ContextId {
    const known = this.#contextIds.get(message);
    if (known !== undefined) return known;
    const contextId = this.scope.contextIdOf(message);
    this.#contextIds.set(message, contextId);
    return contextId;
  }

  #delegateFor(wrapper: InstanceWrapper, name: string): ExternalContextCreator {
    const moduleKey = wrapper.host?.token ?? '';
    const { interceptorsConsumer, filtersContextCreator } = partsOf(this.creator);
    const onLateFailure = (error: unknown): void =>
      this.#logger.error(`${name} failed after its stream had been cancelled. ${textOfThrown(error)}`);
    const intercept: Intercept = async (interceptors, args, instance, callback, next, type) => {
      const results = this.#results.get(args[2] as Message) as HandlerResults;
      const iterables = new IterablesOfCall(() => results.whenSent?.() ?? Promise.resolve(), onLateFailure);
      const watched: Next = async () => {
        const value = iterables.toObservable(await (next as Next)());
        if (isObservable(value)) results.markStreaming();
        return value;
      };
      try {
        const result = await interceptorsConsumer.intercept(
          interceptors,
          args,
          instance,
          callback,
          watched,
          type,
        );
        const sent = isObservable(result) ? results.follow(result) : results.emit(result);
        // Awaited inside, where the filters reach; what was sent at once costs no turn.
        return isPromise(sent) ? await sent : undefined;
      } finally {
        iterables.end();
      }
    };
    return Object.create(this.creator, {
      getContextModuleKey: { value: () => moduleKey },
      getHostModuleKey: { value: () => moduleKey },
      interceptorsConsumer: { value: { intercept } },
      filtersContextCreator: {
        value: {
          create: (...args: unknown[]) =>
            trustFilters(filtersContextCreator.create(...args), (error, host) =>
              this.#results.get(host.getArgByIndex<Message>(2))?.handleException?.(error),
            ),
        },
      },
    }) as ExternalContextCreator;
  }
}

type Host = Record<string, unknown>;

function calleeOf(
  delegate: ExternalContextCreator,
  wrapper: InstanceWrapper,
  instance: Host,
  methodName: string,
  contextId: ContextId,
): Callee {
  return delegate.create(
    instance,
    instance[methodName] as (...args: unknown[]) => unknown,
    methodName,
    PARAMETERS_METADATA,
    { exchangeKeyForValue: handlerArgument },
    contextId,
    wrapper.id,
    undefined,
    'ws',
  ) as Callee;
}

/** @throws Error when Nest has been rebuilt inside: nothing may run without its guards */
function partsOf(creator: ExternalContextCreator): CreatorParts {
  const { interceptorsConsumer, filtersContextCreator } = creator as unknown as Partial<CreatorParts>;
  if (
    typeof interceptorsConsumer?.intercept !== 'function' ||
    typeof filtersContextCreator?.create !== 'function'
  ) {
    throw new Error(
      'This version of @nestjs/core is not supported: its ExternalContextCreator has other parts.',
    );
  }
  return { interceptorsConsumer, filtersContextCreator };
}
