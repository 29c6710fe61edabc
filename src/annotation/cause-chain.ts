/** More causes than anybody nests. It also ends a ring. */
const MAX_CAUSES = 32;

/** What was thrown, then its cause, the cause of that, and so on. */
export function* causeChainOf(thrown: unknown): Iterable<unknown> {
  let current = thrown;
  for (let depth = 0; depth <= MAX_CAUSES; depth++) {
    yield current;
    if (typeof current !== 'object' || current === null || !('cause' in current)) return;
    if (current.cause === undefined || current.cause === null) return;
    current = current.cause;
  }
}
