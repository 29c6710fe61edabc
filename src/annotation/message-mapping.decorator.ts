import 'reflect-metadata';
import { MESSAGE_MAPPING_METADATA } from './annotation.constants.js';
import { defineValues } from './mapping-metadata.js';

/**
 * On a method: handles messages that clients SEND to these destinations, behind an application prefix
 * (`applicationDestinationPrefixes`). On a class: a prefix for the mappings of its methods, both
 * `@MessageMapping` and `@SubscribeMapping`.
 *
 * A destination may be a pattern: `?` is one character, `*` any within a segment, `**` any number of segments,
 * `{name}` a variable, `{name:regex}` a constrained one. When several match, the most specific wins.
 *
 * What the method returns is sent to `/topic` and the destination without its prefix, or where `@SendTo` says.
 * A promise is awaited, every value of an Observable is sent, `null` and `undefined` send nothing.
 *
 * @param destinations any number; none on a method stands for the destination of its class
 * @publicApi
 */
export function MessageMapping(...destinations: string[]): ClassDecorator & MethodDecorator {
  return defineValues(MESSAGE_MAPPING_METADATA, destinations);
}
