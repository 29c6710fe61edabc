import { describe, expect, it } from '@jest/globals';
import type { ChannelInterceptor } from '../../../src/messaging/channel-interceptor.js';
import { settled } from '../../support/deferred.js';
import { MessageFlow } from '../../support/message-flow.js';

describe('what is counted of sessions', () => {
  it('is connected ones by version, until they end', async () => {
    const flow = new MessageFlow();
    const { counters } = flow;
    const old = flow.connect('');
    flow.connect('accept-version:1.1\n');
    flow.connect();
    expect(counters.connected).toEqual({ '1.0': 1, '1.1': 1, '1.2': 1 });
    old.session.close();
    await settled();
    expect(counters.connected).toEqual({ '1.0': 0, '1.1': 1, '1.2': 1 });
    expect([counters.sessionsOpened, counters.connectsAccepted, counters.connectsRefused]).toEqual([3, 3, 0]);
  });

  it.each([
    ['no common version', 'CONNECT\naccept-version:9\n\n\0'],
    ['a heart-beat that cannot be read', 'CONNECT\naccept-version:1.2\nheart-beat:x\n\n\0'],
    ['an interceptor', 'CONNECT\naccept-version:1.2\nlogin:eve\n\n\0'],
  ])('is a CONNECT refused for %s', async (_title, connect) => {
    const flow = new MessageFlow();
    flow.inbound.addInterceptor(guard);
    flow.open().say(connect);
    await settled();
    expect([flow.counters.connectsAccepted, flow.counters.connectsRefused]).toEqual([0, 1]);
  });

  it('is no refused CONNECT when there was none, or when its client has left', async () => {
    const flow = new MessageFlow();
    const { counters } = flow;
    flow.inbound.addInterceptor(guard);
    flow.open().say('SEND\ndestination:/topic/a\n\n\0');
    const impatient = flow.open();
    impatient.say('CONNECT\naccept-version:1.2\nlogin:slow\n\n\0');
    impatient.session.transportClosed();
    await settled();
    expect(counters.connectsRefused).toBe(0);
    expect(counters.closes.toObject()).toEqual({ STOMP_ERR_NOT_CONNECTED: 1, STOMP_CLOSE_GONE: 1 });
  });

  it('is frames and their octets, in and out', async () => {
    const flow = new MessageFlow();
    const { counters } = flow;
    const { say, transport } = flow.connect();
    const before = { in: counters.bytesIn, out: counters.bytesOut };
    const subscribe = 'SUBSCRIBE\nid:1\ndestination:/topic/a\nreceipt:r\n\n\0';
    const send = 'SEND\ndestination:/topic/a\n\nhi\0';
    say(subscribe, send, send);
    const received = transport.take().join('');
    expect(counters.framesIn).toMatchObject({ CONNECT: 1, SUBSCRIBE: 1, SEND: 2, DISCONNECT: 0 });
    expect(counters.framesOut).toMatchObject({ CONNECTED: 1, RECEIPT: 1, MESSAGE: 2, ERROR: 0 });
    expect(counters.bytesIn - before.in).toBe(subscribe.length + 2 * send.length);
    expect(counters.bytesOut - before.out).toBe(received.length);
  });

  it('is a message once, its deliveries one by one, and those that come too late', () => {
    const flow = new MessageFlow();
    const { counters } = flow;
    const [first, second] = [flow.connect(), flow.connect()];
    for (const { say } of [first, second]) say('SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0');
    first.say('SEND\ndestination:/topic/a\n\nhi\0');
    expect([counters.published, counters.framesOut.MESSAGE, counters.deliveriesDropped]).toEqual([1, 2, 0]);
    const message = {
      payload: Buffer.from('hi'),
      headers: { simpMessageType: 'MESSAGE' as const, nativeHeaders: new Map() },
    };
    flow.outbound.broadcast(message, [
      { sessionId: first.session.id, subscriptionId: '1' },
      { sessionId: first.session.id, subscriptionId: 'gone' },
      { sessionId: 'gone', subscriptionId: '1' },
    ]);
    expect([counters.framesOut.MESSAGE, counters.deliveriesDropped]).toEqual([3, 2]);
  });

  it('is refusals by code, of a session that ends and of one that lives on', async () => {
    const flow = new MessageFlow({ session: { rejections: 'report', reportFailure: () => true } });
    const { counters } = flow;
    const { say } = flow.connect();
    flow.inbound.addInterceptor(guard);
    say('SEND\ndestination:/topic/a\nforbidden:1\n\n\0');
    await settled();
    say('NONSENSE\n\n\0');
    await settled();
    expect(counters.refusals.toObject()).toEqual({ STOMP_ERR_DELIVERY: 1, STOMP_ERR_UNKNOWN_COMMAND: 1 });
    expect(counters.closes.toObject()).toEqual({ STOMP_ERR_UNKNOWN_COMMAND: 1 });
  });
});

/** An interceptor that refuses eve and what is forbidden, and never decides about who is slow. */
const guard: ChannelInterceptor = {
  preSend: ({ headers, payload }) => {
    const login = headers.nativeHeaders.get('login')?.[0];
    if (login === 'eve' || headers.nativeHeaders.has('forbidden')) throw new Error('no');
    return login === 'slow' ? new Promise<null>(() => undefined) : { headers, payload };
  },
};
