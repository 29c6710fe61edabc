/*
 * The grammar that is read here. It is that of STOMP 1.2 (Augmented BNF), with what 1.0 and 1.1 say otherwise.
 *
 *   stream   = *noise *( frame *noise )
 *   noise    = LF | CR LF | NUL
 *   frame    = command eol *( header eol ) eol body NUL
 *   command  = one of the fifteen in stomp-command.ts, in capitals
 *   header   = name ":" value
 *   name     = 1*octet                   no CR, LF, NUL or colon; escapes stand for them
 *   value    = *octet                    no CR, LF or NUL; escapes stand for them
 *   body     = *octet                    `content-length` octets of any kind, or all up to the first NUL
 *   eol      = LF | CR LF                1.2, CONNECT, STOMP, and while no version is agreed: line by line
 *                                        1.0, 1.1: as the command line ended; if in LF alone, CR is data
 *   escapes  = \r \n \c \\               1.2, and while no version is agreed
 *              \n \c \\                  1.1
 *              none                      1.0, and on CONNECT, STOMP and CONNECTED
 *
 * Read on purpose although the grammar does not have it, because some client sends it:
 *
 *   - line ends before the first frame, and NUL octets between frames
 *   - CR LF between frames, and in whole frames, on 1.0 and 1.1
 *   - a colon inside a value on 1.1 and 1.2; the first one of a line ends the name
 *   - an empty value, and UTF-8, on 1.0
 *   - spaces around a value on 1.0; its examples have them
 *   - a body that holds nothing but CR and LF on a frame that may have none; it is discarded
 *   - any body on such a frame on 1.0; it is discarded as well
 *   - `content-length` on every frame and in every version
 *   - a second `content-length` that differs; the first one counts, as for every header
 */
import { findReceipt, readHead } from './frame-head.js';
import { HeadScanner } from './head-scanner.js';
import { OctetWindow } from './octet-window.js';
import { quoteInput } from './quote-input.js';
import { allowsBody, opensSession } from './stomp-command.js';
import type { StompCommand } from './stomp-command.js';
import { DEFAULT_DECODER_LIMITS } from './stomp-decoder-limits.js';
import type { StompDecoderLimits } from './stomp-decoder-limits.js';
import { EMPTY_BODY } from './stomp-frame.js';
import type { StompFrame } from './stomp-frame.js';
import { StompHeaders } from './stomp-headers.js';
import { StompProtocolError } from './stomp-protocol-error.js';
import type { StompFault } from './stomp-protocol-error.js';
import type { StompVersion } from './stomp-version.js';

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;

const MAX_LENGTH_DIGITS = 10;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

const NO_HEADERS = new StompHeaders();

/**
 * Cuts a stream of octets into STOMP frames.
 *
 * Octets go in by {@link push}, cut anywhere; frames come out one at a time by {@link next}. Whoever pulls the frames
 * handles each before asking for the next, so an answered CONNECT may set {@link version} and {@link limits} for the
 * frames behind it in the same chunk.
 *
 * Time is linear in the octets pushed however they are cut, and memory is bounded by {@link limits} plus the chunks
 * not asked about yet: a length that the peer announces is never allocated in advance.
 *
 * @publicApi
 */
export class StompDecoder {
  /** The version agreed for this connection; `undefined` until CONNECT has been answered. Set it between two frames. */
  version: StompVersion | undefined;

  /** How much of a frame is taken in. Set it between two frames. */
  limits: StompDecoderLimits;

  readonly #window = new OctetWindow();
  readonly #scanner = new HeadScanner();
  #state: 'between-frames' | 'head' | 'body' = 'between-frames';
  #failure: StompProtocolError | undefined;

  // The frame in state `body`.
  #command: StompCommand = 'SEND';
  #headers = NO_HEADERS;
  /** Octets in the body as the frame says, or `undefined` when it ends at the first NUL. */
  #contentLength: number | undefined;
  /** Octets of the body in which no NUL was found. */
  #searched = 0;

  /** @param limits {@link DEFAULT_DECODER_LIMITS} unless given; a server starts with `PRE_CONNECT_DECODER_LIMITS` */
  constructor(limits: StompDecoderLimits = DEFAULT_DECODER_LIMITS) {
    this.limits = limits;
  }

  /** Octets pushed and not yet consumed by {@link next}; 0 after an error. */
  get bufferedBytes(): number {
    return this.#window.length;
  }

  /**
   * Whether {@link next} has come upon the beginning of a frame and not upon its end. Line ends between frames are not
   * a frame, and octets that it has not been asked about yet do not count.
   */
  get hasPartialFrame(): boolean {
    return this.#state !== 'between-frames';
  }

  /**
   * Adds octets to the end of the stream. After an error they are dropped.
   *
   * The chunk is read in place where possible, and the body of a frame may be a view on it, so do not write to it as
   * long as such a body is in use. Once {@link next} has returned `undefined`, nothing else refers to the chunk.
   */
  push(chunk: Uint8Array): void {
    if (this.#failure === undefined) this.#window.push(chunk);
  }

  /**
   * The next frame, or `undefined` when it takes more octets to make one.
   *
   * @throws StompProtocolError when the octets break the rules of STOMP or a limit. The stream is lost then, and every
   *   further call throws the same error.
   */
  next(): StompFrame | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    const frame = this.#advance();
    if (frame === undefined) this.#window.keep();
    return frame;
  }

