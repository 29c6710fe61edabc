import { inspect } from 'node:util';

/**
 * What was thrown, in one line of the log. Not all that can be thrown can be made a string, and where nobody awaits a
 * failure, a second one while it is logged would end the process.
 */
export function textOfThrown(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  return thrown instanceof Error ? String(thrown) : inspect(thrown, { breakLength: Infinity });
}
