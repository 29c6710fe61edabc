import type { SelectorCondition, SelectorOperand } from './selector-condition.js';

/**
 * The longest text that LIKE looks at, in characters: as long as the longest destination. A step takes a character
 * of the pattern and one of the text, so this bounds what a hostile pair of them can cost.
 */
const MAX_TEXT_LENGTH = 1024;

/**
 * `LIKE`: `%` is any number of characters, `_` is one, the whole text has to match. Unknown if it is not a text or
 * has more than 1024 characters.
 */
export function like(operand: SelectorOperand, pattern: string): SelectorCondition {
  // By code point, so that `_` takes no half of a character.
  const wanted = Array.from(pattern);
  return (message) => {
    const text = operand(message);
    if (typeof text !== 'string' || text.length > MAX_TEXT_LENGTH) return undefined;
    return matches(wanted, Array.from(text));
  };
}

/**
 * Tries the shortest for each `%` and lengthens only the last one: what stands before it has been found as far to
 * the left as possible, so to move it could only make matters worse. At most pattern times text steps.
 */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let behindStar = 0;
  let next = 0;
  while (next < text.length) {
    if (pattern[at] === '%') {
      star = at++;
      behindStar = next;
    } else if (pattern[at] === '_' || pattern[at] === text[next]) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++behindStar;
    } else return false;
  }
  while (pattern[at] === '%') at++;
  return at === pattern.length;
}
