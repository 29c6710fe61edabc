const MASKED = 0x80;

/** WebSocket opcodes. */
export const Opcode = { TEXT: 0x1, CLOSE: 0x8, PING: 0x9, PONG: 0xa } as const;

/**
 * A client's frame (RFC 6455, section 5.3). The mask is zero: it is there, as it has to be, and costs the client
 * nothing; a server unmasks it all the same.
 */
export function clientFrame(payload: Buffer | string, opcode: number = Opcode.TEXT): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  let head: Buffer;
  if (body.length < 126) head = Buffer.from([0x80 | opcode, MASKED | body.length, 0, 0, 0, 0]);
  else if (body.length < 0x10000) {
    head = Buffer.alloc(8);
    head.writeUInt16BE(body.length, 2);
    head[1] = MASKED | 126;
  } else {
    head = Buffer.alloc(14);
    head.writeBigUInt64BE(BigInt(body.length), 2);
    head[1] = MASKED | 127;
  }
  head[0] = 0x80 | opcode;
  return Buffer.concat([head, body]);
}
