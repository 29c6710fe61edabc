import { isUtf8 } from 'node:buffer';
import { tryUnescapeHeader } from './header-escaping.js';
import { quoteInput } from './quote-input.js';
import { hasRawHeaders, isStompCommand, opensSession } from './stomp-command.js';
import type { StompCommand } from './stomp-command.js';
import { StompHeaders } from './stomp-headers.js';
import type { StompFault, StompProtocolErrorCode } from './stomp-protocol-error.js';
import type { StompVersion } from './stomp-version.js';
import { trimSpaces } from './trim-spaces.js';

const CR = 0x0d;

// V8 keeps the whole head alive behind a substring of it. Below this size that costs less than the copy.
const MAX_SHARED_HEAD_BYTES = 1024;

/** The command and headers of a frame. */
export interface FrameHead {
  /** Not a {@link StompFault}. */
  readonly code?: undefined;
  readonly command: StompCommand;
  readonly headers: StompHeaders;
}

/** What a scan of the octets has already shown about a head. */
export interface HeadTraits {
  readonly isAscii: boolean;
  readonly hasCr: boolean;
}

/** Reads the octets from the first one of the command up to and including the blank line. */
export function readHead(
  octets: Buffer,
  from: number,
  to: number,
  { isAscii, hasCr }: HeadTraits,
  version: StompVersion | undefined,
): FrameHead | StompFault {
  const text = octets.toString(isAscii ? 'latin1' : 'utf8', from, to);
  // STOMP 1.2, Value Encoding: UTF-8. What is not leaves replacement characters, which would make two different
  // destinations one; but a peer may also have written such a character itself.
  if (!isAscii && text.includes('\uFFFD') && !isUtf8(octets.subarray(from, to))) {
    return fault('STOMP_ERR_INVALID_UTF8', 'the command or a header is not valid UTF-8');
  }

  let lineEnd = text.indexOf('\n');
  const isCrlf = text.charCodeAt(lineEnd - 1) === CR;
  const command = text.slice(0, isCrlf ? lineEnd - 1 : lineEnd);
  if (!isStompCommand(command)) {
    return command.includes('\r')
      ? fault('STOMP_ERR_BARE_CR', `command ${quoteInput(command)} contains a CR`)
      : fault('STOMP_ERR_UNKNOWN_COMMAND', `unknown command ${quoteInput(command)}`);
  }

  const endsAreMixed = mixesLineEnds(command, version);
  const stripsCr = hasCr && (isCrlf || endsAreMixed);
  const refusesCr = hasCr && endsAreMixed;
  const isRaw = hasRawHeaders(command);
  const unescapes = !isRaw && text.includes('\\');
  const rules = version ?? '1.2';
  const trims = !isRaw && version === '1.0';
  const detaches = text.length > MAX_SHARED_HEAD_BYTES;
  const headers = new StompHeaders();

  for (;;) {
    const start = lineEnd + 1;
    lineEnd = text.indexOf('\n', start);
    const end = stripsCr && text.charCodeAt(lineEnd - 1) === CR ? lineEnd - 1 : lineEnd;
    if (end === start) return { command, headers };

    if (refusesCr && text.slice(start, end).includes('\r')) {
      return fault('STOMP_ERR_BARE_CR', `${lineOf(command, headers)} contains a CR that ends no line`);
    }
    const colon = text.indexOf(':', start);
    // Also when the first colon is on a later line, or when there is none.
    if (colon <= start || colon > end) return malformedHeader(text.slice(start, end), command, headers);

    let name: string | undefined = text.substring(start, colon);
    let value: string | undefined = text.substring(colon + 1, end);
    // STOMP 1.0 shows its headers padded. From 1.1 on spaces are significant (STOMP 1.2, Augmented BNF).
    if (trims) value = trimSpaces(value);
    if (unescapes) {
      const written = name;
      name = tryUnescapeHeader(written, rules);
      value = tryUnescapeHeader(value, rules);
      if (name === undefined || value === undefined) {
        return fault(
          'STOMP_ERR_BAD_ESCAPE',
          `header ${quoteInput(written)} contains an escape that STOMP ${rules} does not define`,
        );
      }
    }
    if (detaches) {
      name = detached(name);
      value = detached(value);
    }
    headers.append(name, value);
  }
}

/**
 * The `receipt` header among the complete lines of a head that could not be read, or not to its end.
 *
 * `undefined` for CONNECT and STOMP (STOMP 1.2, CONNECT: the `receipt` header is not for them), and when the value
 * itself is not readable.
 */
export function findReceipt(
  octets: Buffer,
  from: number,
  to: number,
  version: StompVersion | undefined,
): string | undefined {
  const [first, ...lines] = octets.toString('latin1', from, to).split('\n');
  const isCrlf = first.endsWith('\r');
  const command = isCrlf ? first.slice(0, -1) : first;
  if (opensSession(command)) return undefined;

  const line = lines.find((candidate) => candidate.startsWith('receipt:'));
  if (line === undefined) return undefined;
  const stripsCr = line.endsWith('\r') && (isCrlf || mixesLineEnds(command, version));
  const value = Buffer.from(line.slice('receipt:'.length, stripsCr ? -1 : undefined), 'latin1');
  if (!isUtf8(value)) return undefined;
  const text = value.toString('utf8');
  return tryUnescapeHeader(version === '1.0' ? trimSpaces(text) : text, version ?? '1.2');
}

/**
 * Whether each line of the frame may end in LF or CRLF as it likes (STOMP 1.2, STOMP Frames), so that any other CR is
 * an error. CONNECT and STOMP come before the version is known and are always read like that.
 */
function mixesLineEnds(command: string, version: StompVersion | undefined): boolean {
  return version === undefined || version === '1.2' || opensSession(command);
}

function malformedHeader(line: string, command: StompCommand, headers: StompHeaders): StompFault {
  if (line.startsWith(':')) {
    return fault('STOMP_ERR_MALFORMED_HEADER', `${lineOf(command, headers)} has no name before its colon`);
  }
  // A line of CONNECT is not quoted, it may be half a password.
  const quoted = hasRawHeaders(command) ? '' : ` ${quoteInput(line)}`;
  return fault('STOMP_ERR_MALFORMED_HEADER', `${lineOf(command, headers)}${quoted} has no colon`);
}

function lineOf(command: StompCommand, headers: StompHeaders): string {
  return `header line ${headers.size + 1} of ${command}`;
}

function detached(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function fault(code: StompProtocolErrorCode, message: string): StompFault {
  return { code, message };
}
