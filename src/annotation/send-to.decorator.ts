import { SEND_TO_METADATA } from './annotation.constants.js';
import { defineValues } from './mapping-metadata.js';

/**
 * Says where a handler's return value goes: a copy to each destination, in order. `{name}` stands for a variable
 * of the mapping. On a class it holds for all handlers that do not say it themselves; without destinations it
 * stands for those of the class, or for `/topic` and the destination without its prefix.
 *
 * @publicApi
 */
export function SendTo(...destinations: string[]): ClassDecorator & MethodDecorator {
  return defineValues(SEND_TO_METADATA, destinations);
}
