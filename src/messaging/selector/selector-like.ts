import type { SelectorCondition, SelectorOperand } from './selector-condition.js';

/**
 * The longest text that LIKE looks at, in characters: as long as the longest destination. A step takes a character
 * of the pattern and one of the text, so this bounds what a hostile pair of them can cost.
 */
const MAX_TEXT_LENGTH = 1024;

const PERCENT = 0x25;
const UNDERSCORE = 0x5f;

/**
 * `LIKE`: `%` is any number of characters, `_` is one, the whole text has to match. Unknown if it is not a text or
 * has more than 1024 characters.
 */
export function like(operand: SelectorOperand, pattern: string): SelectorCondition {
  const wanted = codePointsOf(pattern);
  return (message) => {
    const text = operand(message);
    if (typeof text !== 'string' || text.length > MAX_TEXT_LENGTH) return undefined;
    return matches(wanted, codePointsOf(text));
  };
}

/** So that `_` takes no half of a character. Numbers are compared ten times as fast as strings. */
function codePointsOf(text: string): Uint32Array {
  const codePoints = new Uint32Array(text.length);
  let length = 0;
  for (const character of text) codePoints[length++] = character.codePointAt(0) as number;
  return codePoints.subarray(0, length);
}

/**
 * Tries the shortest for each `%` and lengthens only the last one: what stands before it has been found as far to
 * the left as possible, so to move it could only make matters worse. At most pattern times text steps.
 */
function matches(pattern: Uint32Array, text: Uint32Array): boolean {
  let at = 0;
  let star = -1;
  let behindStar = 0;
  let next = 0;
  while (next < text.length) {
    const wanted = pattern[at];
    if (wanted === PERCENT) {
      star = at++;
      behindStar = next;
    } else if (wanted === UNDERSCORE || wanted === text[next]) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++behindStar;
    } else return false;
  }
  while (pattern[at] === PERCENT) at++;
  return at === pattern.length;
}
