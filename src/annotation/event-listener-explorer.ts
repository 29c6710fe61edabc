import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import { EVENT_LISTENER_METADATA, WEB_SOCKET_SCOPED_METADATA } from './annotation.constants.js';
import type { EventType } from './event-listener.decorator.js';
import { moduleRefOf } from './handler-enhancers.js';
import { HostDiscovery, type Host } from './host-discovery.js';

/** Calls one decorated method, if an event is of a kind that it listens to. */
export type EventListenerMethod = (event: object) => unknown;

type Listeners = Record<string, (event: object) => unknown>;

/** Finds the methods decorated with `@EventListener`. */
@Injectable()
export class EventListenerExplorer {
  constructor(private readonly discovery: HostDiscovery) {}

  /**
   * @param kinds the classes of all events, or classes that these extend
   * @throws Error when a method says neither by decorator nor by parameter what it listens to
   */
  explore(kinds: readonly EventType[]): readonly EventListenerMethod[] {
    const listeners: EventListenerMethod[] = [];
    for (const host of this.discovery.hosts()) {
      for (const methodName of host.methodNames) {
        const types = typesOf(host, methodName, kinds);
        if (types === undefined) continue;
        refuseWebSocketScoped(host, methodName);
        const call = callerOf(host, methodName);
        listeners.push((event) => (types.some((type) => event instanceof type) ? call(event) : undefined));
      }
    }
    return listeners;
  }
}

function typesOf(
  { prototype }: Host,
  methodName: string,
  kinds: readonly EventType[],
): readonly EventType[] | undefined {
  const method = Reflect.get(prototype, methodName) as object;
  const types = Reflect.getMetadata(EVENT_LISTENER_METADATA, method) as readonly EventType[] | undefined;
  if (types === undefined || types.length > 0) return types;
  const [type] = (Reflect.getMetadata('design:paramtypes', prototype, methodName) ?? []) as unknown[];
  // Of a class that is imported with `import type` the compiler leaves `Function`, of which no event is an instance.
  const isEvent = (kind: EventType): boolean => type === kind || isSubclass(type, kind);
  if (kinds.some(isEvent)) return [type as EventType];
  throw new Error(
    `${prototype.constructor.name}.${methodName} listens to no event. ` +
      'Write @EventListener(SessionConnectedEvent), or give its first parameter the class of an event, ' +
      'imported without `type`.',
  );
}

/** Of which session's instance should an event of the broker be told? */
function refuseWebSocketScoped({ prototype }: Host, methodName: string): void {
  const type = prototype.constructor;
  if (Reflect.getOwnMetadata(WEB_SOCKET_SCOPED_METADATA, type) !== true) return;
  throw new Error(
    `${type.name} is @WebSocketScoped(), so ${methodName} cannot listen to events. ` +
      'Listen in another provider and get the instance of the session from WebSocketScope.',
  );
}

function isSubclass(type: unknown, base: EventType): boolean {
  return typeof type === 'function' && type.prototype instanceof base;
}

/** An instance of a request is made for each event. */
function callerOf({ wrapper }: Host, methodName: string): (event: object) => unknown {
  if (wrapper.isDependencyTreeStatic() && !wrapper.isTransient) {
    const instance = wrapper.instance as Listeners;
    return (event) => instance[methodName]?.(event);
  }
  const moduleRef = moduleRefOf(wrapper);
  return async (event) => {
    const contextId = ContextIdFactory.create();
    moduleRef.registerRequestByContextId(event, contextId);
    const instance = await moduleRef.resolve<Listeners>(wrapper.token, contextId);
    return instance[methodName]?.(event);
  };
}
