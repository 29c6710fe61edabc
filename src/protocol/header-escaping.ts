import { quoteInput } from './quote-input.js';
import { StompProtocolError } from './stomp-protocol-error.js';
import type { StompVersion } from './stomp-version.js';

const NOT_PLAIN = /[\\\n:\r\0]/;
const EVERY_NOT_PLAIN = /[\\\n:\r\0]/g;
const EVERY_CONTROL = /[\n\r\0]/g;

const UNWRITABLE_NAMES: Readonly<Record<StompVersion, RegExp>> = {
  '1.0': /[\n\r:\0]/,
  '1.1': /[\r\0]/,
  '1.2': /\0/,
};

/**
 * A header name or value as it is written on the wire for `version`.
 *
 * STOMP 1.2 escapes backslash, LF, CR and colon, 1.1 all of them but CR, 1.0 none. What the version cannot express
 * (LF on 1.0, CR on 1.0 and 1.1, NUL on all) becomes a space.
 *
 * @publicApi
 */
export function escapeHeader(text: string, version: StompVersion): string {
  if (!NOT_PLAIN.test(text)) return text;
  if (version === '1.0') return text.replace(EVERY_CONTROL, ' ');
  return text.replace(EVERY_NOT_PLAIN, (octet) => writtenOctet(octet, version));
}

/**
 * A header name as it is written for `version`, or `undefined` when the version cannot express it: the header has to be
 * left out then, because a name with a space in place of an octet would be another name.
 */
export function escapeHeaderName(name: string, version: StompVersion): string | undefined {
  if (name === '') return undefined;
  if (!NOT_PLAIN.test(name)) return name;
  return UNWRITABLE_NAMES[version].test(name) ? undefined : escapeHeader(name, version);
}

/**
 * A header name or value as it was meant by a peer that wrote it for `version`. Text of version 1.0 has no escapes and
 * is returned as it is.
 *
 * @throws StompProtocolError `STOMP_ERR_BAD_ESCAPE` for an escape that the version does not define (STOMP 1.2, Value
 *   Encoding: "must be treated as a fatal protocol error"), also for a backslash at the end
 * @publicApi
 */
export function unescapeHeader(text: string, version: StompVersion): string {
  const meant = tryUnescapeHeader(text, version);
  if (meant !== undefined) return meant;
  throw new StompProtocolError(
    'STOMP_ERR_BAD_ESCAPE',
    `${quoteInput(text)} contains an escape that STOMP ${version} does not define`,
  );
}

/** {@link unescapeHeader} with `undefined` in place of the error. */
export function tryUnescapeHeader(text: string, version: StompVersion): string | undefined {
  if (version === '1.0') return text;
  let backslash = text.indexOf('\\');
  if (backslash === -1) return text;
  let meant = '';
  let done = 0;
  // Left to right, each octet looked at once: of two backslashes and an n, the n is a letter.
  while (backslash !== -1) {
    const octet = unescapedOctet(text.charAt(backslash + 1), version);
    if (octet === undefined) return undefined;
    meant += text.slice(done, backslash) + octet;
    done = backslash + 2;
    backslash = text.indexOf('\\', done);
  }
  return meant + text.slice(done);
}

// STOMP 1.2 and 1.1, Value Encoding. What the version has no escape for becomes a space: a raw CR or LF would start a
// header of the sender's choice at the receiver, a raw NUL a frame.
function writtenOctet(octet: string, version: StompVersion): string {
  switch (octet) {
    case '\n':
      return '\\n';
    case ':':
      return '\\c';
    case '\\':
      return '\\\\';
    case '\r':
      return version === '1.2' ? '\\r' : ' ';
    default:
      return ' ';
  }
}

function unescapedOctet(letter: string, version: StompVersion): string | undefined {
  switch (letter) {
    case 'n':
      return '\n';
    case 'c':
      return ':';
    case '\\':
      return '\\';
    case 'r':
      return version === '1.2' ? '\r' : undefined;
    default:
      return undefined;
  }
}
