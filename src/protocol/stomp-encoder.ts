import { escapeHeader, escapeHeaderName } from './header-escaping.js';
import { allowsBody, hasRawHeaders } from './stomp-command.js';
import type { StompCommand } from './stomp-command.js';
import { EMPTY_BODY } from './stomp-frame.js';
import type { StompFrame } from './stomp-frame.js';
import type { StompVersion } from './stomp-version.js';

/**
 * The octet sent when there is nothing else to send (STOMP 1.2, Heart-beating; 1.1 knows LF only).
 *
 * @publicApi
 */
export const HEART_BEAT: Buffer = Buffer.from('\n', 'latin1');

// From here on copying a body costs more than handing the socket another buffer.
const SHARED_BODY_MIN_BYTES = 1024;

const NUL = Buffer.alloc(1);

/**
 * The octets of `frame` for a receiver that speaks `version`.
 *
 * Headers keep their order and are escaped as that version has it, those of CONNECT, STOMP and CONNECTED not at all.
 * SEND, MESSAGE and ERROR get `content-length` as their last header, also for an empty body, and whatever the frame
 * itself has under that name is left out; no other command carries one.
 *
 * What the version cannot express never reaches the wire: in a value it becomes a space, and a header whose name holds
 * it is left out. So is the body of a command that has none.
 *
 * @publicApi
 */
export function encodeFrame(frame: StompFrame, version: StompVersion): Buffer {
  const body = writtenBody(frame);
  return joined(headOf(frame, version, body), body);
}

/**
 * The octets of {@link encodeFrame}, to be sent one buffer after the other: one buffer when the body is small, from
 * 1 KiB on three, the second of which is the body itself. Until they are sent, the body must not be changed.
 *
 * @publicApi
 */
export function encodeFrameInParts(frame: StompFrame, version: StompVersion): readonly Buffer[] {
  const body = writtenBody(frame);
  const head = headOf(frame, version, body);
  return body.length < SHARED_BODY_MIN_BYTES ? [joined(head, body)] : [Buffer.from(head, 'utf8'), body, NUL];
}

/**
 * A frame that differs between its receivers in one header only, as a MESSAGE does in `subscription`. Everything else
 * is encoded once, by the rules of {@link encodeFrame}.
 *
 * @publicApi
 */
export class PreparedFrame {
  readonly #escaping: StompVersion;
  readonly #beforeValue: Buffer;
  readonly #afterValue: Buffer;
  /** Body and NUL, when all receivers share them. */
  readonly #tail: Buffer | undefined;

  /**
   * @param frame has a header named `slot` at the place where it is to stand; its value there does not matter
   * @param version what the receivers speak
   * @param slot the name of the header that differs; if it is repeated, its first occurrence
   * @throws TypeError when the frame has no header of that name
   */
  constructor(frame: StompFrame, version: StompVersion, slot: string) {
    const { command } = frame;
    const escaping = escapingOf(command, version);
    let beforeValue: string | undefined;
    let lines = `${command}\n`;
    frame.headers.forEach((name, value) => {
      if (name === slot && beforeValue === undefined) {
        beforeValue = `${lines}${escapeHeader(name, escaping)}:`;
        lines = '\n';
      } else {
        lines += headerLine(name, value, escaping);
      }
    });
    if (beforeValue === undefined)
      throw new TypeError(`the ${command} frame has no header "${slot}" to fill in`);

    const body = writtenBody(frame);
    const rest = lines + lastLines(command, body);
    const sharesBody = body.length >= SHARED_BODY_MIN_BYTES;
    this.#escaping = escaping;
    this.#beforeValue = Buffer.from(beforeValue, 'utf8');
    this.#afterValue = sharesBody ? Buffer.from(rest, 'utf8') : joined(rest, body);
    this.#tail = sharesBody ? joined('', body) : undefined;
  }

  /**
   * The octets for a receiver whose `slot` header has this value, to be sent one buffer after the other: one buffer
   * when the body is small, from 1 KiB on two, of which all calls share the second.
   */
  encode(slotValue: string): readonly Buffer[] {
    const value = escapeHeader(slotValue, this.#escaping);
    const valueStart = this.#beforeValue.length;
    const valueEnd = valueStart + Buffer.byteLength(value, 'utf8');
    const head = Buffer.allocUnsafe(valueEnd + this.#afterValue.length);
    this.#beforeValue.copy(head);
    head.write(value, valueStart, 'utf8');
    this.#afterValue.copy(head, valueEnd);
    return this.#tail === undefined ? [head] : [head, this.#tail];
  }
}

/** Everything before the body. */
function headOf({ command, headers }: StompFrame, version: StompVersion, body: Buffer): string {
  const escaping = escapingOf(command, version);
  let head = `${command}\n`;
  headers.forEach((name, value) => (head += headerLine(name, value, escaping)));
  return head + lastLines(command, body);
}

/** Commands without escapes are written as 1.0 writes all: nothing escaped, and nothing that would need it. */
function escapingOf(command: StompCommand, version: StompVersion): StompVersion {
  return hasRawHeaders(command) ? '1.0' : version;
}

function writtenBody({ command, body }: StompFrame): Buffer {
  return allowsBody(command) ? body : EMPTY_BODY;
}

function headerLine(name: string, value: string, escaping: StompVersion): string {
  if (name === 'content-length') return '';
  const writtenName = escapeHeaderName(name, escaping);
  return writtenName === undefined ? '' : `${writtenName}:${escapeHeader(value, escaping)}\n`;
}

function lastLines(command: StompCommand, body: Buffer): string {
  return allowsBody(command) ? `content-length:${body.length}\n\n` : '\n';
}

function joined(head: string, body: Buffer): Buffer {
  const headBytes = Buffer.byteLength(head, 'utf8');
  const octets = Buffer.allocUnsafe(headBytes + body.length + 1);
  octets.write(head, 0, headBytes === head.length ? 'latin1' : 'utf8');
  body.copy(octets, headBytes);
  octets[octets.length - 1] = 0;
  return octets;
}
