import { describe, expect, it } from '@jest/globals';
import type { Message } from '../../../src/messaging/message.js';
import { anonymousSubscriptionId, MessageFrames } from '../../../src/session/message-frames.js';
import { textOf } from '../../support/memory-transport.js';

interface Parts {
  readonly native?: readonly (readonly [string, readonly string[]])[];
  readonly contentType?: string;
  readonly destination?: string;
  readonly payload?: Uint8Array;
}

function message({
  native = [],
  contentType,
  destination = '/topic/a',
  payload,
}: Parts = {}): Message<Uint8Array> {
  return {
    payload: payload ?? Buffer.from('hi'),
    headers: {
      simpMessageType: 'MESSAGE',
      simpDestination: destination,
      contentType,
      nativeHeaders: new Map(native),
    },
  };
}

function written(parts: Parts, subscriptionId = 's0'): string {
  return textOf(new MessageFrames(message(parts), 'm-1').for('1.2', subscriptionId));
}

describe('the headers of a MESSAGE', () => {
  it('stand as Spring writes those of a server: own headers, destination, content-type, the rest [BRK-18]', () => {
    expect(written({ native: [['foo', ['bar']]], contentType: 'text/plain' })).toBe(
      'MESSAGE\nfoo:bar\ndestination:/topic/a\ncontent-type:text/plain\nsubscription:s0\nmessage-id:m-1\n' +
        'content-length:2\n\nhi\0',
    );
  });

  it('keep the order of the SEND, without the headers that were for the server [BRK-15] [BRK-16]', () => {
    expect(
      written({
        native: [
          ['destination', ['/topic/a']],
          ['foo', ['b:ar']],
          ['content-type', ['text/plain']],
          ['receipt', ['r2']],
          ['content-length', ['2']],
          ['id', ['zz']],
        ],
        contentType: 'text/plain',
      }),
    ).toBe(
      'MESSAGE\ndestination:/topic/a\nfoo:b\\car\ncontent-type:text/plain\nid:zz\nsubscription:s0\n' +
        'message-id:m-1\ncontent-length:2\n\nhi\0',
    );
  });

  it('repeat what was repeated, but destination and content-type only once [BRK-15] [BRK-17]', () => {
    expect(
      written({
        native: [
          ['content-type', ['text/plain', 'text/html']],
          ['foo', ['1', '2']],
          ['destination', ['/topic/a', '/topic/b']],
        ],
        contentType: 'text/plain',
      }),
    ).toBe(
      'MESSAGE\ncontent-type:text/plain\nfoo:1\nfoo:2\ndestination:/topic/a\nsubscription:s0\n' +
        'message-id:m-1\ncontent-length:2\n\nhi\0',
    );
  });

  it('are the server’s own where a client wrote server-owned ones [A115] [BAD-6] [BRK-20] [BRK-21] [BRK-22]', () => {
    const forged = ['subscription', 'message-id', 'ack', 'content-length', 'receipt', 'transaction'];
    expect(
      written({
        native: [...forged, 'simpOrigDestination'].map((name) => [name, ['evil', 'evil']] as const),
      }),
    ).toBe('MESSAGE\ndestination:/topic/a\nsubscription:s0\nmessage-id:m-1\ncontent-length:2\n\nhi\0');
  });

  it('have no ack, whatever the mode of the subscription [BRK-23]', () => {
    expect(written({})).not.toMatch(/^ack:/m);
  });

  it('have no content-type when the sender gave none, or an interceptor took it away [CNV-12]', () => {
    expect(written({})).not.toContain('content-type');
    expect(written({ native: [['content-type', ['text/plain']]] })).not.toContain('content-type');
  });

  it('tell the destination that the message has now, not the one that was written [BAD-6]', () => {
    expect(written({ destination: '/topic/b', native: [['destination', ['/topic/a']]] })).toBe(
      'MESSAGE\ndestination:/topic/b\nsubscription:s0\nmessage-id:m-1\ncontent-length:2\n\nhi\0',
    );
  });

  it('say an empty destination for a message without one', () => {
    const { payload, headers } = message();
    const frames = new MessageFrames({ payload, headers: { ...headers, simpDestination: undefined } }, 'm-1');
    expect(textOf(frames.for('1.2', 's0'))).toBe(
      'MESSAGE\ndestination:\nsubscription:s0\nmessage-id:m-1\ncontent-length:2\n\nhi\0',
    );
  });

  it('carry __proto__, constructor and toString through [A199]', () => {
    const native = ['__proto__', 'constructor', 'toString'].map((name) => [name, ['x']] as const);
    expect(written({ native })).toBe(
      'MESSAGE\n__proto__:x\nconstructor:x\ntoString:x\ndestination:/topic/a\nsubscription:s0\n' +
        'message-id:m-1\ncontent-length:2\n\nhi\0',
    );
  });

  it('escape a subscription id', () => {
    expect(written({}, 'a:b\n')).toContain('\nsubscription:a\\cb\\n\n');
  });
});

