import type { ArgumentsHost } from '@nestjs/common';

type Catch = (error: unknown, host: ArgumentsHost) => unknown;

/** What is used of Nest's class of this name. */
export interface ExceptionsHandler {
  readonly filters: readonly { readonly func: Catch }[];
  setCustomFilters(filters: readonly { readonly func: Catch }[]): void;
  invokeCustomFilters: Catch;
  next: Catch;
}

/**
 * What a filter has caught is dealt with, whatever it returns. What none of them is for goes to the caller, who
 * logs it once.
 */
export function trustFilters(handler: ExceptionsHandler): ExceptionsHandler {
  handler.setCustomFilters(
    handler.filters.map((filter) => ({
      ...filter,
      // Nest takes `undefined` for a filter that was not there.
      func: (error: unknown, host: ArgumentsHost) => filter.func(error, host) ?? null,
    })),
  );
  handler.next = async (error, host) => {
    const answer = handler.invokeCustomFilters(error, host);
    if (answer === undefined) throw error;
    return answer;
  };
  return handler;
}
