import { describe, expect, it } from '@jest/globals';
import { withHeaders } from '../../../src/messaging/message.js';
import { MessageRejectedError } from '../../../src/messaging/messaging-error.js';
import { Deferred, settled } from '../../support/deferred.js';
import { MessageFlow } from '../../support/message-flow.js';

const CONNECT = 'CONNECT\naccept-version:1.2\n\n\0';
const CONNECTED = 'CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0';

/** A flow whose CONNECTs wait for the answer of an authentication. */
function slowAuthentication() {
  const flow = new MessageFlow();
  const answer = new Deferred<'accept' | 'veto'>();
  flow.inbound.addInterceptor({
    preSend: async (message) => {
      if (message.headers.simpMessageType !== 'CONNECT') return message;
      return (await answer.promise) === 'accept' ? message : null;
    },
  });
  return { flow, answer };
}

describe('CONNECT', () => {
  it.each(['CONNECT', 'STOMP'])('is answered as %s with CONNECTED', (command) => {
    const { transport, say } = new MessageFlow().open();
    say(`${command}\naccept-version:1.2\n\n\0`);
    expect(transport.take()).toEqual([CONNECTED]);
  });

  it('may come octet by octet', () => {
    const { transport, say } = new MessageFlow().open();
    for (const octet of CONNECT) say(octet);
    expect(transport.take()).toEqual([CONNECTED]);
  });

  it('is never answered with a RECEIPT', () => {
    const { transport, say } = new MessageFlow().open();
    say('CONNECT\naccept-version:1.2\nreceipt:r\n\n\0');
    expect(transport.take()).toEqual([CONNECTED]);
  });

  it('settles the version', () => {
    const { session } = new MessageFlow().connect('accept-version:1.0,1.1\n');
    expect(session.version).toBe('1.1');
  });

  it('that accepts no version known here gets an ERROR with the list, and the close', () => {
    const flow = new MessageFlow();
    const { transport, say } = flow.open();
    say('CONNECT\naccept-version:2.0\n\n\0');
    expect(transport.take()).toEqual([
      'ERROR\nversion:1.0,1.1,1.2\ncontent-type:text/plain\nmessage:Unsupported STOMP version\n' +
        'code:STOMP_ERR_VERSION\ncontent-length:34\n\nSupported versions are 1.0,1.1,1.2\0',
    ]);
    expect(transport.closed).toEqual({ code: 1002, reason: 'Unsupported STOMP version' });
    expect(flow.receivedTypes).toEqual(['DISCONNECT']);
  });

  it('of STOMP 1.0 may pad its values with spaces', () => {
    const flow = new MessageFlow();
    flow.connect('login: ada \n');
    expect(flow.received[0]?.headers.nativeHeaders.get('login')).toEqual(['ada']);
  });

  it('with an unreadable heart-beat is refused before the application sees it [A99]', () => {
    const flow = new MessageFlow();
    const { transport, say } = flow.open();
    say('CONNECT\naccept-version:1.1\nheart-beat:1,x\n\n\0');
    expect(transport.take()[0]).toMatch(/^ERROR\n[^]*code:STOMP_ERR_BAD_HEART_BEAT\n/);
    expect(flow.receivedTypes).toEqual(['DISCONNECT']);
  });

  it('of STOMP 1.0 with an unreadable heart-beat is accepted: 1.0 knows no such header [A99]', () => {
    const { session } = new MessageFlow().connect('heart-beat:1,x\n');
    expect(session.version).toBe('1.0');
  });

  it('gives the session the user that an interceptor names', async () => {
    const flow = new MessageFlow();
    flow.inbound.addInterceptor({
      preSend: (message) => withHeaders(message, { simpUser: { name: 'ada' } }),
    });
    const { session, transport, say } = flow.open([['tenant', 't1']]);
    say(CONNECT);
    expect(await transport.takeWhenSent(1)).toEqual([
      'CONNECTED\nversion:1.2\nheart-beat:0,0\nuser-name:ada\n\n\0',
    ]);
    expect(session.user).toEqual({ name: 'ada' });
    expect(session.attributes).toEqual(new Map([['tenant', 't1']]));
  });

  it('refused by an interceptor ends with the text it chose', async () => {
    const { flow, answer } = slowAuthentication();
    const { transport, say } = flow.open();
    say(CONNECT);
    answer.reject(new MessageRejectedError('Wrong passcode'));
    expect(await transport.takeWhenSent(1)).toEqual([
      'ERROR\nmessage:Wrong passcode\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0',
    ]);
    expect(transport.closed).toEqual({ code: 1008, reason: 'Wrong passcode' });
  });

  it('vetoed by an interceptor ends without a reason', async () => {
    const { flow, answer } = slowAuthentication();
    const { transport, say } = flow.open();
    say(CONNECT);
    answer.resolve('veto');
    expect(await transport.takeWhenSent(1)).toEqual([
      'ERROR\nmessage:CONNECT was not accepted\ncode:STOMP_ERR_NOT_ROUTABLE\ncontent-length:0\n\n\0',
    ]);
  });

  it('that no broker takes is refused', () => {
    const flow = new MessageFlow();
    flow.broker.stop();
    const { transport, say } = flow.open();
    say(CONNECT);
    expect(transport.take()).toEqual([
      'ERROR\nmessage:Nothing handles this CONNECT. Check its destination\ncode:STOMP_ERR_NOT_ROUTABLE\n' +
        'content-length:0\n\n\0',
    ]);
  });

  it('whose CONNECTED is vetoed on the way out ends, and does not hang', async () => {
    const flow = new MessageFlow();
    flow.outbound.addInterceptor({ preSend: () => null });
    const { transport, say } = flow.open();
    say(CONNECT);
    expect((await transport.takeWhenSent(1))[0]).toMatch(/^ERROR\n[^]*code:STOMP_ERR_NOT_ROUTABLE\n/);
    expect(flow.broker.sessionCount).toBe(0);
  });

  it('is answered once, whatever else claims to be the answer', () => {
    const flow = new MessageFlow();
    const { session, transport } = flow.connect();
    session.connected({
      payload: undefined,
      headers: { simpMessageType: 'CONNECT_ACK', nativeHeaders: new Map() },
    });
    expect(transport.take()).toEqual([]);
  });

  it('may be answered without heart-beat and CONNECT, by a broker that leaves them out', () => {
    const flow = new MessageFlow();
    flow.broker.stop();
    flow.inbound.subscribe({ handleMessage: () => true });
    const { session, transport, say } = flow.open();
    say(CONNECT);
    expect(transport.take()).toEqual([]);
    session.connected({
      payload: undefined,
      headers: { simpMessageType: 'CONNECT_ACK', nativeHeaders: new Map() },
    });
    expect(transport.take()).toEqual([CONNECTED]);
  });
});

