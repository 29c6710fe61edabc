const SUPPORTED: ReadonlySet<string> = new Set(['v10.stomp', 'v11.stomp', 'v12.stomp']);

/**
 * Chooses a sub-protocol as Spring does: the first one of the client's list that is known, whatever its case,
 * in the client's own spelling. It does not bind the STOMP version, which `accept-version` decides.
 *
 * @returns `false` when the client offered none that is known: the connection is served as STOMP all the same
 */
export function selectSubProtocol(offered: Iterable<string>): string | false {
  for (const token of offered) {
    if (SUPPORTED.has(token.toLowerCase())) return token;
  }
  return false;
}
