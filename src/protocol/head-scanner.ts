import { quoteInput } from './quote-input.js';
import type { StompDecoderLimits } from './stomp-decoder-limits.js';
import type { StompFault } from './stomp-protocol-error.js';

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;

// Bits in the union of the octets seen: an octet itself takes the lower eight.
const NOT_ASCII = 0x80;
const SAW_CR = 0x100;

/**
 * Finds the blank line that ends the command and headers of a frame.
 *
 * Each octet is looked at once: when they run out, the next scan goes on where the last one stopped. Limits are noticed
 * with the first octet too many. All positions are kept relative to the first octet of the frame, as the octets may
 * have been moved in between.
 */
export class HeadScanner {
  #scanned = 0;
  #union = 0;
  #lines = 0;
  #lineStart = 0;
  #blockStart = 0;

  /** Whether all octets scanned were ASCII. */
  get isAscii(): boolean {
    return (this.#union & NOT_ASCII) === 0;
  }

  /** Whether a CR was among the octets scanned. */
  get hasCr(): boolean {
    return (this.#union & SAW_CR) !== 0;
  }

  /** How many octets the lines take up that have been scanned to their end, the blank line not counted. */
  get lineBytes(): number {
    return this.#lineStart;
  }

  /** Forgets the last frame. */
  reset(): void {
    this.#scanned = 0;
    this.#union = 0;
    this.#lines = 0;
    this.#lineStart = 0;
  }

  /**
   * Goes on through the head that begins at `from`.
   *
   * @returns the position behind the blank line; `undefined` when there are no more octets; or what is wrong
   */
  scan(octets: Buffer, from: number, limits: StompDecoderLimits): number | StompFault | undefined {
    let at = from + this.#scanned;
    let union = this.#union;
    for (;;) {
      const limit = from + this.#lineLimit(limits);
      const stop = Math.min(limit + 1, octets.length);
      while (at < stop) {
        const octet = octets[at];
        if (octet > CR) union |= octet;
        else if (octet === CR) union |= SAW_CR;
        else if (octet === LF || octet === NUL) break;
        at++;
      }
      // The one octet beyond the limit may be the CR of the line end.
      if (at > limit && (octets[limit] !== CR || (at < octets.length && octets[at] !== LF))) {
        return this.#limitFault(octets.toString('latin1', from, limit), limits);
      }
      this.#union = union;
      if (at === octets.length) {
        this.#scanned = at - from;
        return undefined;
      }
      if (octets[at] === NUL) {
        return {
          code: 'STOMP_ERR_NUL_IN_HEAD',
          message: 'a NUL stands before the blank line that ends the headers',
        };
      }

      const lineStart = from + this.#lineStart;
      const lineBytes = at - lineStart;
      at++;
      if (lineBytes === 0 || (lineBytes === 1 && octets[lineStart] === CR)) return at;
      this.#lineStart = at - from;
      this.#lines++;
      if (this.#lines === 1) this.#blockStart = this.#lineStart;
    }
  }

  /** The position that the current line may reach with its line end only. */
  #lineLimit(limits: StompDecoderLimits): number {
    const start = this.#lineStart;
    if (this.#lines === 0) return limits.maxCommandBytes;
    if (this.#lines > limits.maxHeaders) return start;
    const blockEnd = this.#blockStart + limits.maxHeaderBlockBytes;
    return Math.max(start, Math.min(start + limits.maxHeaderLineBytes, blockEnd));
  }

  #limitFault(scanned: string, limits: StompDecoderLimits): StompFault {
    const { maxCommandBytes, maxHeaders, maxHeaderLineBytes, maxHeaderBlockBytes } = limits;
    if (this.#lines === 0) {
      return {
        code: 'STOMP_ERR_COMMAND_LIMIT',
        message: `command ${quoteInput(scanned)} is longer than ${maxCommandBytes} octets; is the peer speaking STOMP?`,
        limit: maxCommandBytes,
      };
    }
    if (this.#lines > maxHeaders) {
      return {
        code: 'STOMP_ERR_HEADER_COUNT_LIMIT',
        message: `more than ${maxHeaders} header lines; send fewer`,
        limit: maxHeaders,
      };
    }
    if (this.#lineStart + maxHeaderLineBytes <= this.#blockStart + maxHeaderBlockBytes) {
      return {
        code: 'STOMP_ERR_HEADER_LINE_LIMIT',
        message: `header line ${this.#lines} is longer than ${maxHeaderLineBytes} octets; shorten it`,
        limit: maxHeaderLineBytes,
      };
    }
    return {
      code: 'STOMP_ERR_HEADER_BLOCK_LIMIT',
      message: `header lines longer than ${maxHeaderBlockBytes} octets together; send less`,
      limit: maxHeaderBlockBytes,
    };
  }
}