describe('before CONNECTED', () => {
  it.each(['SEND', 'SUBSCRIBE', 'DISCONNECT', 'CONNECTED'])('a %s is an error', (command) => {
    const { transport, say } = new MessageFlow().open();
    say(`${command}\nreceipt:r\n\n\0`);
    expect(transport.take()).toEqual([
      `ERROR\nmessage:${command} before CONNECT\nreceipt-id:r\ncode:STOMP_ERR_NOT_CONNECTED\n` +
        'content-length:0\n\n\0',
    ]);
    expect(transport.closed).toEqual({ code: 1002, reason: `${command} before CONNECT` });
  });

  it('the limits are those for strangers', () => {
    const { transport, say } = new MessageFlow().open();
    say(`CONNECT\na:${'x'.repeat(8_000)}\nb:${'x'.repeat(8_000)}\nc:${'x'.repeat(8_000)}\n`);
    expect(transport.take()[0]).toMatch(/^ERROR\n[^]*code:STOMP_ERR_HEADER_BLOCK_LIMIT\n/);
    expect(transport.closed?.code).toBe(1009);
  });

  it('frames behind CONNECT are held, in order, and not refused [A15] [D43]', async () => {
    const { flow, answer } = slowAuthentication();
    const { transport, say } = flow.open();
    say(CONNECT, 'SUBSCRIBE\nid:0\ndestination:/topic/a\nreceipt:s\n\n\0');
    for (let i = 0; i < 1_000; i++) say(`SEND\ndestination:/topic/a\nreceipt:${i}\n\n\0`);
    await settled();
    expect(transport.take()).toEqual([]);
    expect(flow.received).toEqual([]);

    answer.resolve('accept');
    const frames = await transport.takeWhenSent(2_002);
    expect(frames.slice(0, 2)).toEqual([CONNECTED, 'RECEIPT\nreceipt-id:s\n\n\0']);
    const receipts = frames.filter((frame) => frame.startsWith('RECEIPT')).slice(1);
    expect(receipts).toEqual(Array.from({ length: 1_000 }, (_, i) => `RECEIPT\nreceipt-id:${i}\n\n\0`));
  });

  it('more than 64 KiB behind CONNECT stops the reading until CONNECT is answered [D43]', async () => {
    const { flow, answer } = slowAuthentication();
    const { transport, say } = flow.open();
    say(CONNECT);
    const frame = `SEND\ndestination:/topic/a\n\n${'x'.repeat(1_000)}\0`;
    for (let i = 0; i < 63; i++) say(frame);
    expect(transport.reading).toEqual([]);
    for (let i = 0; i < 20; i++) say(frame);
    expect(transport.reading).toEqual(['pause']);

    answer.resolve('accept');
    expect(await transport.takeWhenSent(1)).toEqual([CONNECTED]);
    await settled();
    await settled();
    expect(transport.reading).toEqual(['pause', 'resume']);
    expect(flow.receivedTypes).toHaveLength(84);
  });
});

