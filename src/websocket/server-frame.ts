import { EMPTY_BODY } from '../protocol/stomp-frame.js';
import type { EncodedFrame } from '../session/encoded-frame.js';

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;

/**
 * A frame in its WebSocket form: one unmasked, final data frame (RFC 6455, section 5.2). Made once and shared by
 * every socket that receives it.
 */
export function serverFrame(frame: EncodedFrame): readonly Buffer[] {
  const [first = EMPTY_BODY, ...rest] = frame.parts;
  const headerLength = headerBytes(frame.byteLength);
  const start = Buffer.allocUnsafe(headerLength + first.length);
  writeHeader(frame, start, 0);
  start.set(first, headerLength);
  return [start, ...rest];
}

/** How many octets the WebSocket form has. */
export function serverFrameBytes({ byteLength }: EncodedFrame): number {
  return headerBytes(byteLength) + byteLength;
}

/**
 * Writes the WebSocket form into `target`, which has room for it.
 *
 * @returns where it ends
 */
export function writeServerFrame(frame: EncodedFrame, target: Buffer, start: number): number {
  writeHeader(frame, target, start);
  let offset = start + headerBytes(frame.byteLength);
  for (const part of frame.parts) {
    target.set(part, offset);
    offset += part.length;
  }
  return offset;
}

function headerBytes(length: number): number {
  if (length < 126) return 2;
  return length < 0x10000 ? 4 : 10;
}

function writeHeader({ binary, byteLength }: EncodedFrame, target: Buffer, start: number): void {
  target[start] = binary ? FINAL_BINARY : FINAL_TEXT;
  if (byteLength < 126) target[start + 1] = byteLength;
  else if (byteLength < 0x10000) {
    target[start + 1] = 126;
    target.writeUInt16BE(byteLength, start + 2);
  } else {
    target[start + 1] = 127;
    target.writeUInt32BE(Math.floor(byteLength / 0x1_0000_0000), start + 2);
    target.writeUInt32BE(byteLength % 0x1_0000_0000, start + 6);
  }
}
