import { quoteSelectorText, SelectorError } from './selector-error.js';

/** A word of a selector. */
export interface SelectorToken {
  readonly kind: 'text' | 'number' | 'name' | 'symbol' | 'end';
  /** As it is written, quotes included. */
  readonly raw: string;
  /** What a keyword or a symbol is recognised by: a name in upper case; '' for texts and numbers. */
  readonly word: string;
  /** Where it begins, counted from 1. */
  readonly position: number;
}

const SPACES = new Set([' ', '\t', '\r', '\n']);

/**
 * Takes a selector apart. Always ends with the token `end`.
 *
 * @throws {SelectorError} at a character that begins no token
 */
export function selectorTokens(source: string): readonly SelectorToken[] {
  // No two of its alternatives can match at the same place for long, and no part of one can take what the part behind
  // it needs; so a token costs what it is long, and one that fails ends the reading.
  const token =
    /'(?:[^']|'')*'(?!')|[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$.])|[A-Za-z_$][\w$-]*|[=!]=|<[>=]?|>=?|&&|\|\||[=!(),.[\]]/y;
  const tokens: SelectorToken[] = [];
  let at = 0;
  while (at < source.length) {
    if (SPACES.has(source[at])) {
      at++;
      continue;
    }
    token.lastIndex = at;
    const match = token.exec(source);
    if (match === null) throw unknownCharacter(source, at);
    tokens.push({ ...classified(match[0]), position: at + 1 });
    at = token.lastIndex;
  }
  tokens.push({ kind: 'end', raw: '', word: '', position: source.length + 1 });
  return tokens;
}

function classified(raw: string): Omit<SelectorToken, 'position'> {
  if (raw.startsWith("'")) return { kind: 'text', raw, word: '' };
  if (/^[+\-\d]/.test(raw)) return { kind: 'number', raw, word: '' };
  if (/^\w|^\$/.test(raw)) return { kind: 'name', raw, word: raw.toUpperCase() };
  return { kind: 'symbol', raw, word: raw };
}

function unknownCharacter(source: string, at: number): SelectorError {
  const character = String.fromCodePoint(source.codePointAt(at) as number);
  const isQuote = character === "'";
  return new SelectorError({
    code: 'STOMP_ERR_SELECTOR_SYNTAX',
    position: at + 1,
    problem: isQuote ? 'a text is not closed' : `${quoteSelectorText(character)} has no meaning here`,
    remedy: isQuote
      ? "Write ' at its end, and '' for a quote inside"
      : "Write texts as 'text', numbers as 12.5, and a header with other characters than letters, digits, _, $ and - as headers['name']",
  });
}
