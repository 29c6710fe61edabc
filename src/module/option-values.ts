import { inspect } from 'node:util';
import { StompConfigurationError } from './stomp-configuration-error.js';

/*
 * Checks of single values. Each gives the value back or throws a StompConfigurationError that names the option.
 */

export function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}

export function list(option: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(option, value, 'Write a list.');
  return value;
}

export function choice<T extends string>(option: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw wrong(option, value, `Use ${known.map((name) => `'${name}'`).join(' or ')}.`);
}

export function destination(option: string, value: unknown): string {
  if (typeof value === 'string' && value.startsWith('/')) return value;
  throw wrong(option, value, "Write a string that starts with '/'.");
}

export function strings(option: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string' || item === '')) {
    throw wrong(option, value, 'Write a list of non-empty strings.');
  }
  return value as readonly string[];
}

export function whole(option: string, value: unknown, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > 0x7fffffff) {
    throw wrong(option, value, `Write a whole number from ${least} to 2147483647.`);
  }
  return value as number;
}

export function flag(option: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrong(option, value, 'Use true or false.');
  return value;
}

export function wrong(option: string, value: unknown, remedy: string): StompConfigurationError {
  const shown = inspect(value, { breakLength: Infinity, depth: 1 }).slice(0, 100);
  return new StompConfigurationError(`StompModule option "${option}" is wrong: ${shown}. ${remedy}`);
}
