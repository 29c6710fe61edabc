import type { Message } from '../../messaging/message.js';
import type { NativeHeaders } from '../../messaging/native-headers.js';

/** What a record is about. Numbers are on the wire: they are never used again for something else. */
export const RecordType = {
  /** Published on a destination. */
  MESSAGE: 1,
  /** For the sessions of a user. */
  USER_MESSAGE: 2,
  /** From node to node, as JSON. */
  CONTROL: 3,
} as const;

/** A message on its way to other nodes. */
export interface ClusterMessage {
  readonly destination: string;
  /** What subscribers call it, when it is for a user. */
  readonly subscribed?: string | undefined;
  /** Whom it is for. */
  readonly user?: string | undefined;
  /** Only this one of the user's sessions. */
  readonly sessionId?: string | undefined;
  readonly contentType: string | undefined;
  readonly nativeHeaders: NativeHeaders;
  readonly body: Uint8Array;
}

/** One thing that a node says. */
export interface ClusterRecord {
  readonly type: number;
  /** Counts what its node says; a bus may deliver it twice. */
  readonly sequence: number;
  readonly content: Buffer;
}

/** Octets that are not, or not yet, to be understood. */
export class ClusterPacketError extends Error {
  override readonly name = 'ClusterPacketError';
}

/** The first two octets of each packet. */
const MAGIC = 0x53_43;
/** Who reads another version than it knows drops the packet. */
export const PACKET_VERSION = 1;
export const NODE_ID_BYTES = 8;
const HEAD_BYTES = 4 + NODE_ID_BYTES + 4;
/** Length, type and sequence of a record. */
const RECORD_HEAD_BYTES = 4 + 1 + 6;
const SEQUENCE_AT = 4 + 1;
const ABSENT = 0xff_ff_ff_ff;

/*
 * A packet is what is given to the bus at once: magic, version, flags, the id of the node, the number of its connection to the bus, then records. A record is its
 * length, type, sequence number and content. All numbers are big endian; texts are UTF-8 behind their length; headers are as
 * the sender meant them, unescaped, in their order, repeated ones included.
 */

/** What a packet says of whoever sent it. */
export interface PacketOrigin {
  readonly nodeId: string;
  /** Counts the connections of the node to the bus. */
  readonly connection: number;
}

/** The beginning of all packets that a node sends on a connection. */
export function packetHead(nodeId: Buffer, connection: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt16BE(MAGIC, 0);
  head.writeUInt8(PACKET_VERSION, 2);
  nodeId.copy(head, 4);
  head.writeUInt32BE(connection >>> 0, 4 + NODE_ID_BYTES);
  return head;
}

/** @throws ClusterPacketError when it is no packet, or of a version that is not known here */
export function originOf(packet: Buffer): PacketOrigin {
  if (packet.length < HEAD_BYTES || packet.readUInt16BE(0) !== MAGIC) {
    throw new ClusterPacketError('It is not a packet of a cluster');
  }
  const version = packet.readUInt8(2);
  if (version !== PACKET_VERSION) {
    throw new ClusterPacketError(`It is of version ${version}, and this node reads ${PACKET_VERSION}`);
  }
  return {
    nodeId: packet.toString('hex', 4, 4 + NODE_ID_BYTES),
    connection: packet.readUInt32BE(4 + NODE_ID_BYTES),
  };
}

/** @throws ClusterPacketError when a record is cut off */
export function* recordsOf(packet: Buffer): Generator<ClusterRecord> {
  let at = HEAD_BYTES;
  while (at < packet.length) {
    const contentAt = at + RECORD_HEAD_BYTES;
    const end = contentAt > packet.length ? Infinity : contentAt + packet.readUInt32BE(at);
    if (end > packet.length) throw new ClusterPacketError('A record is cut off');
    yield {
      type: packet.readUInt8(at + 4),
      sequence: packet.readUIntBE(at + SEQUENCE_AT, 6),
      content: packet.subarray(contentAt, end),
    };
    at = end;
  }
}

