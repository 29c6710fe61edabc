import { inspect } from 'node:util';
import { StompConfigurationError } from './stomp-configuration-error.js';

/*
 * Checks of single values. Each gives the value back or throws a StompConfigurationError that names the option.
 */

/** Whether a value, of whatever class, can be called so. */
export function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}

/** A list of anything. */
export function list(option: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(option, value, 'Write a list.');
  return value;
}

/** One of some words. */
export function choice<T extends string>(option: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw wrong(option, value, `Use ${known.map((name) => `'${name}'`).join(' or ')}.`);
}

/** A destination of its own or behind a prefix. */
export function destination(option: string, value: unknown): string {
  if (typeof value === 'string' && value.startsWith('/')) return value;
  throw wrong(option, value, "Write a string that starts with '/'.");
}

/** A list of texts, none of them empty. */
export function strings(option: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string' || item === '')) {
    throw wrong(option, value, 'Write a list of non-empty strings.');
  }
  return value as readonly string[];
}

/** A whole number from `least` on, small enough for a timer. */
export function whole(option: string, value: unknown, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > 0x7fffffff) {
    throw wrong(option, value, `Write a whole number from ${least} to 2147483647.`);
  }
  return value as number;
}

/** True or false, and nothing that only counts as one of them. */
export function flag(option: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrong(option, value, 'Use true or false.');
  return value;
}

/** The error for an option that has an impossible value. */
export function wrong(option: string, value: unknown, remedy: string): StompConfigurationError {
  const shown = inspect(value, { breakLength: Infinity, depth: 1 }).slice(0, 100);
  return new StompConfigurationError(`StompModule option "${option}" is wrong: ${shown}. ${remedy}`);
}
