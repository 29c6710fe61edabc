import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { ApplicationConfig, ModuleRef, type ContextId, type DiscoveryService } from '@nestjs/core';
import { PARAMETERS_METADATA } from './handler-metadata.js';

/** What Nest keeps of a provider or controller. Its class is not exported by name. */
export type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** What a method is for. Around an exception handler runs nothing but the pipes of its parameters. */
export type HandlerRole = 'handler' | 'exception-handler';

/** Where Nest keeps the enhancers of a class or method. */
export const ENHANCERS = {
  __guards__: 'guard',
  __interceptors__: 'interceptor',
  __pipes__: 'pipe',
  __exceptionFilters__: 'filter',
} as const;

type EnhancerType = Type<object>;
type EnhancerKind = (typeof ENHANCERS)[keyof typeof ENHANCERS];

/**
 * The enhancers of one handler that Nest has to make: those given by class, and the application's request-scoped
 * and transient ones. Nest makes them beforehand for controllers and gateways only. For any other host it finds
 * nothing, and skips the enhancer, or finds an object whose constructor never ran, and uses it as a guard. So each
 * of them is made here, unless Nest has done it, and kept where Nest looks for it.
 */
export class HandlerEnhancers {
  readonly #wrappers = new Set<InstanceWrapper>();

  /**
   * @param host the class, provider or value that has the handler
   * @param prototype of the host's class
   * @param withGlobals whether the application's global ones run for the handler, too
   * @param added those that Nest did not know when it wired the application; shared by all handlers
   */
  constructor(
    private readonly host: InstanceWrapper,
    private readonly prototype: object,
    private readonly methodName: string,
    private readonly added: WeakSet<InstanceWrapper>,
    role: HandlerRole,
    withGlobals: boolean,
  ) {
    for (const [type, kind] of enhancersOf(host, prototype, methodName, role)) {
      const wrapper = host.host?.injectables.get(type);
      if (wrapper === undefined) this.#add(type, kind);
      else this.#wrappers.add(wrapper);
    }
    if (!withGlobals || role === 'exception-handler') return;
    const config = host.host?.providers.get(ApplicationConfig)?.instance as ApplicationConfig;
    for (const wrapper of [
      ...config.getGlobalRequestGuards(),
      ...config.getGlobalRequestInterceptors(),
      ...config.getGlobalRequestPipes(),
      ...config.getGlobalRequestFilters(),
    ]) {
      this.#wrappers.add(wrapper);
    }
  }

  get wrappers(): Iterable<InstanceWrapper> {
    return this.#wrappers;
  }

  /** Whether each message needs some of its own. */
  get areScoped(): boolean {
    return [...this.#wrappers].some((wrapper) => !isStatic(wrapper));
  }

  /**
   * Makes those that live as long as the application.
   *
   * @param contextId under which Nest will be asked for transient ones
   * @throws Error when one cannot be made
   */
  async makeStatic(contextId: ContextId): Promise<void> {
    for (const wrapper of this.#wrappers) if (isStatic(wrapper)) await this.#make(wrapper, contextId);
  }

  /** Makes those of one message. */
  async makeScoped(contextId: ContextId): Promise<void> {
    for (const wrapper of this.#wrappers) {
      if (!isStatic(wrapper) || wrapper.isTransient) await this.#make(wrapper, contextId);
    }
  }

  #add(type: EnhancerType, kind: EnhancerKind): void {
    const wrapper = this.host.host?.addInjectable(type, kind) as InstanceWrapper;
    this.added.add(wrapper);
    this.#wrappers.add(wrapper);
  }

  async #make(wrapper: InstanceWrapper, contextId: ContextId): Promise<void> {
    const place = wrapper.getInstanceByContextId(keyOf(wrapper, contextId), this.host.id);
    if (place.isConstructorCalled === true || wrapper.metatype === null) return;
    // One that is not bound to the message is made in a context of its own, as Nest makes one for each host.
    const own = isStatic(wrapper) ? undefined : contextId;
    const instance: unknown = this.added.has(wrapper)
      ? await this.#create(wrapper, own)
      : await moduleRefOf(wrapper).resolve(wrapper.token, own);
    Object.assign(place, { instance, isResolved: true, isPending: false, isConstructorCalled: true });
  }

  async #create(wrapper: InstanceWrapper, contextId: ContextId | undefined): Promise<object> {
    try {
      return await moduleRefOf(wrapper).create(wrapper.metatype as EnhancerType, contextId);
    } catch (error) {
      const { name } = this.prototype.constructor;
      throw new Error(
        `The ${wrapper.subtype} ${String(wrapper.name)} of ${name}.${this.methodName} cannot be created. ` +
          `List ${name} as a class in the providers or controllers of its module.`,
        { cause: error },
      );
    }
  }
}

/** Creates and resolves within the wrapper's module. */
export function moduleRefOf(wrapper: InstanceWrapper): ModuleRef {
  return wrapper.host?.providers.get(ModuleRef)?.instance as ModuleRef;
}

function isStatic(wrapper: InstanceWrapper): boolean {
  return wrapper.isDependencyTreeStatic();
}

/** Durable instances are shared by contexts, and kept under the one that these have in common. */
function keyOf(wrapper: InstanceWrapper, contextId: ContextId): ContextId {
  const isTreeDurable = !wrapper.isTransient && wrapper.isDependencyTreeDurable();
  return contextId.getParent?.({ token: wrapper.token, isTreeDurable }) ?? contextId;
}

function* enhancersOf(
  host: InstanceWrapper,
  prototype: object,
  methodName: string,
  role: HandlerRole,
): Iterable<[EnhancerType, EnhancerKind]> {
  const type = host.isNotMetatype ? prototype.constructor : (host.metatype as EnhancerType);
  for (const [key, kind] of role === 'handler' ? Object.entries(ENHANCERS) : []) {
    for (const target of [type, Reflect.get(prototype, methodName) as object]) {
      for (const enhancer of (Reflect.getMetadata(key, target) ?? []) as unknown[]) {
        if (typeof enhancer === 'function') yield [enhancer as EnhancerType, kind];
      }
    }
  }
  const parameters = (Reflect.getMetadata(PARAMETERS_METADATA, prototype.constructor, methodName) ??
    {}) as Record<string, { readonly pipes?: readonly unknown[] }>;
  for (const { pipes = [] } of Object.values(parameters)) {
    for (const pipe of pipes) if (typeof pipe === 'function') yield [pipe as EnhancerType, 'pipe'];
  }
}
