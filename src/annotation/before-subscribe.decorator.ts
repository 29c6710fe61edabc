import { BEFORE_SUBSCRIBE_METADATA } from './annotation.constants.js';
import { defineValues } from './mapping-metadata.js';

/**
 * Looks at subscriptions of clients to these destinations before a broker or a handler has them: a method for guards,
 * pipes, interceptors and exception filters to stand on, as on any handler, where there is no handler otherwise.
 *
 * The destinations are the client's, whole (`/topic/rooms/{room}`, `/user/queue/**`), and may be patterns as in
 * `@MessageMapping`; a prefix on the class does not count. The subscription is refused when a guard refuses, when
 * anything throws, when the method returns `false`, or when nothing comes of it, an empty Observable, because an
 * interceptor drops what it says; what else it returns is not looked at. Every method whose
 * destinations match has to let it pass. A subscription with wildcards that may match one of the destinations is
 * refused, unless all that it may match is among them and they have no variables.
 *
 * ```ts
 * @BeforeSubscribe('/topic/rooms/{room}')
 * @UseGuards(MemberGuard)
 * join(@DestinationVariable('room') room: string, @Principal() user: StompPrincipal): boolean {
 *   return this.rooms.isOpen(room);
 * }
 * ```
 *
 * @param destinations at least one
 * @publicApi
 */
export function BeforeSubscribe(...destinations: string[]): MethodDecorator {
  return defineValues(BEFORE_SUBSCRIBE_METADATA, destinations);
}
