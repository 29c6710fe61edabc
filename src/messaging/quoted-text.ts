const MAX_IN_MESSAGE = 60;
const MAX_IN_LOG = 200;

// Controls, format characters, half surrogate pairs, line and paragraph separators.
const NOT_SHOWN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Text of an application or a client in double quotes, fit for the message of an error, which a client may see: at most
 * 60 characters of it, and nothing that could break a line or hide.
 */
export function quoteForMessage(text: string): string {
  const clipped = text.slice(0, MAX_IN_MESSAGE);
  return `"${clipped.replace(NOT_SHOWN, '?')}${clipped.length < text.length ? '...' : ''}"`;
}

/** Text of a client in double quotes, fit for a line of the log: at most 200 characters of it, escaped as in JSON. */
export function quoteForLog(text: string): string {
  return JSON.stringify(text.slice(0, MAX_IN_LOG));
}