/** Numbers a record: where it is sent, because that is the order in which it arrives. */
export function numberRecord(record: Buffer, sequence: number): void {
  record.writeUIntBE(sequence, SEQUENCE_AT, 6);
}

/** A record with some content. */
export function encodeRecord(type: number, sequence: number, content: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(RECORD_HEAD_BYTES + content.length);
  writeRecordHead(record, type, sequence);
  record.set(content, RECORD_HEAD_BYTES);
  return record;
}

/** A record that holds a message: for a user if the message says so. */
export function encodeMessage(sequence: number, message: ClusterMessage): Buffer {
  const texts = textsOf(message);
  const record = Buffer.allocUnsafe(bytesOf(texts, message.body));
  writeRecordHead(
    record,
    message.user === undefined ? RecordType.MESSAGE : RecordType.USER_MESSAGE,
    sequence,
  );
  let at = record.writeUInt32BE(texts.length, RECORD_HEAD_BYTES);
  for (const text of texts) {
    if (text === undefined) {
      at = record.writeUInt32BE(ABSENT, at);
      continue;
    }
    const written = record.write(text, at + 4, 'utf8');
    record.writeUInt32BE(written, at);
    at += 4 + written;
  }
  record.set(message.body, at);
  return record;
}

/** The octets that the record of a message has. */
export function recordBytesOf(message: ClusterMessage): number {
  return bytesOf(textsOf(message), message.body);
}

/** @throws ClusterPacketError when the content is not that of a message */
export function decodeMessage(content: Buffer): ClusterMessage {
  const texts: (string | undefined)[] = [];
  let at = 4;
  const count = content.length < 4 ? 0 : content.readUInt32BE(0);
  if (count < FIELDS || (count - FIELDS) % 2 !== 0) throw new ClusterPacketError('A message has no headers');
  while (texts.length < count) {
    const length = at + 4 > content.length ? Infinity : content.readUInt32BE(at);
    at += 4;
    if (length === ABSENT) texts.push(undefined);
    else if (at + length > content.length) throw new ClusterPacketError('A header is cut off');
    else texts.push(content.toString('utf8', at, (at += length)));
  }
  const [destination = '', contentType, user, sessionId, subscribed] = texts;
  const nativeHeaders = new Map<string, string[]>();
  for (let index = FIELDS; index < count; index += 2) {
    const [name = '', value = ''] = texts.slice(index, index + 2);
    const values = nativeHeaders.get(name);
    if (values === undefined) nativeHeaders.set(name, [value]);
    else values.push(value);
  }
  return { destination, contentType, user, sessionId, subscribed, nativeHeaders, body: content.subarray(at) };
}

/**
 * A message of another node as this one's broker takes it.
 *
 * @param sessionIds whose private destination is meant, if it is for a user
 */
export function messageFrom(
  { destination, subscribed, contentType, nativeHeaders, body }: ClusterMessage,
  sessionIds?: readonly string[],
): Message<Uint8Array> {
  return {
    payload: body,
    headers: {
      simpMessageType: 'MESSAGE',
      simpDestination: destination,
      simpOrigDestination: subscribed,
      simpUserSessionIds: sessionIds,
      contentType,
      nativeHeaders,
    },
  };
}

/** What stands before the headers. */
const FIELDS = 5;

function textsOf(message: ClusterMessage): readonly (string | undefined)[] {
  const { destination, contentType, user, sessionId, subscribed, nativeHeaders } = message;
  const texts = [destination, contentType, user, sessionId, subscribed];
  for (const [name, values] of nativeHeaders) for (const value of values) texts.push(name, value);
  return texts;
}

function bytesOf(texts: readonly (string | undefined)[], body: Uint8Array): number {
  let length = RECORD_HEAD_BYTES + 4 + body.length;
  for (const text of texts) length += 4 + (text === undefined ? 0 : Buffer.byteLength(text));
  return length;
}

function writeRecordHead(record: Buffer, type: number, sequence: number): void {
  record.writeUInt32BE(record.length - RECORD_HEAD_BYTES, 0);
  record.writeUInt8(type, 4);
  record.writeUIntBE(sequence, SEQUENCE_AT, 6);
}
