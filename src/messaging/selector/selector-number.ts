/** Twice what the longest double takes; so a long header costs no more to refuse than a short one. */
const MAX_LENGTH = 64;

// No two parts of it can match the same characters, so nothing is tried twice.
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The number that a text is, written as in JSON but with a `+` or leading zeros if somebody likes; `null` if it is
 * none, is not finite, or has more than 64 characters. `Number` alone would see numbers in `''`, `' 1 '` and `0x1F`.
 */
export function selectorNumber(text: string): number | null {
  if (text.length > MAX_LENGTH || !NUMBER.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}
