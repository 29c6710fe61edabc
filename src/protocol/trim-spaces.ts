const SPACE = 0x20;

/** `text` without the spaces (U+0020 only) at both ends; `trim()` would also take a BOM and other Unicode spaces. */
export function trimSpaces(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) === SPACE) from++;
  while (to > from && text.charCodeAt(to - 1) === SPACE) to--;
  return text.slice(from, to);
}
