import 'reflect-metadata';
import { Injectable, Scope } from '@nestjs/common';
import { WEB_SOCKET_SCOPED_METADATA } from './annotation.constants.js';

/**
 * A provider of which every session has an instance of its own: Spring's scope `websocket`. It is made when a handler
 * that depends on it is first called for the session, or when {@link WebSocketScope} is asked for it, and lives until
 * the session ends; then its `onModuleDestroy`, if it has one, is called and awaited.
 *
 * Handlers and enhancers that depend on it become request-scoped. `@Inject(REQUEST)` in it is the session
 * (`SimpSession`).
 *
 * ```ts
 * @WebSocketScoped()
 * class Cart implements OnModuleDestroy {
 *   constructor(@Inject(REQUEST) private readonly session: SimpSession) {}
 * }
 * ```
 *
 * @publicApi
 */
export function WebSocketScoped(): ClassDecorator {
  return (target) => {
    Reflect.defineMetadata(WEB_SOCKET_SCOPED_METADATA, true, target);
    Injectable({ scope: Scope.REQUEST })(target);
  };
}
