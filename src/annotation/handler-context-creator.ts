import { Logger } from '@nestjs/common';
import { ContextIdFactory, ExternalContextCreator, type ContextId } from '@nestjs/core';
import { isObservable, type Observable } from 'rxjs';
import type { Message } from '../messaging/message.js';
import type { SimpSession } from '../messaging/simp-session.js';
import { withoutGlobalEnhancers } from './global-enhancers.js';
import {
  HandlerEnhancers,
  moduleRefOf,
  type HandlerRole,
  type InstanceWrapper,
} from './handler-enhancers.js';
import { IterablesOfCall } from './iterables-of-call.js';
import { ParameterKind, PARAMETERS_METADATA } from './handler-metadata.js';
import { trustFilters, type ExceptionsHandler } from './trust-filters.js';
import { hasUnreadSchema } from './unread-schema.js';
import { WebSocketScope } from './web-socket-scope.js';
import { withoutEnhancers } from './without-enhancers.js';

/** Receives what one call of a handler produces. */
export interface HandlerResults {
  /** A value, from a return, a promise or an Observable. */
  emit(value: unknown): void | Promise<void>;
  /** The handler has returned an Observable and will emit as long as that lives. */
  follow(results: Observable<unknown>): Promise<void>;
  /** Resolved when nothing that has been emitted waits to be sent. Who takes no streams has nothing that waits. */
  whenSent?(): Promise<void>;
  /** The handler itself, not only an interceptor around it, answers with a stream. */
  markStreaming(): void;
  /**
   * Asked about everything that goes wrong, before Nest's exception filters are. Exception handlers have nobody to ask.
   *
   * @returns whether it is dealt with
   */
  handleException?(thrown: unknown): Promise<boolean>;
}

/** What an exception handler is called for. */
export interface HandledException {
  readonly thrown: unknown;
  /** What the method was found for: `thrown`, or a cause of it. */
  readonly exception: unknown;
}

/** A payload that could not be converted. It is thrown when the handler asks for it, so that guards come first. */
export class UnreadablePayload {
  constructor(readonly error: unknown) {}
}

/**
 * Calls a handler through Nest's guards, interceptors, pipes and filters, or an exception handler without them. It ends
 * when the handler's results have been emitted, or rejects with what no exception filter handled.
 */
export type HandlerContext = (
  session: SimpSession | undefined,
  payload: unknown,
  message: Message,
  results: HandlerResults,
  exception?: HandledException,
) => Promise<unknown>;

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
    const intercept: Intercept = async (interceptors, args, instance, callback, next, type) => {
      const results = this.#results.get(args[2] as Message) as HandlerResults;
      const iterables = new IterablesOfCall(
        () => results.whenSent?.() ?? Promise.resolve(),
        (error) => this.#logger.error(`${name} failed after its stream had been cancelled. ${String(error)}`),
      );
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
        return await (isObservable(result) ? results.follow(result) : results.emit(result));
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
    { exchangeKeyForValue },
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

/** Takes Nest's own parameter kinds from the arguments (session, payload, message). */
function exchangeKeyForValue(kind: number, data: unknown, args: unknown[]): unknown {
  switch (kind) {
    case ParameterKind.SOCKET:
      return args[0];
    case ParameterKind.PAYLOAD: {
      const payload = args[1];
      if (payload instanceof UnreadablePayload) throw payload.error;
      return typeof data === 'string' ? propertyOf(payload, data) : payload;
    }
    default:
      return null;
  }
}

function propertyOf(payload: unknown, name: string): unknown {
  return typeof payload === 'object' && payload !== null && Object.hasOwn(payload, name)
    ? (payload as Record<string, unknown>)[name]
    : undefined;
}
