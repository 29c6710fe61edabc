import { describe, expect, it } from '@jest/globals';
import { settled } from '../../support/deferred.js';
import { MessageHandlingError } from '../../../src/messaging/messaging-error.js';
import { MessageFlow } from '../../support/message-flow.js';

/** Type and destination of what reached the application. */
function arrivals({ received }: MessageFlow): string[] {
  return received.map(({ headers }) => `${headers.simpMessageType} ${String(headers.simpDestination)}`);
}

describe('a connected session', () => {
  it.each(['CONNECT', 'STOMP'])('refuses a second %s', (command) => {
    const { transport, say } = new MessageFlow().connect();
    say(`${command}\naccept-version:1.2\n\n\0`);
    expect(transport.take()).toEqual([
      'ERROR\nmessage:The session is connected already\ncode:STOMP_ERR_ALREADY_CONNECTED\n' +
        'content-length:0\n\n\0',
    ]);
    expect(transport.closed).toEqual({ code: 1002, reason: 'The session is connected already' });
  });

  it.each(['CONNECTED', 'MESSAGE', 'RECEIPT', 'ERROR'])('refuses the server frame %s [BRK-19]', (command) => {
    const flow = new MessageFlow();
    const { transport, say } = flow.connect();
    say(`${command}\ndestination:/topic/a\n\n\0`);
    expect(transport.take()).toEqual([
      `ERROR\nmessage:${command} is a server frame. Clients send SEND\ncode:STOMP_ERR_INVALID_FRAME\n` +
        'content-length:0\n\n\0',
    ]);
    expect(flow.receivedTypes).toEqual(['CONNECT', 'DISCONNECT']);
  });

  it.each(['COMMIT', 'ABORT'])('refuses %s of a transaction that is not open [A160]', (command) => {
    const { transport, say } = new MessageFlow().connect();
    say(`${command}\ntransaction:t\nreceipt:r\n\n\0`);
    expect(transport.take()).toEqual([
      'ERROR\nmessage:The transaction is not open. BEGIN it\nreceipt-id:r\n' +
        'code:STOMP_ERR_UNKNOWN_TRANSACTION\ncontent-length:0\n\n\0',
    ]);
  });

  it.each(['ACK', 'NACK'])('tells the application of %s, with the delivery it is about', (command) => {
    const flow = new MessageFlow();
    flow.connect().say(`${command}\nid:1\ndestination:/topic/a\n\n\0`);
    expect(flow.received[1].headers).toMatchObject({
      simpMessageType: 'OTHER',
      stompCommand: command,
      simpAckId: '1',
      simpDestination: undefined,
    });
  });

  it('sends all of a transaction though a handler fails, and tells that as it tells other failures', () => {
    const flow = new MessageFlow();
    const { transport, say } = flow.connect();
    const handled: string[] = [];
    flow.onSend((destination) => {
      handled.push(destination);
      if (destination === '1') throw new MessageHandlingError('boom');
    });
    const send = (number: number): string => `SEND\ndestination:/app/${number}\ntransaction:t\n\n\0`;
    say('BEGIN\ntransaction:t\n\n\0', send(1), send(2), 'COMMIT\ntransaction:t\n\n\0');
    expect(handled).toEqual(['1', '2']);
    expect(transport.closed).toBeUndefined();
  });

  it.each(['ACK', 'NACK'])('keeps silent about %s that an interceptor vetoes', (command) => {
    const flow = new MessageFlow();
    flow.inbound.addInterceptor({
      preSend: (message) => (message.headers.simpAckId === '1' ? null : message),
    });
    const { transport, session, say } = flow.open();
    say('CONNECT\naccept-version:1.2\n\n\0', `${command}\nid:1\n\n\0`);
    return session.whenIdle()?.then(() => expect(transport.take()).toHaveLength(1));
  });

  it.each([
    ['1.0', false],
    ['1.1', false],
    ['1.2', true],
  ])('on %s lets what nobody waits for be acknowledged: an answer of a handler', (version, hasAck) => {
    const flow = new MessageFlow();
    const { session, transport, say } = flow.connect(`accept-version:${version}\n`);
    say('SUBSCRIBE\nid:0\ndestination:/topic/a\nack:client\n\n\0');
    void flow.outbound.send({
      payload: Buffer.from('hi'),
      headers: {
        simpMessageType: 'MESSAGE',
        simpSessionId: session.id,
        simpSubscriptionId: '0',
        nativeHeaders: new Map(),
      },
    });
    const [frame] = transport.take();
    const [, messageId] = /^message-id:(.*)$/m.exec(frame) ?? [];
    const [, ackId] = /^ack:(.*)$/m.exec(frame) ?? [];
    expect(ackId !== undefined).toBe(hasAck);
    say(`ACK\nid:${ackId}\nmessage-id:${messageId}\nreceipt:r\n\n\0`);
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:r\n\n\0']);
  });

  it('refuses NACK from a client of STOMP 1.0, which has none', () => {
    const { transport, say } = new MessageFlow().connect('');
    say('NACK\nmessage-id:1\n\n\0');
    expect(transport.take()).toEqual([
      'ERROR\nmessage:STOMP 1.0 has no NACK\ncode:STOMP_ERR_INVALID_FRAME\ncontent-length:0\n\n\0',
    ]);
  });

  it('escapes by the rules of its version', () => {
    const { transport, say } = new MessageFlow().connect('accept-version:1.1\n');
    say('SEND\ndestination:/topic/a\nreceipt:a\\cb\n\n\0');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:a\\cb\n\n\0']);
  });

  it('has the limits of the application', () => {
    const { transport, say } = new MessageFlow().connect();
    say(`SEND\ndestination:/topic/a\nh:${'x'.repeat(8_000)}\n\n${'x'.repeat(100_000)}\0`);
    expect(transport.closed).toBeUndefined();
    say(`SEND\ndestination:/topic/a\ncontent-length:1048577\nreceipt:r\n\n`);
    expect(transport.take()[0]).toMatch(/^ERROR\n[^]*receipt-id:r\ncode:STOMP_ERR_BODY_LIMIT\n/);
    expect(transport.closed?.code).toBe(1009);
  });
});

