import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { selfSignedCertificate } from '../support/self-signed-certificate.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

const NUL = '\0';
const SUBSCRIBE = `SUBSCRIBE\nid:s\ndestination:/topic/a\nreceipt:r-1\n\n${NUL}`;
const SEND = `SEND\ndestination:/topic/a\n\nhi${NUL}`;
const DISCONNECT = `DISCONNECT\nreceipt:bye\n\n${NUL}`;

const { key, cert } = selfSignedCertificate();

let client: RawClient;
let socket: Duplex;
afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** A masked frame whose mask changes nothing (RFC 6455, section 5.2). */
function masked(first: number, payload: string): Buffer {
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]);
}

const CLOSE = masked(0x88, '');

describe.each(['ws', 'wss'])('over %s, a client whose frames come in one packet with its end', (scheme) => {
  beforeEach(async () => {
    const httpsOptions = scheme === 'wss' ? { key, cert } : undefined;
    const { port } = await startTestApp({
      create: (moduleRef) =>
        moduleRef.createNestApplication(httpsOptions === undefined ? {} : { httpsOptions }),
    });
    client = await RawClient.open(`${scheme}://127.0.0.1:${port}/stomp`, [], { ca: cert });
    client.send(`CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n${NUL}`);
    expect(await client.next()).toContain('CONNECTED');
    socket = Reflect.get(client.socket, '_socket') as Duplex;
  });

  const frames = [SUBSCRIBE, SEND].map((frame) => masked(0x81, frame));

  async function expectAnswers(): Promise<void> {
    expect(await client.next()).toBe(`RECEIPT\nreceipt-id:r-1\n\n${NUL}`);
    expect(await client.next()).toContain('MESSAGE\ndestination:/topic/a\nsubscription:s\n');
  }

  it('gets all answers before the close frame is answered', async () => {
    socket.write(Buffer.concat([...frames, CLOSE]));
    await expectAnswers();
    expect(await client.closed).toEqual({ code: 1005, reason: '' });
  });

  it('gets all answers before a broken frame ends the connection', async () => {
    socket.write(Buffer.concat([...frames, masked(0xf1, 'x')]));
    await expectAnswers();
    expect(await client.next()).toContain('code:STOMP_ERR_WEBSOCKET');
    expect(await client.closed).toMatchObject({ code: 1002 });
  });

  it('gets all answers before the receipt of its DISCONNECT, and nothing behind it', async () => {
    socket.write(Buffer.concat([...frames, masked(0x81, DISCONNECT + SEND)]));
    await expectAnswers();
    expect(await client.next()).toBe(`RECEIPT\nreceipt-id:bye\n\n${NUL}`);
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect(await client.next()).toBe('');
  });

  it('gets all answers when it ends its half of the connection without a close frame', async () => {
    socket.end(Buffer.concat(frames));
    await expectAnswers();
    expect(await client.closed).toMatchObject({ code: 1006 });
  });
});
