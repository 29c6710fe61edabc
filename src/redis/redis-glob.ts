/** Whether an address is one that PSUBSCRIBE has to be asked for. */
export function isPattern(address: string): boolean {
  return address.endsWith('>') || address.includes('*');
}

/**
 * An address with `*` or `>` as a glob of Redis, whose `*` is any run of characters, dots included: it matches more, which a
 * bus may. Words hold no character that means something in a glob.
 *
 * Two different addresses become two different globs (`a.*` and `a.>` could both be `a.*`), because the end of one
 * subscription must not end the other. `>` is the one that stays short: so the pattern for everything below a namespace is
 * the text of the access rule for it, which Redis insists on.
 */
export function toGlob(address: string): string {
  return address.replaceAll('*', '?*').replace(/>$/, '*');
}