  #advance(): StompFrame | undefined {
    if (this.#state === 'between-frames' && !this.#skipNoise()) return undefined;
    if (this.#state === 'head' && !this.#readHead()) return undefined;
    return this.#readBody();
  }

  /** Goes to the first octet of a frame. */
  #skipNoise(): boolean {
    const { octets } = this.#window;
    let at = this.#window.start;
    for (; at < octets.length; at++) {
      const octet = octets[at];
      if (octet === LF || octet === NUL) continue;
      if (octet !== CR) {
        this.#state = 'head';
        this.#scanner.reset();
        break;
      }
      // A CR at the end of the chunk waits for its LF.
      if (at + 1 === octets.length) break;
      if (octets[at + 1] !== LF) {
        throw this.#fail({
          code: 'STOMP_ERR_MALFORMED_FRAME',
          message: 'a CR that ends no line stands between frames',
        });
      }
    }
    this.#window.start = at;
    return this.#state === 'head';
  }

  #readHead(): boolean {
    const { octets, start } = this.#window;
    const end = this.#scanner.scan(octets, start, this.limits);
    if (end === undefined) return false;
    if (typeof end === 'object') throw this.#fail(end);
    const head = readHead(octets, start, end, this.#scanner, this.version);
    if (head.code !== undefined) throw this.#fail(head);

    this.#state = 'body';
    this.#window.start = end;
    this.#command = head.command;
    this.#headers = head.headers;
    this.#contentLength = this.#readContentLength();
    this.#searched = 0;
    return true;
  }

  #readContentLength(): number | undefined {
    const header = this.#headers.get('content-length');
    if (header === undefined) return undefined;
    const length = parseContentLength(header);
    if (length === undefined) {
      throw this.#fail({
        code: 'STOMP_ERR_BAD_CONTENT_LENGTH',
        message: `content-length ${quoteInput(header)} of ${this.#command} is not a whole number of 1 to 10 digits`,
      });
    }
    this.#checkBodyLimit(length);
    return length;
  }

  #readBody(): StompFrame | undefined {
    const end = this.#findBodyEnd();
    if (end === undefined) return undefined;
    const frame = { command: this.#command, headers: this.#headers, body: this.#bodyUpTo(end) };
    this.#state = 'between-frames';
    this.#window.start = end + 1;
    this.#headers = NO_HEADERS;
    return frame;
  }

  /** The position of the NUL that ends the frame. */
  #findBodyEnd(): number | undefined {
    const { octets, start } = this.#window;
    if (this.#contentLength === undefined) {
      const nul = octets.indexOf(NUL, start + this.#searched);
      this.#searched = (nul === -1 ? octets.length : nul) - start;
      this.#checkBodyLimit(this.#searched);
      return nul === -1 ? undefined : nul;
    }
    const end = start + this.#contentLength;
    if (end >= octets.length) return undefined;
    if (octets[end] === NUL) return end;
    throw this.#fail({
      code: 'STOMP_ERR_BODY_NOT_TERMINATED',
      message: `no NUL after the ${this.#contentLength} octets of content-length; count octets, not characters`,
    });
  }

  #checkBodyLimit(bytes: number): void {
    const limit = this.limits.maxBodyBytes;
    if (bytes <= limit) return;
    throw this.#fail({
      code: 'STOMP_ERR_BODY_LIMIT',
      message: `body of ${this.#command} is larger than ${limit} octets; send less`,
      limit,
    });
  }

  #bodyUpTo(end: number): Buffer {
    const { octets, start } = this.#window;
    if (start === end) return EMPTY_BODY;
    if (allowsBody(this.#command)) return octets.subarray(start, end);
    // STOMP 1.2, Body: only three frames may have one. STOMP 1.0 says of each other that its body is ignored.
    if (this.version !== '1.0' && !holdsOnlyLineEnds(octets, start, end)) {
      throw this.#fail({
        code: 'STOMP_ERR_BODY_NOT_ALLOWED',
        message: `${this.#command} must not have a body, only SEND may`,
      });
    }
    return EMPTY_BODY;
  }

  #fail({ code, message, limit }: StompFault): StompProtocolError {
    this.#failure = new StompProtocolError(code, message, { receiptId: this.#receipt(), limit });
    this.#window.clear();
    this.#state = 'between-frames';
    this.#headers = NO_HEADERS;
    return this.#failure;
  }

  #receipt(): string | undefined {
    const { octets, start } = this.#window;
    switch (this.#state) {
      case 'between-frames':
        return undefined;
      case 'head':
        return findReceipt(octets, start, start + this.#scanner.lineBytes, this.version);
      case 'body':
        return opensSession(this.#command) ? undefined : this.#headers.get('receipt');
    }
  }
}

/** The number that 1 to 10 digits stand for. `Number` would also take an empty string, `" 5 "`, `"0x5"` and `"1e3"`. */
function parseContentLength(text: string): number | undefined {
  if (text.length === 0 || text.length > MAX_LENGTH_DIGITS) return undefined;
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i);
    if (digit < DIGIT_0 || digit > DIGIT_9) return undefined;
    length = length * 10 + (digit - DIGIT_0);
  }
  return length;
}

function holdsOnlyLineEnds(octets: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (octets[at] !== LF && octets[at] !== CR) return false;
  }
  return true;
}
