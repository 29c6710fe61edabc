import 'reflect-metadata';
import { Injectable, Logger, type Type } from '@nestjs/common';
import { ContextIdFactory, DiscoveryService, type ContextId } from '@nestjs/core';
import type { Message } from '../messaging/message.js';
import type { SimpSession } from '../messaging/simp-session.js';
import { textOfThrown } from '../messaging/thrown-text.js';
import { WEB_SOCKET_SCOPED_METADATA } from './annotation.constants.js';
import { moduleRefOf, type InstanceWrapper } from './handler-enhancers.js';

/** Something with a hook for its end, as Nest has it. */
interface Destroyable {
  onModuleDestroy?(): unknown;
}

/**
 * The providers that live as long as a session ({@link WebSocketScoped}).
 *
 * Each session is a context of Nest's injector of its own. A message's context looks into it for these providers, and
 * has its own of everything else.
 *
 * @publicApi
 */
@Injectable()
export class WebSocketScope {
  readonly #logger = new Logger('WebSocketScope');
  readonly #contexts = new WeakMap<SimpSession, ContextId>();
  readonly #ended = new WeakSet<SimpSession>();
  readonly #destroyed = new WeakSet<object>();
  #scoped: ReadonlyMap<unknown, InstanceWrapper> | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * The session's instance of a provider; it is made if this is the first time that somebody asks. For interceptors and
   * event listeners: handlers have it injected.
   *
   * @throws Error when the class is no `@WebSocketScoped()` provider of the application, or the session has ended
   */
  async resolve<T extends object>(session: SimpSession, type: Type<T>): Promise<T> {
    const wrapper = this.#providers.get(type);
    if (wrapper === undefined) {
      throw new Error(
        `${type.name} is no provider of a session. Decorate it with @WebSocketScoped() and list it in a module.`,
      );
    }
    return (await this.#resolve(session, wrapper)) as T;
  }

  /** The context in which a message's handler and enhancers are made. */
  contextIdOf(message: Message): ContextId {
    const contextId = ContextIdFactory.getByRequest(message);
    const { simpSession } = message.headers;
    if (simpSession === undefined || this.#providers.size === 0) return contextId;
    const parentOf = contextId.getParent?.bind(contextId);
    contextId.getParent = (info) => {
      const scoped = this.#providers.get(info.token);
      if (scoped !== undefined) return this.#contextOf(simpSession, scoped.name);
      return parentOf === undefined ? contextId : parentOf(info);
    };
    return contextId;
  }

  /** Those that something depends on, however indirectly. */
  neededBy(dependents: Iterable<InstanceWrapper>): readonly InstanceWrapper[] {
    const needed = new Set<InstanceWrapper>();
    if (this.#providers.size === 0) return [];
    const seen = new Set<InstanceWrapper>();
    const visit = (wrapper: InstanceWrapper): void => {
      if (seen.has(wrapper)) return;
      seen.add(wrapper);
      if (this.#providers.get(wrapper.token) === wrapper) needed.add(wrapper);
      // What it depends on belongs to the session with it.
      else for (const dependency of dependenciesOf(wrapper)) visit(dependency);
    };
    for (const wrapper of dependents) visit(wrapper);
    return [...needed];
  }

  /** Makes those that a message's handler will have injected, in the context of the session and not of the message. */
  async prepare(session: SimpSession | undefined, wrappers: readonly InstanceWrapper[]): Promise<void> {
    if (session === undefined) return;
    for (const wrapper of wrappers) await this.#resolve(session, wrapper);
  }

  /** Destroys what a session had of its own. */
  async end(session: SimpSession): Promise<void> {
    this.#ended.add(session);
    await this.#destroyAll(session);
  }

  async #destroyAll(session: SimpSession): Promise<void> {
    const contextId = this.#contexts.get(session);
    if (contextId === undefined) return;
    for (const wrapper of this.#providers.values()) {
      for (const { instance, isResolved } of wrapper.getExistingInstancesByContextId(contextId)) {
        if (isResolved === true) await this.#destroy(wrapper, instance as Destroyable);
      }
    }
  }

  async #destroy(wrapper: InstanceWrapper, instance: Destroyable): Promise<void> {
    if (this.#destroyed.has(instance)) return;
    this.#destroyed.add(instance);
    try {
      await instance.onModuleDestroy?.();
    } catch (error) {
      this.#logger.error(`${String(wrapper.name)}.onModuleDestroy failed: ${textOfThrown(error)}`);
    }
  }

  async #resolve(session: SimpSession, wrapper: InstanceWrapper): Promise<unknown> {
    const contextId = this.#contextOf(session, wrapper.name);
    const instance: unknown = await moduleRefOf(wrapper).resolve(wrapper.token, contextId);
    if (!this.#ended.has(session)) return instance;
    // The end has overtaken the making: nobody else would destroy what there is now.
    await this.#destroyAll(session);
    throw hasEnded(wrapper.name);
  }

  /** @throws Error when the session has ended: what is made then would never be destroyed */
  #contextOf(session: SimpSession, name: unknown): ContextId {
    if (this.#ended.has(session)) throw hasEnded(name);
    let contextId = this.#contexts.get(session);
    if (contextId === undefined) {
      contextId = ContextIdFactory.create();
      this.#contexts.set(session, contextId);
      const [any] = this.#providers.values();
      if (any !== undefined) moduleRefOf(any).registerRequestByContextId(session, contextId);
    }
    return contextId;
  }

  /** Looked up late: handlers are found when all modules have been made. */
  get #providers(): ReadonlyMap<unknown, InstanceWrapper> {
    return (this.#scoped ??= new Map(
      this.discovery
        .getProviders()
        .filter(
          ({ metatype, isNotMetatype }) =>
            !isNotMetatype &&
            typeof metatype === 'function' &&
            Reflect.getOwnMetadata(WEB_SOCKET_SCOPED_METADATA, metatype) === true,
        )
        .map((wrapper) => [wrapper.token, wrapper]),
    ));
  }
}

function hasEnded(name: unknown): Error {
  return new Error(`The session of ${String(name)} has ended.`);
}

function dependenciesOf(wrapper: InstanceWrapper): readonly InstanceWrapper[] {
  return [
    ...((wrapper.getCtorMetadata() as InstanceWrapper[] | undefined) ?? []),
    ...((wrapper.getPropertiesMetadata() as { wrapper: InstanceWrapper }[] | undefined) ?? []).map(
      (property) => property.wrapper,
    ),
  ].filter((dependency) => dependency !== undefined);
}
