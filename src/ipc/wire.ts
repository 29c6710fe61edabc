/**
 * What nodes and hub say to each other. A frame is
 *
 *     length (4 octets, of what follows) · kind (1 octet) · content
 *
 * with numbers in big endian and addresses in Latin-1. The length, the beginning of `hello` and the whole of `farewell` are
 * the same in all versions, so that two versions can still refuse each other in words.
 */
export const FrameKind = {
  /** Node, first of all: {@link MAGIC} · version (1). */
  hello: 1,
  /** Hub, as the answer: version (1) · the largest message it takes (4). */
  welcome: 2,
  /** Node: addresses, one a line. */
  subscribe: 3,
  /** Node: addresses, one a line. */
  unsubscribe: 4,
  /** Node: length of the address (2) · address · message. The hub passes it on as it is. */
  publish: 5,
  /** Node: a number (4) to be answered when all before it has been done. */
  flush: 6,
  /** Hub: the number (4) of a `flush`. */
  done: 7,
  /** Hub, last of all: whether it is a refusal (1) · why, in UTF-8. */
  farewell: 8,
} as const;

/** It changes when an older process could not understand a frame. */
export const PROTOCOL_VERSION = 1;

/** What tells a node from anything else that connects. */
export const MAGIC = 'nestjs-stomp bus ';

/** Octets before the content. */
export const HEAD_BYTES = 5;

/** The longest address: the contract of a cluster bus. */
export const MAX_ADDRESS_LENGTH = 512;

/** A list of addresses is cut into frames of about this size, so that no frame is large because of a list. */
const ADDRESS_LIST_BYTES = 64 * 1024;

/** What a frame holds at least, beyond its head. */
const LEAST_CONTENT_BYTES: Readonly<Record<number, number>> = {
  [FrameKind.welcome]: 5,
  [FrameKind.subscribe]: 1,
  [FrameKind.unsubscribe]: 1,
  [FrameKind.publish]: 2,
  [FrameKind.flush]: 4,
  [FrameKind.done]: 4,
  [FrameKind.farewell]: 1,
};

/** The kind of a frame; 0 when it is too short for what it claims to be. */
export function kindOf(frame: Buffer): number {
  const kind = frame[4] ?? 0;
  return frame.length < HEAD_BYTES + (LEAST_CONTENT_BYTES[kind] ?? 0) ? 0 : kind;
}

/** The longest frame where messages have a limit. */
export function frameLimit(maxMessageBytes: number): number {
  const publish = HEAD_BYTES + 2 + MAX_ADDRESS_LENGTH + maxMessageBytes;
  return Math.max(publish, HEAD_BYTES + ADDRESS_LIST_BYTES + MAX_ADDRESS_LENGTH + 1);
}

export function encodeHello(version: number): Buffer {
  const frame = begin(FrameKind.hello, MAGIC.length + 1);
  frame.write(MAGIC, HEAD_BYTES, 'latin1');
  frame[HEAD_BYTES + MAGIC.length] = version;
  return frame;
}

/** The version of whoever said this; undefined when it is no node at all. */
export function versionInHello(frame: Buffer): number | undefined {
  const end = HEAD_BYTES + MAGIC.length;
  const isHello = frame[4] === FrameKind.hello && frame.toString('latin1', HEAD_BYTES, end) === MAGIC;
  return isHello ? frame[end] : undefined;
}

export function encodeWelcome(version: number, maxMessageBytes: number): Buffer {
  const frame = begin(FrameKind.welcome, 5);
  frame[HEAD_BYTES] = version;
  frame.writeUInt32BE(maxMessageBytes, HEAD_BYTES + 1);
  return frame;
}

export function welcomeIn(frame: Buffer): { readonly version: number; readonly maxMessageBytes: number } {
  return { version: frame.readUInt8(HEAD_BYTES), maxMessageBytes: frame.readUInt32BE(HEAD_BYTES + 1) };
}

/** Several frames when the list is long, none when it is empty. */
export function* encodeAddresses(
  kind: typeof FrameKind.subscribe | typeof FrameKind.unsubscribe,
  addresses: readonly string[],
): Iterable<Buffer> {
  for (let first = 0, next = 0; first < addresses.length; first = next) {
    let bytes = 0;
    while (next < addresses.length && bytes < ADDRESS_LIST_BYTES)
      bytes += (addresses[next++]?.length ?? 0) + 1;
    const frame = begin(kind, bytes - 1);
    frame.write(addresses.slice(first, next).join('\n'), HEAD_BYTES, 'latin1');
    yield frame;
  }
}

export function addressesIn(frame: Buffer): string[] {
  return frame.toString('latin1', HEAD_BYTES, frame.length).split('\n');
}

/** A publication with room for its message, which is to be written at the end or sent behind `headOnly`. */
export function encodePublish(address: string, bytes: Uint8Array, headOnly = false): Buffer {
  const message = HEAD_BYTES + 2 + address.length;
  const frame = Buffer.allocUnsafe(headOnly ? message : message + bytes.length);
  frame.writeUInt32BE(message + bytes.length - 4, 0);
  frame[4] = FrameKind.publish;
  frame.writeUInt16BE(address.length, HEAD_BYTES);
  frame.write(address, HEAD_BYTES + 2, 'latin1');
  if (!headOnly) frame.set(bytes, message);
  return frame;
}

/** The address of a publication; undefined when it is longer than the frame, or than any address. */
export function addressIn(frame: Buffer): string | undefined {
  const length = frame.readUInt16BE(HEAD_BYTES);
  const end = HEAD_BYTES + 2 + length;
  return length > MAX_ADDRESS_LENGTH || end > frame.length
    ? undefined
    : frame.toString('latin1', HEAD_BYTES + 2, end);
}

/** The message of a publication that the hub has passed on. */
export function messageIn(frame: Buffer): Buffer {
  return frame.subarray(HEAD_BYTES + 2 + frame.readUInt16BE(HEAD_BYTES));
}

export function encodeNumber(kind: typeof FrameKind.flush | typeof FrameKind.done, number: number): Buffer {
  const frame = begin(kind, 4);
  frame.writeUInt32BE(number, HEAD_BYTES);
  return frame;
}

export function encodeFarewell(isRefusal: boolean, reason: string): Buffer {
  const text = Buffer.from(reason);
  const frame = begin(FrameKind.farewell, 1 + text.length);
  frame[HEAD_BYTES] = Number(isRefusal);
  frame.set(text, HEAD_BYTES + 1);
  return frame;
}

/** The number that a question has, or its answer. */
export function numberIn(frame: Buffer): number {
  return frame.readUInt32BE(HEAD_BYTES);
}

export function farewellIn(frame: Buffer): { readonly isRefusal: boolean; readonly reason: string } {
  return { isRefusal: frame[HEAD_BYTES] === 1, reason: frame.toString('utf8', HEAD_BYTES + 1, frame.length) };
}

function begin(kind: number, contentBytes: number): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + contentBytes);
  frame.writeUInt32BE(contentBytes + 1, 0);
  frame[4] = kind;
  return frame;
}
