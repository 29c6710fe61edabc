/**
 * A value now, or a promise of it. The hot paths stay synchronous while everybody on them is; the first
 * asynchronous participant makes the rest wait for it.
 */
export type MaybePromise<T> = T | Promise<T>;

/** Whether a value has to be awaited. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
