const MAX_QUOTED_CHARACTERS = 40;

const NAMES: ReadonlyMap<string, string> = new Map([
  ['\0', '<NUL>'],
  ['\t', '<TAB>'],
  ['\n', '<LF>'],
  ['\r', '<CR>'],
  [':', '<colon>'],
  ['\\', '<backslash>'],
]);

// Controls, format characters, surrogates, unassigned code points, line and paragraph separators, and the two
// characters that STOMP escapes.
const NOT_SHOWN_AS_IS = /[\p{C}\p{Zl}\p{Zp}:\\]/gu;

/**
 * Client input in double quotes, fit for an error message: at most 40 characters of it, and nothing left that could
 * break a line, hide, or need an escape on the wire.
 */
export function quoteInput(text: string): string {
  // A character is one or two code units, so 80 units hold at least 40 of them.
  const start = Array.from(text.slice(0, 2 * MAX_QUOTED_CHARACTERS))
    .slice(0, MAX_QUOTED_CHARACTERS)
    .join('');
  const visible = start.replace(NOT_SHOWN_AS_IS, (character) => NAMES.get(character) ?? codePoint(character));
  return `"${visible}${start.length < text.length ? '...' : ''}"`;
}

function codePoint(character: string): string {
  return `<U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}>`;
}