describe('one message for many receivers', () => {
  it('is encoded once for the same version and subscription id', () => {
    const frames = new MessageFrames(message(), 'm-1');
    const first = frames.for('1.2', 'sub-0');
    expect(frames.for('1.2', 'sub-0')).toBe(first);
    expect(frames.for('1.2', 'sub-0').parts).toBe(first.parts);
  });

  it('is another frame for another subscription id, with the same message-id', () => {
    const frames = new MessageFrames(message(), 'm-1');
    const texts = ['sub-0', 'sub-1'].map((id) => textOf(frames.for('1.2', id)));
    expect(texts).toEqual([
      'MESSAGE\ndestination:/topic/a\nsubscription:sub-0\nmessage-id:m-1\ncontent-length:2\n\nhi\0',
      'MESSAGE\ndestination:/topic/a\nsubscription:sub-1\nmessage-id:m-1\ncontent-length:2\n\nhi\0',
    ]);
  });

  it('is another frame for another version, escaped by its rules', () => {
    const frames = new MessageFrames(message({ native: [['h', ['a:b\r']]] }), 'm-1');
    const [v10, v11, v12] = (['1.0', '1.1', '1.2'] as const).map((version) =>
      textOf(frames.for(version, 's')),
    );
    expect(v12).toContain('\nh:a\\cb\\r\n');
    expect(v11).toContain('\nh:a\\cb');
    expect(v11).not.toContain('\\r');
    expect(v10).toContain('\nh:a:b');
  });

  it.each(['__proto__', 'constructor', 'toString'])('takes the subscription id %s for an id', (id) => {
    const frames = new MessageFrames(message(), 'm-1');
    expect(textOf(frames.for('1.2', id))).toContain(`\nsubscription:${id}\n`);
    expect(frames.for('1.2', id)).toBe(frames.for('1.2', id));
  });

  it('shares the octets of a large body between all frames', () => {
    const frames = new MessageFrames(message({ payload: Buffer.alloc(2_000, 'x') }), 'm-1');
    const [headOfA, bodyOfA] = frames.for('1.2', 'a').parts;
    const [headOfB, bodyOfB] = frames.for('1.2', 'b').parts;
    expect(bodyOfA).toBe(bodyOfB);
    expect(headOfA).not.toEqual(headOfB);
  });

  it('has no subscription header for a subscription of STOMP 1.0 without id', () => {
    const frames = new MessageFrames(message(), 'm-1');
    const id = anonymousSubscriptionId('/topic/a');
    expect(textOf(frames.for('1.0', id))).toBe(
      'MESSAGE\ndestination:/topic/a\nmessage-id:m-1\ncontent-length:2\n\nhi\0',
    );
    expect(frames.for('1.0', id)).toBe(frames.for('1.0', id));
  });
});

describe('one message for one receiver', () => {
  const large = Buffer.alloc(2_000, 'x');

  it('is the frame that many would get', () => {
    for (const payload of [Buffer.from('hi'), large]) {
      const frames = new MessageFrames(message({ payload }), 'm-1');
      expect(textOf(frames.forOnly('1.2', 's0'))).toBe(textOf(frames.for('1.2', 's0')));
    }
  });

  it('does not copy a large body, also where it is to be acknowledged', () => {
    const frames = new MessageFrames(message({ payload: large }), 'm-1');
    for (const { parts } of [frames.forOnly('1.2', 's0'), frames.for('1.2', 's0', 'a-1')]) {
      expect(parts[1]).toBe(large);
    }
  });
});

describe('the body of a MESSAGE', () => {
  it('is the octets of the SEND [CNV-12]', () => {
    const payload = Buffer.from([0x68, 0x00, 0xff]);
    const [frame] = new MessageFrames(message({ payload, contentType: 'application/json' }), 'm-1').for(
      '1.2',
      's0',
    ).parts;
    expect(frame.subarray(-4)).toEqual(Buffer.from([0x68, 0x00, 0xff, 0x00]));
  });

  it('may be any Uint8Array, also a view into a larger one', () => {
    const all = Uint8Array.from(Buffer.from('xxhixx'));
    expect(written({ payload: all.subarray(2, 4) })).toMatch(/\n\nhi\0$/);
  });

  it.each([
    ['application/octet-stream', 'hi', true],
    ['application/octet-stream', '', false],
    ['Application/Octet-Stream; v=1', 'hi', true],
    ['text/plain', 'hi', false],
    ['not a media type', 'hi', false],
    [undefined, 'hi', false],
  ])('of type %s, %j, travels as binary: %s [CNV-9]', (contentType, body, binary) => {
    const parts = { payload: Buffer.from(body), ...(contentType !== undefined && { contentType }) };
    expect(new MessageFrames(message(parts), 'm-1').for('1.2', 's0').binary).toBe(binary);
  });

  it('travels as binary when it is not UTF-8', () => {
    const frames = new MessageFrames(message({ payload: Buffer.from([0xe9]) }), 'm-1');
    expect(frames.for('1.2', 's0').binary).toBe(true);
  });
});
