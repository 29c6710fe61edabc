import 'reflect-metadata';
import type { DestinationPattern } from '../messaging/destination/destination-pattern.js';
import { SEND_TO_METADATA, SEND_TO_USER_METADATA } from './annotation.constants.js';
import { valuesOf } from './mapping-metadata.js';
import type { SendToUserMetadata } from './send-to-user.decorator.js';

/**
 * Where a handler's decorators send its results. An empty list of destinations is the default one; `undefined` on
 * both sides is what the kind of handler does without decorators.
 */
export interface ResultDestinations {
  readonly sendTo: readonly string[] | undefined;
  readonly sendToUser: SendToUserMetadata | undefined;
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** What stands on a class or a method. */
export function destinationsOn(target: object): ResultDestinations {
  return {
    sendTo: valuesOf(SEND_TO_METADATA, target),
    sendToUser: Reflect.getMetadata(SEND_TO_USER_METADATA, target) as SendToUserMetadata | undefined,
  };
}

/**
 * As in Spring: what a method says takes the place of all that its class says, if it names a destination; if it names
 * none, the destinations of the class are taken, if that names one.
 */
export function resultDestinationsOf(method: object, type: object): ResultDestinations {
  const ofMethod = destinationsOn(method);
  const ofClass = destinationsOn(type);
  if (namesOne(ofMethod)) return ofMethod;
  if (namesOne(ofClass)) return ofClass;
  return isDecorated(ofMethod) ? ofMethod : ofClass;
}

/** Whether a decorator says where results go, if only "the default". */
export function isDecorated({ sendTo, sendToUser }: ResultDestinations): boolean {
  return sendTo !== undefined || sendToUser !== undefined;
}

function namesOne({ sendTo = [], sendToUser }: ResultDestinations): boolean {
  return sendTo.length > 0 || (sendToUser?.destinations.length ?? 0) > 0;
}

/** @throws Error when a destination has a placeholder that one of the mappings has no variable for */
export function checkPlaceholders(
  name: string,
  { sendTo = [], sendToUser }: ResultDestinations,
  patterns: readonly DestinationPattern[],
): void {
  for (const destination of [...sendTo, ...(sendToUser?.destinations ?? [])]) {
    for (const [, variable = ''] of destination.matchAll(PLACEHOLDER)) {
      const without = patterns.find((pattern) => !pattern.variableNames.includes(variable));
      if (without !== undefined) {
        throw new Error(
          `${name} sends to ${destination}, but its mapping ${without.source} has no variable {${variable}}.`,
        );
      }
    }
  }
}

/**
 * Fills the placeholders of a destination.
 *
 * @throws Error when there is no variable for one
 */
export function fillPlaceholders(destination: string, variables: ReadonlyMap<string, string>): string {
  if (!destination.includes('{')) return destination;
  return destination.replace(PLACEHOLDER, (_match, variable: string) => {
    const value = variables.get(variable);
    if (value === undefined) throw new Error(`${destination} needs a variable {${variable}} of the mapping.`);
    return value;
  });
}
