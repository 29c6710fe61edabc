import 'reflect-metadata';
import {
  DefaultValuePipe,
  ParseArrayPipe,
  ParseBoolPipe,
  ParseDatePipe,
  ParseEnumPipe,
  ParseFloatPipe,
  ParseIntPipe,
  ParseUUIDPipe,
  ValidationPipe,
} from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import type { InstanceWrapper } from './handler-enhancers.js';
import { PARAMETERS_METADATA } from './handler-metadata.js';

/** Nest's pipes that do not look at a schema. Any other may, those that extend one of these included. */
const READ_NO_SCHEMA: ReadonlySet<unknown> = new Set<unknown>([
  DefaultValuePipe,
  ParseArrayPipe,
  ParseBoolPipe,
  ParseDatePipe,
  ParseEnumPipe,
  ParseFloatPipe,
  ParseIntPipe,
  ParseUUIDPipe,
  ValidationPipe,
]);

/**
 * Whether a parameter of a handler has a schema that no pipe reads. It looks validated, and takes whatever a client sends.
 *
 * @param withGlobals whether the application's pipes run for the handler
 */
export function hasUnreadSchema(
  { host, metatype, isNotMetatype }: InstanceWrapper,
  prototype: object,
  methodName: string,
  withGlobals: boolean,
): boolean {
  const parameters = (Reflect.getMetadata(PARAMETERS_METADATA, prototype.constructor, methodName) ??
    {}) as Record<string, { readonly schema?: unknown; readonly pipes?: readonly unknown[] }>;
  const withSchema = Object.values(parameters).filter(({ schema }) => schema !== undefined);
  if (withSchema.length === 0) return false;
  const type = isNotMetatype ? prototype.constructor : (metatype as object);
  const shared = [
    ...pipesOn(type),
    ...pipesOn(Reflect.get(prototype, methodName) as object),
    ...(withGlobals
      ? globalPipes(host?.providers.get(ApplicationConfig)?.instance as ApplicationConfig)
      : []),
  ];
  return withSchema.some(({ pipes = [] }) => ![...shared, ...pipes].some(mayReadSchema));
}

function pipesOn(target: object): readonly unknown[] {
  return (Reflect.getMetadata('__pipes__', target) ?? []) as readonly unknown[];
}

function globalPipes(config: ApplicationConfig): readonly unknown[] {
  return [...config.getGlobalPipes(), ...config.getGlobalRequestPipes().map(({ metatype }) => metatype)];
}

function mayReadSchema(pipe: unknown): boolean {
  return !READ_NO_SCHEMA.has(typeof pipe === 'function' ? pipe : (pipe as object).constructor);
}
