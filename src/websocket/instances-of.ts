import type { INestApplicationContext, InjectionToken } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/**
 * Every instance of a provider in an application, whichever module has it. `app.get` would not do: it ends the
 * process when an application of `NestFactory` has no such provider.
 */
export function instancesOf<T>(app: INestApplicationContext, token: InjectionToken<T>): T[] {
  const found: T[] = [];
  for (const { providers } of app.get(ModulesContainer).values()) {
    const wrapper = providers.get(token);
    if (wrapper !== undefined) found.push(wrapper.instance as T);
  }
  return found;
}
