import type { EncodedFrame } from '../session/encoded-frame.js';

const TEXT = 0x1;
const BINARY = 0x2;

/**
 * A frame in its WebSocket form: one unmasked, final data frame (RFC 6455, section 5.2). Made once and shared by
 * every socket that receives it.
 */
export function serverFrame(frame: EncodedFrame): readonly Buffer[] {
  const [first, ...rest] = frame.parts;
  if (first === undefined) return [];
  const header = frameHeader(frame.binary ? BINARY : TEXT, frame.byteLength);
  return [Buffer.concat([header, first]), ...rest];
}

function frameHeader(opcode: number, length: number): Buffer {
  const final = 0x80 | opcode;
  if (length < 126) return Buffer.from([final, length]);
  if (length < 0x10000) {
    const header = Buffer.from([final, 126, 0, 0]);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header[0] = final;
  header[1] = 127;
  header.writeUInt32BE(Math.floor(length / 0x1_0000_0000), 2);
  header.writeUInt32BE(length % 0x1_0000_0000, 6);
  return header;
}
