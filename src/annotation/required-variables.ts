import 'reflect-metadata';
import type { DestinationPattern } from '../messaging/destination/destination-pattern.js';
import { REQUIRED_VARIABLES_METADATA } from './annotation.constants.js';

/** Notes that a method cannot do without a variable of its mapping. */
export function requireVariable(prototype: object, method: string | symbol, variable: string): void {
  const variables = [...requiredVariablesOf(prototype, method), variable];
  Reflect.defineMetadata(REQUIRED_VARIABLES_METADATA, variables, prototype.constructor, method);
}

/**
 * One mapping of several may lack a variable: then it is the message that is wrong. A variable that none of them has is
 * misspelt, and no message could ever be handled.
 *
 * @param name of the method, for the error
 * @throws Error when a variable is in none of the patterns
 */
export function checkVariables(
  name: string,
  prototype: object,
  method: string,
  patterns: readonly DestinationPattern[],
): void {
  for (const variable of requiredVariablesOf(prototype, method)) {
    if (patterns.some(({ variableNames }) => variableNames.includes(variable))) continue;
    const sources = patterns.map(({ source }) => source).join(', ');
    throw new Error(
      `${name} wants @DestinationVariable('${variable}'), but ${sources} has no variable {${variable}}. ` +
        'Write it into the mapping, or make the parameter { required: false }.',
    );
  }
}

function requiredVariablesOf(prototype: object, method: string | symbol): readonly string[] {
  const variables: unknown = Reflect.getMetadata(REQUIRED_VARIABLES_METADATA, prototype.constructor, method);
  return (variables ?? []) as readonly string[];
}
