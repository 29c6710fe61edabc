import type { HandlerMethod } from '../annotation/handler-method.js';
import type { StompSettings } from './stomp-settings.js';

/**
 * Prefixes that are written where they are implied. That may be meant, so it is no error, but mostly the method is never
 * called, or nobody gets its result, and nothing else tells.
 *
 * @returns a line for each
 */
export function doubledPrefixes(
  { name, patterns, destinations }: HandlerMethod,
  { applicationDestinationPrefixes, userDestinationPrefix }: StompSettings,
): readonly string[] {
  const lines: string[] = [];
  for (const prefix of applicationDestinationPrefixes.map(withoutFinalSlash)) {
    for (const { source } of patterns) {
      if (prefix === '' || !source.startsWith(`${prefix}/`)) continue;
      lines.push(`${name} is mapped to ${source}, which clients reach as ${prefix}${source}.`);
    }
  }
  const userPrefix = withoutFinalSlash(userDestinationPrefix);
  for (const destination of destinations.sendToUser?.destinations ?? []) {
    if (!destination.startsWith(userDestinationPrefix)) continue;
    lines.push(
      `${name} answers to ${destination}, which clients subscribe to as ${userPrefix}${destination}.`,
    );
  }
  return lines.map((line) => `${line} Leave the prefix out.`);
}

function withoutFinalSlash(prefix: string): string {
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
}