describe('after an error', () => {
  it('there is one ERROR, and nothing behind the frame is executed', () => {
    const flow = new MessageFlow();
    const { transport, say } = flow.connect();
    say('SEND\n\n\0SEND\ndestination:/topic/a\n\n\0nonsense', 'SEND\n\n\0');
    expect(transport.take()).toEqual([
      'ERROR\nmessage:SEND needs a destination header\ncode:STOMP_ERR_INVALID_FRAME\ncontent-length:0\n\n\0',
    ]);
    expect(transport.late).toEqual([]);
    expect(flow.receivedTypes).toEqual(['CONNECT', 'DISCONNECT']);
  });

  it('the log has one line with the session and the code', () => {
    const flow = new MessageFlow();
    const { session, say } = flow.connect();
    say('SEND\n\n\0');
    expect(flow.log.lines).toEqual([
      `warn Session ${session.id} ended. STOMP_ERR_INVALID_FRAME, SEND needs a destination header`,
    ]);
  });

  it('a session stays ended, even if what an interceptor threw cannot be printed', async () => {
    const ring: { self?: unknown } = {};
    ring.self = ring;
    const flow = new MessageFlow();
    const { transport, say } = flow.connect();
    flow.inbound.addInterceptor({ preSend: () => Promise.reject(ring) });
    say('SEND\ndestination:/topic/a\n\n\0');
    expect(await transport.takeWhenSent(1)).toEqual([
      'ERROR\nmessage:Failed to send message to clientInboundChannel\ncode:STOMP_ERR_DELIVERY\n' +
        'content-length:0\n\n\0',
    ]);
    expect(transport.closed?.code).toBe(1008);
  });
});

