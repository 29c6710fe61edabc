import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeControl } from '../../src/broker/cluster/cluster-control.js';
import {
  ClusterPacketError,
  decodeMessage,
  encodeMessage,
  encodeRecord,
  originOf,
  packetHead,
  recordBytesOf,
  recordsOf,
  RecordType,
  type ClusterMessage,
} from '../../src/broker/cluster/cluster-packet.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

const RUNS = fuzzRuns(20_261_202, 1000);
const NODE = Buffer.from('0011223344556677', 'hex');

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const maybe = fc.option(text, { nil: undefined });
const message: fc.Arbitrary<ClusterMessage> = fc.record({
  destination: text,
  subscribed: maybe,
  user: maybe,
  sessionId: maybe,
  contentType: maybe,
  nativeHeaders: fc
    .array(fc.tuple(text, fc.array(text, { minLength: 1, maxLength: 3 })), { maxLength: 4 })
    .map((entries) => new Map(entries)),
  body: fc.uint8Array({ maxLength: 40 }),
});
const sequence = fc.nat().map((low) => low * 2 ** 16 + 7);

/** Reads all there is, as a node does. */
function readAll(packet: Buffer): unknown[] {
  originOf(packet);
  const read: unknown[] = [];
  for (const { type, content } of recordsOf(packet))
    read.push(type === RecordType.CONTROL ? decodeControl(content) : decodeMessage(content));
  return read;
}

/** Whether a packet can be read, or is refused as one that cannot. Anything else is thrown. */
function isRead(packet: Buffer): boolean {
  try {
    readAll(packet);
    return true;
  } catch (error) {
    if (error instanceof ClusterPacketError) return false;
    throw error;
  }
}

describe('the packets of a cluster', () => {
  it('carry any messages, in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(sequence, message), { maxLength: 5 }), (messages) => {
        const records = messages.map(([number, each]) => encodeMessage(number, each));
        const packet = Buffer.concat([packetHead(NODE, 7), ...records]);
        expect(originOf(packet)).toEqual({ nodeId: '0011223344556677', connection: 7 });
        const read = [...recordsOf(packet)];
        expect(read.map((record) => record.sequence)).toEqual(messages.map(([number]) => number));
        for (const [index, [, sent]] of messages.entries()) {
          const { type, content } = read[index] ?? { type: 0, content: Buffer.alloc(0) };
          expect(type).toBe(sent.user === undefined ? RecordType.MESSAGE : RecordType.USER_MESSAGE);
          const { body, nativeHeaders, ...rest } = decodeMessage(content);
          expect({ ...rest, nativeHeaders: [...nativeHeaders], body: [...body] }).toEqual({
            ...sent,
            nativeHeaders: [...sent.nativeHeaders],
            body: [...sent.body],
          });
          expect(records[index]?.length).toBe(recordBytesOf(sent));
        }
      }),
      RUNS,
    );
  });

  it('are read or refused when they are cut off anywhere', () => {
    fc.assert(
      fc.property(message, fc.nat(), (sent, at) => {
        const packet = Buffer.concat([packetHead(NODE, 7), encodeMessage(1, sent), encodeMessage(2, sent)]);
        const cut = at % packet.length;
        // Cut between two records, it is a packet.
        const isWhole = cut === 16 || cut === 16 + recordBytesOf(sent);
        expect(isRead(packet.subarray(0, cut))).toBe(isWhole);
      }),
      RUNS,
    );
  });

  it('are read or refused whatever octets they are', () => {
    const octets = fc.uint8Array({ maxLength: 120 });
    fc.assert(
      fc.property(octets, octets, fc.constantFrom(1, 2, 3), (garbage, content, type) => {
        isRead(Buffer.from(garbage));
        isRead(Buffer.concat([packetHead(NODE, 7), garbage]));
        isRead(Buffer.concat([packetHead(NODE, 7), encodeRecord(type, 0, content)]));
      }),
      RUNS,
    );
  });

  it('are read or refused when some octets of them have changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(message, changes, (sent, places) => {
        const packet = Buffer.concat([packetHead(NODE, 7), encodeMessage(1, sent)]);
        for (const [at, octet] of places) packet[at % packet.length] = octet;
        isRead(packet);
      }),
      RUNS,
    );
  });

  it('say something to nodes that is read or refused, whatever JSON it is', () => {
    const kinds = fc.constantFrom(
      'alive',
      'leave',
      'ask',
      'sessions',
      'changes',
      'disconnect',
      'later',
      '__proto__',
    );
    const fields = [
      'name',
      'agreement',
      'revision',
      'hello',
      'whole',
      'part',
      'isLast',
      'sessions',
      'removed',
      'put',
    ];
    const record = fc.tuple(
      kinds,
      fc.dictionary(fc.constantFrom(...fields, 'sessionIds', 'how'), fc.jsonValue()),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          record.map(([kind, rest]) => ({ ...rest, kind })),
        ),
        (value) => {
          const content = Buffer.from(JSON.stringify(value));
          isRead(Buffer.concat([packetHead(NODE, 7), encodeRecord(RecordType.CONTROL, 0, content)]));
        },
      ),
      RUNS,
    );
  });
});
