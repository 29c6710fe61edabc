import { afterEach, describe, expect, it } from '@jest/globals';
import { SimpMessagingTemplate, SimpleBroker, StompServer } from 'nestjs-stomp';
import { settled } from '../support/deferred.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';
import { closeTestApps, startTestApp, type TestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

const OVERFLOW = [
  { destination: '/topic/price.**', policy: 'conflate' },
  { destination: '/topic/log', policy: 'drop-newest' },
] as const;

/** More than the buffers of the system between two sockets take: what is behind it has to wait. */
const LARGE = 'x'.repeat(16 * 1024 * 1024);

async function subscribed({ url }: TestApp, destination: string): Promise<RawClient> {
  const client = await RawClient.open(url, [], { rejectUnauthorized: false });
  client.send(
    `CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0SUBSCRIBE\nid:0\ndestination:${destination}\nreceipt:r\n\n\0`,
  );
  expect(await client.next()).toMatch(/^CONNECTED\n/);
  expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
  return client;
}

/** The bodies that come until one of them is the last. */
async function bodiesUntil(client: RawClient, last: string): Promise<string[]> {
  const bodies: string[] = [];
  while (bodies.at(-1) !== last) {
    const frame = await client.next();
    if (frame === '') throw new Error(`Closed after ${bodies.length} messages`);
    bodies.push(frame.slice(frame.indexOf('\n\n') + 2, -1));
  }
  return bodies;
}

describe('a client that reads more slowly than it is sent messages', () => {
  it.each([
    ['ws', undefined],
    ['wss', selfSignedCertificate()],
  ])(
    'gets the latest value when it reads again, and its session goes on: %s',
    async (scheme, httpsOptions) => {
      const plain = await startTestApp({
        stomp: { transport: { sendBufferSizeLimit: 100_000, overflow: OVERFLOW } },
        create: (moduleRef) =>
          moduleRef.createNestApplication(httpsOptions === undefined ? {} : { httpsOptions }),
      });
      const app = { ...plain, url: plain.url.replace('ws:', `${scheme}:`) };
      const template = app.app.get(SimpMessagingTemplate);
      const client = await subscribed(app, '/topic/price.acme');
      client.socket.pause();
      await template.convertAndSend('/topic/price.acme', LARGE);
      for (let i = 0; i < 1_000; i++)
        await template.convertAndSend('/topic/price.acme', String(i).padEnd(1_000));
      expect(app.app.get(StompServer).messagesLeftOut).toBeGreaterThan(850);
      expect(app.logger.textsOf('warn')).toEqual([
        expect.stringMatching(/reads too slowly\. Messages left out by transport\.overflow so far: 1$/),
      ]);
      client.socket.resume();
      const bodies = await bodiesUntil(client, '999'.padEnd(1_000));
      expect(bodies.length).toBeLessThan(150);
      expect(bodies.slice(1).map(Number)).toEqual(
        bodies
          .slice(1)
          .map(Number)
          .sort((a, b) => a - b),
      );
      await template.convertAndSend('/topic/price.acme', 'on');
      expect(await client.next()).toContain('\n\non\0');
      expect(await client.sync()).toEqual([]);
    },
  );

  it.each([
    ['ERROR', 'SEND\n\n\0', /^ERROR\n/],
    ['RECEIPT for DISCONNECT', 'DISCONNECT\nreceipt:bye\n\n\0', /^RECEIPT\nreceipt-id:bye\n/],
  ])('gets the %s behind the messages that waited for it', async (_what, frame, last) => {
    const app = await startTestApp({
      stomp: { transport: { sendBufferSizeLimit: 100_000, overflow: OVERFLOW } },
    });
    const template = app.app.get(SimpMessagingTemplate);
    const client = await subscribed(app, '/topic/log');
    client.socket.pause();
    await template.convertAndSend('/topic/log', LARGE);
    for (let i = 0; i < 150; i++) await template.convertAndSend('/topic/log', 'y'.repeat(1_000));
    client.send(frame);
    while (app.app.get(SimpleBroker).sessionCount > 0) await settled();
    client.socket.resume();
    await client.closed;
    const frames: string[] = [];
    for (let next = await client.next(); next !== ''; next = await client.next()) frames.push(next);
    expect(frames.length).toBeGreaterThan(100);
    expect(frames.at(-1)).toMatch(last);
  });

  it('is given up at a destination that no rule names', async () => {
    const app = await startTestApp({
      stomp: { transport: { sendBufferSizeLimit: 100_000, overflow: OVERFLOW } },
    });
    const template = app.app.get(SimpMessagingTemplate);
    const client = await subscribed(app, '/topic/orders');
    client.socket.pause();
    await template.convertAndSend('/topic/orders', LARGE);
    for (let i = 0; i < 200; i++) await template.convertAndSend('/topic/orders', 'y'.repeat(1_000));
    client.socket.resume();
    expect((await client.closed).code).toBe(4500);
    expect(app.app.get(StompServer).messagesLeftOut).toBe(0);
  });
});
