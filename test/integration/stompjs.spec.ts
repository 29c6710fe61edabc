import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Message, MessageRejectedError, SimpleBroker, type SimpSession } from 'nestjs-stomp';
import { WebSocket } from 'ws';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { VERSIONS, type Version } from '../support/stage.js';
import { deactivateStompJsClients, StompJsClient } from '../support/stompjs-client.js';
import { closeTestApps, startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let sessions: SimpSession[];
beforeEach(async () => {
  sessions = [];
  const preSend = (message: Message) => {
    const { simpMessageType, simpSession, nativeHeaders } = message.headers;
    if (nativeHeaders.get('login')?.[0] === 'stranger') throw new MessageRejectedError('Not you, stranger');
    if (simpMessageType === 'CONNECT' && simpSession !== undefined) sessions.push(simpSession);
    return message;
  };
  app = await startTestApp({
    stomp: {
      simpleBroker: { destinationPrefixes: ['/topic'], heartbeat: [100, 100] },
      interceptors: { clientInbound: [{ preSend }] },
    },
  });
});
afterEach(async () => {
  await deactivateStompJsClients();
  terminateRawClients();
  await closeTestApps();
});

const EVERY_OCTET = Uint8Array.from({ length: 256 }, (_, octet) => octet);

describe.each(VERSIONS)('StompJS restricted to %s', (version) => {
  let stomp: StompJsClient;
  beforeEach(async () => {
    stomp = new StompJsClient(app.url, [version]);
    await stomp.connect();
  });
  afterEach(() => {
    expect(stomp.strange).toEqual([]);
  });

  it('connects with that version and its sub-protocol', () => {
    expect(stomp.client.connectedVersion).toBe(version);
    expect(stomp.client.webSocket).toMatchObject({ protocol: `v${version.replace('.', '')}.stomp` });
  });

  it('receives the text it publishes', async () => {
    const messages = await stomp.subscribe('/topic/a');
    stomp.client.publish({ destination: '/topic/a', body: 'naïve ☃😀\n', headers: { 'x-a': '1' } });
    const message = await messages.next();
    expect(message.body).toBe('naïve ☃😀\n');
    expect(message.headers).toMatchObject({ 'x-a': '1', destination: '/topic/a', 'content-length': '15' });
  });

  it('receives an empty body, and one with a NUL', async () => {
    const messages = await stomp.subscribe('/topic/a');
    stomp.client.publish({ destination: '/topic/a' });
    stomp.client.publish({ destination: '/topic/a', body: 'a\0b' });
    expect((await messages.next()).body).toBe('');
    expect((await messages.next()).body).toBe('a\0b');
  });

  it('receives the octets it publishes', async () => {
    const messages = await stomp.subscribe('/topic/a');
    const headers = { 'content-type': 'application/octet-stream' };
    stomp.client.publish({ destination: '/topic/a', binaryBody: EVERY_OCTET, headers });
    const message = await messages.next();
    expect([...message.binaryBody]).toEqual([...EVERY_OCTET]);
    expect(message.headers).toMatchObject(headers);
  });

  it('publishes without content-length', async () => {
    const messages = await stomp.subscribe('/topic/a');
    stomp.client.publish({ destination: '/topic/a', body: 'hi', skipContentLengthHeader: true });
    const message = await messages.next();
    expect(message.body).toBe('hi');
    expect(message.headers).toMatchObject({ 'content-length': '2' });
  });

  it('gets receipts for SUBSCRIBE, SEND and UNSUBSCRIBE', async () => {
    const messages = await stomp.subscribe('/topic/a', { id: 'mine' });
    const sent = await stomp.receiptOf((receipt) =>
      stomp.client.publish({ destination: '/topic/a', body: '1', headers: { receipt } }),
    );
    expect(sent.command).toBe('RECEIPT');
    await stomp.receiptOf((receipt) => stomp.client.unsubscribe('mine', { receipt }));
    await stomp.receiptOf((receipt) =>
      stomp.client.publish({ destination: '/topic/a', body: '2', headers: { receipt } }),
    );
    expect((await messages.next()).body).toBe('1');
    expect(messages.size).toBe(0);
  });

  it.each(['client', 'client-individual'])(
    'acknowledges, and is sent again what it refuses, in mode %s',
    async (ack) => {
      const messages = await stomp.subscribe('/topic/a', { ack });
      stomp.client.publish({ destination: '/topic/a', body: '1' });
      (await messages.next()).ack();
      if (version !== '1.0') {
        stomp.client.publish({ destination: '/topic/a', body: '2' });
        (await messages.next()).nack();
        expect((await messages.next()).body).toBe('2');
      }
      stomp.client.publish({ destination: '/topic/a', body: '3' });
      expect((await messages.next()).body).toBe('3');
      expect(stomp.errors.size).toBe(0);
    },
  );

  it('leaves in peace: deactivate() resolves, and the broker has forgotten the session', async () => {
    await stomp.subscribe('/topic/a');
    expect(app.app.get(SimpleBroker).sessionCount).toBe(1);
    await stomp.client.deactivate();
    expect(stomp.client.active).toBe(false);
    expect(app.app.get(SimpleBroker).sessionCount).toBe(0);
    expect(app.app.get(SimpleBroker).subscriptionCount).toBe(0);
    expect(app.logger.textsOf('warn')).toEqual([]);
  });

  it('hears of an error by onStompError, then of the close', async () => {
    stomp.client.publish({ destination: '', body: 'x', headers: { receipt: 'r' } });
    const { headers } = await stomp.errors.next();
    expect(headers).toMatchObject({
      message: 'SEND needs a destination header',
      'receipt-id': 'r',
      code: 'STOMP_ERR_INVALID_FRAME',
    });
    expect(await stomp.closes.next()).toMatchObject({ code: 1002 });
  });

  it('commits and aborts transactions', async () => {
    const messages = await stomp.subscribe('/topic/a');
    const publish = (body: string, headers = {}): void =>
      stomp.client.publish({ destination: '/topic/a', body, headers });
    const aborted = stomp.client.begin();
    publish('never', { transaction: aborted.id });
    aborted.abort();
    const committed = stomp.client.begin();
    publish('later', { transaction: committed.id });
    publish('at once');
    committed.commit();
    expect([(await messages.next()).body, (await messages.next()).body]).toEqual(['at once', 'later']);
    expect(stomp.errors.size).toBe(0);
  });

  it('hears why its CONNECT was refused by onStompError', async () => {
    const refused = new StompJsClient(app.url, [version], { connectHeaders: { login: 'stranger' } });
    refused.client.activate();
    const { headers } = await refused.errors.next();
    expect(headers).toMatchObject({ message: 'Not you, stranger', code: 'STOMP_ERR_REJECTED' });
    expect(await refused.closes.next()).toMatchObject({ code: 1008 });
    expect(refused.connects.size).toBe(0);
  });
});

describe('StompJS', () => {
  it('agrees on 1.2 when it is left the choice', async () => {
    const stomp = new StompJsClient(app.url);
    expect((await stomp.connect()).headers).toMatchObject({ version: '1.2', 'heart-beat': '100,100' });
    expect(stomp.client.webSocket).toMatchObject({ protocol: 'v12.stomp' });
  });

  it.each<[Version, string]>([
    ['1.2', 'a:b\nc\\d\re: ☃'],
    ['1.0', 'a:b\\nc: ☃'],
  ])('gets headers with special characters back on %s', async (version, value) => {
    const stomp = new StompJsClient(app.url, [version]);
    await stomp.connect();
    const messages = await stomp.subscribe('/topic/a', { id: 'sub:1' });
    stomp.client.publish({ destination: '/topic/a', body: 'x', headers: { special: value, empty: '' } });
    expect((await messages.next()).headers).toMatchObject({
      special: value,
      empty: '',
      subscription: 'sub:1',
    });
  });

  it.each([false, true])(
    'sends everything in binary messages when told to: %s',
    async (forceBinaryWSFrames) => {
      const stomp = new StompJsClient(app.url, ['1.2'], { forceBinaryWSFrames });
      await stomp.connect();
      const messages = await stomp.subscribe('/topic/a');
      stomp.client.publish({ destination: '/topic/a', body: 'naïve ☃😀' });
      stomp.client.publish({ destination: '/topic/a', binaryBody: EVERY_OCTET });
      expect((await messages.next()).body).toBe('naïve ☃😀');
      expect([...(await messages.next()).binaryBody]).toEqual([...EVERY_OCTET]);
    },
  );

  it.each([1, 7, 64, 8192])(
    'splits large frames into messages of %d characters',
    async (maxWebSocketChunkSize) => {
      const stomp = new StompJsClient(app.url, ['1.2'], { splitLargeFrames: true, maxWebSocketChunkSize });
      await stomp.connect();
      const messages = await stomp.subscribe('/topic/a');
      const body = 'naïve ☃ '.repeat(200 * Math.min(maxWebSocketChunkSize, 20));
      stomp.client.publish({ destination: '/topic/a', body });
      stomp.client.publish({ destination: '/topic/a', body: 'next' });
      expect((await messages.next()).body).toBe(body);
      expect((await messages.next()).body).toBe('next');
    },
  );

  it('hears of it when its splitting has broken characters in two [D35]', async () => {
    const stomp = new StompJsClient(app.url, ['1.2'], { splitLargeFrames: true, maxWebSocketChunkSize: 65 });
    await stomp.connect();
    stomp.client.publish({ destination: '/topic/a', body: '😀'.repeat(200), headers: { receipt: 'r' } });
    const { headers } = await stomp.errors.next();
    expect(headers).toMatchObject({ code: 'STOMP_ERR_BODY_NOT_TERMINATED', 'receipt-id': 'r' });
    expect(headers.message).toContain('count octets, not characters');
  });

  it('publishes and receives 1023 KiB', async () => {
    const stomp = new StompJsClient(app.url);
    await stomp.connect();
    const messages = await stomp.subscribe('/topic/a');
    const body = 'x'.repeat(1023 * 1024);
    stomp.client.publish({ destination: '/topic/a', body });
    expect((await messages.next()).body).toBe(body);
  });

  it('reconnects after the server has closed its session, and can go on', async () => {
    const stomp = new StompJsClient(app.url, ['1.2'], { reconnectDelay: 10 });
    await stomp.connect();
    const [session] = sessions;
    session?.close(1001, 'Come back');
    expect(await stomp.closes.next()).toMatchObject({ code: 1001, reason: 'Come back' });
    await stomp.connects.next();
    const messages = await stomp.subscribe('/topic/a');
    stomp.client.publish({ destination: '/topic/a', body: 'back' });
    expect((await messages.next()).body).toBe('back');
    expect(app.app.get(SimpleBroker).sessionCount).toBe(1);
  });

  it('and the server keep a quiet session alive by heart-beats', async () => {
    // StompJS gives a server up that is silent for twice the interval, so a short one would judge the machine.
    const stomp = new StompJsClient(app.url, ['1.2'], { heartbeatIncoming: 500, heartbeatOutgoing: 100 });
    await stomp.connect();
    for (let life = 0; life < 2; life++) {
      const silent = await RawClient.connect(app.url, 'accept-version:1.2\nheart-beat:100,0\n');
      expect(await silent.next()).toContain('\ncode:STOMP_ERR_HEART_BEAT_LOST\n');
    }
    const messages = await stomp.subscribe('/topic/a');
    stomp.client.publish({ destination: '/topic/a', body: 'alive' });
    expect((await messages.next()).body).toBe('alive');
    expect([stomp.closes.size, stomp.connects.size]).toEqual([0, 0]);
  });

  it('is given up when its heart-beats stop', async () => {
    class Frozen extends WebSocket {
      override send(data: string | Buffer): void {
        if (data !== '\n') super.send(data);
      }
    }
    const stomp = new StompJsClient(app.url, ['1.2'], {
      heartbeatOutgoing: 100,
      webSocketFactory: () => new Frozen(app.url),
    });
    await stomp.connect();
    expect((await stomp.errors.next()).headers).toMatchObject({ code: 'STOMP_ERR_HEART_BEAT_LOST' });
    expect(await stomp.closes.next()).toMatchObject({ code: 1002 });
    expect(app.app.get(SimpleBroker).sessionCount).toBe(0);
  });

  it('is forgotten when its connection is cut', async () => {
    const sockets: WebSocket[] = [];
    const stomp = new StompJsClient(app.url, ['1.2'], {
      webSocketFactory: () => {
        const socket = new WebSocket(app.url);
        sockets.push(socket);
        return socket;
      },
    });
    await stomp.connect();
    await stomp.subscribe('/topic/a');
    const other = await RawClient.connect(app.url);
    sockets[0]?.terminate();
    expect(await stomp.closes.next()).toMatchObject({ code: 1006 });
    const broker = app.app.get(SimpleBroker);
    do expect(await other.sync()).toEqual([]);
    while (broker.sessionCount > 1);
    expect([broker.sessionCount, broker.subscriptionCount]).toEqual([1, 0]);
  });
});
