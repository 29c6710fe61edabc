/** Told of every WebSocket frame. The octets are valid during the call only. */
export type OnFrame = (opcode: number, octets: Buffer, start: number, end: number) => void;

const NONE = Buffer.alloc(0);
const FINAL = 0x80;
const CONTINUATION = 0x0;

/**
 * Cuts a server's octets into WebSocket frames (RFC 6455, section 5.2), in place as far as possible: the load must cost
 * less than the server.
 */
export class FrameReader {
  /** The beginning of a frame whose end has not come yet. */
  #rest = NONE;
  /** The frames so far of a message that comes in several: Tomcat cuts at 8 KiB. */
  #fragments: Buffer[] = [];
  #opcode = 0;

  constructor(private readonly onFrame: OnFrame) {}

  /** @throws Error for a frame that no server sends in this benchmark */
  read(chunk: Buffer): void {
    let octets = chunk;
    if (this.#rest.length > 0) {
      octets = Buffer.concat([this.#rest, chunk]);
      this.#rest = NONE;
    }
    let at = 0;
    while (at < octets.length) {
      const end = this.#readFrame(octets, at);
      if (end === undefined) break;
      at = end;
    }
    // The chunk's memory is used again for the next one.
    if (at < octets.length) this.#rest = Buffer.from(octets.subarray(at));
  }

  /** @returns where the next frame begins; `undefined` when this one is not complete */
  #readFrame(octets: Buffer, at: number): number | undefined {
    if (at + 2 > octets.length) return undefined;
    const first = octets[at] ?? 0;
    let length = octets[at + 1] ?? 0;
    let start = at + 2;
    if (length === 126) {
      if (start + 2 > octets.length) return undefined;
      length = octets.readUInt16BE(start);
      start += 2;
    } else if (length === 127) {
      if (start + 8 > octets.length) return undefined;
      length = Number(octets.readBigUInt64BE(start));
      start += 8;
    } else if (length > 127) throw new Error('A server has masked a frame');
    const end = start + length;
    if (end > octets.length) return undefined;
    if ((first & 0x70) !== 0) throw new Error('A frame is compressed, which nobody has asked for');
    const opcode = first & 0x0f;
    if ((first & FINAL) !== 0 && opcode !== CONTINUATION) this.onFrame(opcode, octets, start, end);
    else this.#addFragment(first, octets.subarray(start, end));
    return end;
  }

  #addFragment(first: number, octets: Buffer): void {
    const opcode = first & 0x0f;
    if (opcode !== CONTINUATION) this.#opcode = opcode;
    this.#fragments.push(Buffer.from(octets));
    if ((first & FINAL) === 0) return;
    const message = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.onFrame(this.#opcode, message, 0, message.length);
  }
}
