import { trimSpaces } from './trim-spaces.js';

/**
 * A version of the STOMP specification.
 *
 * @publicApi
 */
export type StompVersion = '1.0' | '1.1' | '1.2';

/**
 * The versions spoken here, the preferred one first.
 *
 * @publicApi
 */
export const STOMP_VERSIONS: readonly StompVersion[] = Object.freeze(['1.2', '1.1', '1.0']);

// There are three versions; a longer list is padding, and none of it deserves work.
const MAX_TOKENS = 16;

/**
 * Picks the highest version that both sides speak, or `undefined` when there is none (STOMP 1.2, Protocol
 * Negotiation).
 *
 * Versions are compared as exact tokens, never as numbers: `1.20` is not `1.2`. Spaces around a token are ignored, and
 * so is everything after the first 16 tokens.
 *
 * @param acceptVersion the value of `accept-version`; absent (`undefined`) means a client of 1.0, which did not have
 *   the header, while an empty value names no version at all
 * @publicApi
 */
export function negotiateVersion(acceptVersion: string | undefined): StompVersion | undefined {
  if (acceptVersion === undefined) return '1.0';
  const offered = acceptVersion.split(',', MAX_TOKENS).map(trimSpaces);
  return STOMP_VERSIONS.find((version) => offered.includes(version));
}