describe('a client that does not connect in time', () => {
  const TIMEOUT =
    'ERROR\nmessage:No CONNECT within 60000 ms\ncode:STOMP_ERR_CONNECT_TIMEOUT\ncontent-length:0\n\n\0';

  it('is told so and let go', () => {
    const flow = new MessageFlow();
    const { transport } = flow.open();
    flow.clock.advance(60_000);
    expect(transport.closed).toBeUndefined();
    flow.clock.advance(50);
    expect(transport.take()).toEqual([TIMEOUT]);
    expect(transport.closed).toEqual({ code: 1008, reason: 'No CONNECT within 60000 ms' });
  });

  it('is let go too when CONNECT hangs in the application', async () => {
    const { flow } = slowAuthentication();
    const { transport, say } = flow.open();
    say(CONNECT);
    flow.clock.advance(60_050);
    expect(transport.take()).toEqual([TIMEOUT]);
    await settled();
    expect(flow.handler.sessionCount).toBe(0);
  });

  it('has nothing to fear once it is connected', () => {
    const flow = new MessageFlow();
    const { transport } = flow.connect();
    expect(flow.wheel.size).toBe(0);
    flow.clock.advance(1_000_000);
    expect(transport.closed).toBeUndefined();
  });
});

describe('a client that leaves while its CONNECT is with the application', () => {
  it('leaves nothing behind when CONNECT is accepted afterwards [A198]', async () => {
    const { flow, answer } = slowAuthentication();
    const { session, transport, say } = flow.open();
    say(CONNECT);
    session.transportClosed();
    await settled();
    answer.resolve('accept');
    await settled();
    expect(transport.take()).toEqual([]);
    expect(flow.handler.sessionCount).toBe(0);
    expect(flow.broker.sessionCount).toBe(0);
    expect(flow.wheel.size).toBe(0);
  });

  it('leaves nothing behind either when its CONNECTED is refused on the way out [A198]', async () => {
    const { flow, answer } = slowAuthentication();
    flow.outbound.addInterceptor({ preSend: () => Promise.reject(new Error('no')) });
    const { session, say } = flow.open();
    say(CONNECT);
    session.transportClosed();
    await settled();
    answer.resolve('accept');
    await settled();
    expect(flow.handler.sessionCount).toBe(0);
    expect(flow.broker.sessionCount).toBe(0);
  });

  it('gets no CONNECTED when the answer comes too late', async () => {
    const { flow, answer } = slowAuthentication();
    const { session, transport, say } = flow.open();
    say(CONNECT);
    session.close(1000, 'bye');
    answer.resolve('accept');
    await settled();
    expect(transport.sent).toEqual([]);
    expect(transport.late).toEqual([]);
  });
});
