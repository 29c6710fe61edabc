/** `done`, or the message of what a promise was rejected with. */
export function howSettled(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: unknown) => (error as Error).message,
  );
}
