/**
 * STOMP headers of a message: name to values, in the order of first appearance. A name repeated by the sender
 * keeps all its values; the first one counts (STOMP 1.2, Repeated Header Entries). A `Map`, so that names such
 * as `__proto__` are names like any other.
 *
 * @publicApi
 */
export type NativeHeaders = ReadonlyMap<string, readonly string[]>;

/** A message without STOMP headers of its own. */
export const NO_NATIVE_HEADERS: NativeHeaders = new Map();
