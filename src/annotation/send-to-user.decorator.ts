import 'reflect-metadata';
import { SEND_TO_USER_METADATA } from './annotation.constants.js';
import { defineMetadataOn } from './mapping-metadata.js';

/**
 * Which sessions of the user `@SendToUser` is for.
 *
 * @publicApi
 */
export interface SendToUserDecoratorOptions {
  /**
   * Whether every session of the user gets the result, or only the one whose message was handled. An anonymous
   * session always gets its own only.
   *
   * @default true as in Spring
   */
  readonly broadcast?: boolean;
}

/** What the decorator leaves on a class or method. */
export interface SendToUserMetadata {
  readonly destinations: readonly string[];
  readonly broadcast: boolean;
}

/**
 * Says that a handler's return value goes to the user whose message it handled, at these destinations, who subscribes to
 * them as `/user/queue/…`: a copy to each, in order. `{name}` stands for a variable of the mapping. Without
 * destinations it is `/queue` and the destination of the message without its prefix.
 *
 * On a class it holds for all handlers that do not say where their results go themselves. Beside `@SendTo`, results
 * go to both.
 *
 * ```ts
 * @MessageMapping('/trade')
 * @SendToUser('/queue/confirmations', { broadcast: false })
 * ```
 *
 * @publicApi
 */
export function SendToUser(
  ...destinationsAndOptions: (string | SendToUserDecoratorOptions)[]
): ClassDecorator & MethodDecorator {
  const destinations = destinationsAndOptions.filter((value) => typeof value === 'string');
  const options = destinationsAndOptions.filter((value) => typeof value !== 'string');
  const { broadcast = true } = Object.assign({}, ...options) as SendToUserDecoratorOptions;
  const metadata: SendToUserMetadata = { destinations, broadcast };
  return defineMetadataOn(SEND_TO_USER_METADATA, metadata);
}
