import { describe, expect, it } from '@jest/globals';
import {
  decodeMessage,
  encodeMessage,
  messageFrom,
  originOf,
  packetHead,
  recordsOf,
} from '../../../../src/broker/cluster/cluster-packet.js';

const head = packetHead(Buffer.from('00112233445566ff', 'hex'), 7);
const message = {
  destination: '/topic/a',
  contentType: undefined,
  nativeHeaders: new Map([['a', ['1', '2']]]),
  body: Buffer.from('body'),
};

describe('a packet of a cluster', () => {
  it('begins with magic, version, the id of its node and the number of its connection', () => {
    expect(head.toString('hex')).toBe('5343010000112233445566ff00000007');
    expect(originOf(head)).toEqual({ nodeId: '00112233445566ff', connection: 7 });
  });

  it.each(['', '5343', '534201000011223344556677'])('is not %j', (hex) => {
    expect(() => originOf(Buffer.from(hex, 'hex'))).toThrow('It is not a packet of a cluster');
  });

  it('of another version says which, and which is read here', () => {
    const other = Buffer.from(head);
    other[2] = 2;
    expect(() => originOf(other)).toThrow('It is of version 2, and this node reads 1');
  });

  it.each([0, 1, 3, 4, 6])('holds no message that announces %d texts', (count) => {
    const content = Buffer.alloc(4);
    content.writeUInt32BE(count);
    expect(() => decodeMessage(content)).toThrow(
      count === 0 || count < 5 || count % 2 === 0 ? 'A message has no headers' : 'A header is cut off',
    );
  });

  it('holds no message that announces more texts than it has, however many', () => {
    const content = Buffer.alloc(4);
    content.writeUInt32BE(0xff_ff_ff_ff);
    expect(() => decodeMessage(content)).toThrow('A header is cut off');
    expect(() => decodeMessage(Buffer.alloc(3))).toThrow('A message has no headers');
  });

  it('reads names and values that should be there and are not as empty ones', () => {
    const absent = Buffer.alloc(4 + 7 * 4, 0xff);
    absent.writeUInt32BE(7);
    expect(decodeMessage(absent)).toMatchObject({ destination: '', nativeHeaders: new Map([['', ['']]]) });
  });

  it('becomes a message for this node, or for some of its sessions', () => {
    const [record] = recordsOf(
      Buffer.concat([head, encodeMessage(1, { ...message, subscribed: '/user/a' })]),
    );
    const read = decodeMessage(record?.content ?? Buffer.alloc(0));
    const { payload, headers } = messageFrom(read, ['s']);
    expect(Buffer.from(payload).toString()).toBe('body');
    expect(headers).toMatchObject({
      simpMessageType: 'MESSAGE',
      simpDestination: '/topic/a',
      simpOrigDestination: '/user/a',
      simpUserSessionIds: ['s'],
      nativeHeaders: message.nativeHeaders,
    });
    expect(messageFrom(read).headers.simpUserSessionIds).toBeUndefined();
  });
});
