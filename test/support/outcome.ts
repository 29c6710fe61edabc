/** What `afterHandshake` was told, to be read in an expectation. */
export function outcomeOf(error: unknown): string {
  if (error === undefined) return 'ok';
  return error instanceof Error ? String(error) : typeof error;
}