describe('SEND', () => {
  it('is answered with a RECEIPT after it was handled', async () => {
    const flow = new MessageFlow();
    const handled: string[] = [];
    flow.onSend(async (name) => {
      await settled();
      handled.push(name);
    });
    const { transport, say } = flow.connect();
    say('SEND\ndestination:/app/a\nreceipt:1\n\n\0');
    expect(transport.take()).toEqual([]);
    expect(await transport.takeWhenSent(1)).toEqual(['RECEIPT\nreceipt-id:1\n\n\0']);
    expect(handled).toEqual(['a']);
  });

  it.each(['', 'destination:\n'])('with the headers %j needs a destination', (headers) => {
    const { transport, say } = new MessageFlow().connect();
    say(`SEND\n${headers}receipt:r\n\n\0`);
    expect(transport.take()).toEqual([
      'ERROR\nmessage:SEND needs a destination header\nreceipt-id:r\ncode:STOMP_ERR_INVALID_FRAME\n' +
        'content-length:0\n\n\0',
    ]);
  });

  it('that reaches nobody is an ERROR only for a client that waits for a receipt', () => {
    const flow = new MessageFlow();
    const { session, transport, say } = flow.connect();
    say(`SEND\ndestination:/no\\nwhere/${'x'.repeat(300)}\n\n\0`);
    expect(transport.take()).toEqual([]);
    expect(flow.log.lines).toEqual([
      `debug MESSAGE to "/no\\nwhere/${'x'.repeat(190)}" of session ${session.id} reached nobody`,
    ]);
    say('SEND\ndestination:/nowhere\nreceipt:r\n\n\0');
    expect(transport.take()).toEqual([
      'ERROR\nmessage:Nothing handles this SEND. Check its destination\nreceipt-id:r\n' +
        'code:STOMP_ERR_NOT_ROUTABLE\ncontent-length:0\n\n\0',
    ]);
  });

  it('that an interceptor vetoes is an ERROR only for a client that waits for a receipt', async () => {
    const flow = new MessageFlow();
    const { transport, say } = flow.connect();
    flow.inbound.addInterceptor({ preSend: () => null });
    say('SEND\ndestination:/topic/a\n\n\0', 'SEND\ndestination:/topic/a\nreceipt:r\n\n\0');
    expect(await transport.takeWhenSent(1)).toEqual([
      'ERROR\nmessage:SEND was not accepted\nreceipt-id:r\ncode:STOMP_ERR_NOT_ROUTABLE\n' +
        'content-length:0\n\n\0',
    ]);
    expect(transport.closed?.code).toBe(1008);
    expect(flow.log.lines.filter((line) => line.startsWith('debug'))).toEqual([]);
  });

  it('that fails in a handler is an ERROR only for a client that waits for a receipt', async () => {
    const flow = new MessageFlow();
    flow.onSend(async (name) => {
      await settled();
      if (name === 'bad') throw new MessageHandlingError('The handler failed');
    });
    const { transport, say } = flow.connect();
    say('SEND\ndestination:/app/bad\n\n\0', 'SEND\ndestination:/app/good\nreceipt:1\n\n\0');
    expect(await transport.takeWhenSent(1)).toEqual(['RECEIPT\nreceipt-id:1\n\n\0']);
    say('SEND\ndestination:/app/bad\nreceipt:2\n\n\0');
    expect(await transport.takeWhenSent(1)).toEqual([
      'ERROR\nmessage:The handler failed\nreceipt-id:2\ncode:STOMP_ERR_HANDLER\ncontent-length:0\n\n\0',
    ]);
    expect(transport.closed?.code).toBe(1011);
  });

  it('that fails at once in a handler does not stop the frames behind it', () => {
    const flow = new MessageFlow();
    flow.onSend((name) => {
      if (name === 'bad') throw new MessageHandlingError('The handler failed');
    });
    const { transport, say } = flow.connect();
    say('SEND\ndestination:/app/bad\n\n\0SEND\ndestination:/app/good\nreceipt:1\n\n\0');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:1\n\n\0']);
  });
});

describe('SUBSCRIBE', () => {
  it('is live when its RECEIPT is there, and the RECEIPT comes before the first MESSAGE [A132] [BRK-2]', () => {
    const flow = new MessageFlow();
    const { session, transport, say } = flow.connect();
    const other = flow.connect();
    say('SUBSCRIBE\nid:0\ndestination:/topic/a\nreceipt:s\n\n\0');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:s\n\n\0']);
    other.say('SEND\ndestination:/topic/a\n\nhi\0');
    expect(transport.take()).toEqual([
      expect.stringMatching(
        /^MESSAGE\ndestination:\/topic\/a\nsubscription:0\nmessage-id:[\w-]+\ncontent-length:2\n\nhi\0$/,
      ),
    ]);
    expect(session.subscriptions.size).toBe(1);
  });

  it.each([
    ['id:0\n', 'SUBSCRIBE needs a destination header', 'INVALID_FRAME'],
    ['destination:/topic/a\n', 'SUBSCRIBE needs an id header', 'INVALID_FRAME'],
    [
      'id:0\ndestination:/topic/a\nack:no\n',
      'ack must be auto, client or client-individual',
      'INVALID_FRAME',
    ],
    [
      'id:used\ndestination:/topic/b\n',
      'The subscription id is in use. UNSUBSCRIBE it first',
      'DUPLICATE_SUBSCRIPTION',
    ],
  ])('with the headers %j is refused: %s [BRK-1]', (headers, message, code) => {
    const { transport, say } = new MessageFlow().connect();
    say('SUBSCRIBE\nid:used\ndestination:/topic/a\n\n\0', `SUBSCRIBE\n${headers}\n\0`);
    expect(transport.take()).toEqual([
      `ERROR\nmessage:${message}\ncode:STOMP_ERR_${code}\ncontent-length:0\n\n\0`,
    ]);
  });

  it('that reaches nobody is an ERROR only for a client that waits for a receipt', () => {
    const { transport, say } = new MessageFlow().connect();
    say('SUBSCRIBE\nid:0\ndestination:/nowhere\n\n\0');
    expect(transport.take()).toEqual([]);
    say('SUBSCRIBE\nid:1\ndestination:/nowhere\nreceipt:r\n\n\0');
    expect(transport.take()).toEqual([
      'ERROR\nmessage:Nothing handles this SUBSCRIBE. Check its destination\nreceipt-id:r\n' +
        'code:STOMP_ERR_NOT_ROUTABLE\ncontent-length:0\n\n\0',
    ]);
  });
});

