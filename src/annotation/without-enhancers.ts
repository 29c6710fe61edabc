import type { ExternalContextCreator } from '@nestjs/core';

/** What is replaced of Nest's `ExternalContextCreator`. */
interface EnhancerCreators {
  readonly pipesContextCreator: object;
}

/**
 * The same creator for methods around which nothing is to run: no guards, interceptors, filters, and no pipes but those
 * of their parameters.
 */
export function withoutEnhancers(creator: ExternalContextCreator): ExternalContextCreator {
  const { pipesContextCreator } = creator as unknown as EnhancerCreators;
  const none = { create: () => [] };
  return Object.create(creator, {
    guardsContextCreator: { value: none },
    interceptorsContextCreator: { value: none },
    pipesContextCreator: { value: Object.create(pipesContextCreator, { create: { value: none.create } }) },
    filtersContextCreator: { value: { create: () => ({ next: rethrow }) } },
  }) as ExternalContextCreator;
}

function rethrow(error: unknown): never {
  throw error;
}