describe('UNSUBSCRIBE', () => {
  it('needs the id only; after its RECEIPT there is no MESSAGE any more [A133] [BRK-6]', () => {
    const flow = new MessageFlow();
    const { session, transport, say } = flow.connect();
    say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0', 'UNSUBSCRIBE\nid:0\nreceipt:u\n\n\0');
    say('SEND\ndestination:/topic/a\n\nhi\0');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:u\n\n\0']);
    expect(session.subscriptions.size).toBe(0);
    expect(arrivals(flow)).toEqual([
      'CONNECT undefined',
      'SUBSCRIBE /topic/a',
      'UNSUBSCRIBE undefined',
      'MESSAGE /topic/a',
    ]);
  });

  it('ends a subscription that no broker knows, receipt included', () => {
    const { session, transport, say } = new MessageFlow().connect();
    say('SUBSCRIBE\nid:0\ndestination:/app/once\n\n\0', 'UNSUBSCRIBE\nid:0\nreceipt:u\n\n\0');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:u\n\n\0']);
    expect(session.subscriptions.size).toBe(0);
  });

  it('ends the subscription also when an interceptor keeps it from the broker', async () => {
    const flow = new MessageFlow();
    const { transport, say } = flow.connect();
    say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
    flow.inbound.addInterceptor({
      preSend: (message) => (message.headers.simpMessageType === 'UNSUBSCRIBE' ? null : message),
    });
    say('UNSUBSCRIBE\nid:0\nreceipt:u\n\n\0');
    expect(await transport.takeWhenSent(1)).toEqual(['RECEIPT\nreceipt-id:u\n\n\0']);
    await flow.template.convertAndSend('/topic/a', 'hi');
    expect(transport.take()).toEqual([]);
  });

  it('that no broker hears of takes effect all the same, with a line in the log', () => {
    const flow = new MessageFlow();
    const { session, transport, say } = flow.connect();
    say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
    flow.broker.stop();
    say('UNSUBSCRIBE\nid:0\n\n\0');
    expect(transport.take()).toEqual([]);
    expect(session.subscriptions.size).toBe(0);
    expect(flow.log.lines).toEqual([`debug UNSUBSCRIBE to "" of session ${session.id} reached nobody`]);
  });

  it('of a subscription that is not there is ignored, as in Spring', () => {
    const flow = new MessageFlow();
    const { session, transport, say } = flow.connect();
    say('UNSUBSCRIBE\nid:0\n\n\0');
    expect(transport.take()).toEqual([]);
    expect(flow.log.lines).toEqual([
      `debug Session ${session.id}: UNSUBSCRIBE of "0", which is not active, was ignored`,
    ]);
    say('SUBSCRIBE\nid:0\ndestination:/topic/a\nreceipt:s\n\n\0');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:s\n\n\0']);
  });

  it('of a subscription that is not there is refused when it asks for a receipt', () => {
    const { transport, say } = new MessageFlow().connect();
    say('UNSUBSCRIBE\nid:0\nreceipt:u\n\n\0');
    expect(transport.take()).toEqual([
      'ERROR\nmessage:No subscription has this id\nreceipt-id:u\ncode:STOMP_ERR_UNKNOWN_SUBSCRIPTION\n' +
        'content-length:0\n\n\0',
    ]);
  });
});
