import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { destroyRawRequests, HANDSHAKE, rawRequest, rawResponse } from '../support/raw-http.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

afterEach(async () => {
  terminateRawClients();
  destroyRawRequests();
  await closeTestApps();
});

/** The handshake with one header line replaced, or left out. */
function handshakeBut(name: string, line?: string): string[] {
  const others = HANDSHAKE.filter((header) => !header.startsWith(`${name}:`));
  return line === undefined ? others : [...others, line];
}

describe('a handshake', () => {
  it('is answered with 101 and the accept value of RFC 6455', async () => {
    const { port } = await startTestApp();
    const { statusLine, headers } = await rawRequest(port, 'GET /stomp', HANDSHAKE);
    expect(statusLine).toBe('HTTP/1.1 101 Switching Protocols');
    expect(headers).toEqual({
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    });
  });

  it('passes with header values in any case and Connection as a list', async () => {
    const { port } = await startTestApp();
    const { statusLine } = await rawRequest(port, 'GET /stomp', [
      'upgrade: WebSocket',
      'connection: keep-alive, upgrade',
      ...HANDSHAKE.slice(2),
    ]);
    expect(statusLine).toBe('HTTP/1.1 101 Switching Protocols');
  });

  it('passes when the target is written with its host, as proxies write it', async () => {
    const { port } = await startTestApp();
    const { statusLine } = await rawRequest(port, `GET http://127.0.0.1:${port}/stomp?a=b`, HANDSHAKE);
    expect(statusLine).toBe('HTTP/1.1 101 Switching Protocols');
  });

  it('offers no compression, whatever the client offers [D87]', async () => {
    const { port } = await startTestApp();
    const extensions = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits';
    const { statusLine, headers } = await rawRequest(port, 'GET /stomp', [...HANDSHAKE, extensions]);
    expect(statusLine).toBe('HTTP/1.1 101 Switching Protocols');
    expect(headers).not.toHaveProperty('sec-websocket-extensions');
  });

  it('may bring the first frame with it', async () => {
    const { port } = await startTestApp();
    // A masked text frame with a key of zeros.
    const frame = `\x81\x9d\0\0\0\0CONNECT\naccept-version:1.2\n\n\0`;
    const { socket } = await rawRequest(port, 'GET /stomp', HANDSHAKE, frame);
    const [answer] = (await once(socket.resume(), 'data')) as [Buffer];
    expect(answer.toString('latin1')).toBe('\x81\x2fCONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
  });
});

describe('a sub-protocol', () => {
  it.each([
    ['foo, v11.stomp, v12.stomp', 'v11.stomp', '[EP-1] is the first known one of the client’s list'],
    ['v10.stomp,v12.stomp', 'v10.stomp', '[EP-1] is not the highest version'],
    ['V11.Stomp', 'V11.Stomp', '[EP-2] is echoed in the client’s own spelling'],
  ])('%s is answered with %s: %s', async (offered, selected) => {
    const { port } = await startTestApp();
    const { statusLine, headers } = await rawRequest(port, 'GET /stomp', [
      ...HANDSHAKE,
      `Sec-WebSocket-Protocol: ${offered}`,
    ]);
    expect(statusLine).toBe('HTTP/1.1 101 Switching Protocols');
    expect(headers['sec-websocket-protocol']).toBe(selected);
  });

  it.each([
    ['no offer', []],
    ['only unknown ones', ['Sec-WebSocket-Protocol: mqtt, v13.stomp']],
  ])('is left out of the answer to %s [EP-3]', async (_case, offer) => {
    const { port } = await startTestApp();
    const { statusLine, headers } = await rawRequest(port, 'GET /stomp', [...HANDSHAKE, ...offer]);
    expect(statusLine).toBe('HTTP/1.1 101 Switching Protocols');
    expect(headers).not.toHaveProperty('sec-websocket-protocol');
  });

  it('that was not agreed leaves STOMP to be spoken all the same [EP-3]', async () => {
    const { url } = await startTestApp();
    const client = await RawClient.connect(url);
    expect(client.socket.protocol).toBe('');
    expect(await client.sync()).toEqual([]);
  });

  it('does not bind the STOMP version [EP-4]', async () => {
    const { url } = await startTestApp();
    const client = await RawClient.open(url, ['v10.stomp']);
    expect(client.socket.protocol).toBe('v10.stomp');
    client.send('CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n\0');
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
  });

  it('offered twice is refused with 400 [B6] [D94]', async () => {
    const { port } = await startTestApp();
    const { statusLine } = await rawRequest(port, 'GET /stomp', [
      ...HANDSHAKE,
      'Sec-WebSocket-Protocol: v12.stomp, v12.stomp',
    ]);
    expect(statusLine).toBe('HTTP/1.1 400 Bad Request');
  });
});

describe('a request that is no handshake', () => {
  it('is told with 426 what a plain GET should be [EP-7] [D95]', async () => {
    const { port } = await startTestApp();
    const { statusLine, headers, body } = await rawRequest(port, 'GET /stomp');
    expect(statusLine).toBe('HTTP/1.1 426 Upgrade Required');
    expect(headers).toMatchObject({ upgrade: 'websocket', connection: 'Upgrade, close' });
    expect(body).toContain('This is a WebSocket endpoint');
  });

  it.each([
    ['POST /stomp', ['Content-Length: 5'], 'hello'],
    ['DELETE /stomp', [], ''],
    ['OPTIONS /stomp', [], ''],
    ['POST /stomp', [...HANDSHAKE, 'Content-Length: 0'], ''],
  ])('is refused with 405 and Allow: %s %j [EP-6] [D95]', async (requestLine, headers, body) => {
    const { port } = await startTestApp();
    const answer = await rawRequest(port, requestLine, headers, body);
    expect(answer.statusLine).toBe('HTTP/1.1 405 Method Not Allowed');
    expect(answer.headers).toMatchObject({ allow: 'GET', connection: 'close' });
  });

  it.each([
    ['another upgrade than to websocket [EP-7]', handshakeBut('Upgrade', 'Upgrade: h2c'), 426],
    ['no Connection [EP-8]', handshakeBut('Connection'), 400],
    ['a Connection without upgrade [EP-8]', handshakeBut('Connection', 'Connection: keep-alive'), 400],
    ['no key [EP-9]', handshakeBut('Sec-WebSocket-Key'), 400],
    ['an empty key', handshakeBut('Sec-WebSocket-Key', 'Sec-WebSocket-Key:'), 400],
    ['a key of 15 octets', handshakeBut('Sec-WebSocket-Key', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub24='), 400],
    [
      'a key that is not base64',
      handshakeBut('Sec-WebSocket-Key', `Sec-WebSocket-Key: ${'!'.repeat(22)}==`),
      400,
    ],
  ])('is refused for %s', async (_case, headers, status) => {
    const { port } = await startTestApp();
    const answer = await rawRequest(port, 'GET /stomp', headers);
    expect(answer.statusLine).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.headers['connection']).toMatch(/close$/);
  });

  it.each([
    ['no version', handshakeBut('Sec-WebSocket-Version')],
    ['version 8', handshakeBut('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 8')],
    ['version 14', handshakeBut('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 14')],
  ])('is refused with 426 and the version spoken here for %s [EP-10]', async (_case, headers) => {
    const { port } = await startTestApp();
    const answer = await rawRequest(port, 'GET /stomp', headers);
    expect(answer.statusLine).toBe('HTTP/1.1 426 Upgrade Required');
    expect(answer.headers).toMatchObject({ 'sec-websocket-version': '13', upgrade: 'websocket' });
  });

  it('ends the connection, whether Node took it for an upgrade or not', async () => {
    const { port } = await startTestApp();
    for (const headers of [[], handshakeBut('Sec-WebSocket-Key')]) {
      const { socket } = await rawRequest(port, 'GET /stomp', headers);
      await new Promise((resolve) =>
        socket.destroyed ? resolve(undefined) : socket.resume().once('close', resolve),
      );
      expect(socket.readableEnded).toBe(true);
    }
  });

  it('leaves the server working when the client is gone before the refusal', async () => {
    const { app, port, url } = await startTestApp();
    const server = app.getHttpServer() as Server;
    const arrived = new Promise((resolve) => server.once('connection', resolve));
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`POST /stomp HTTP/1.1\r\nHost: a\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`);
    await arrived;
    socket.resetAndDestroy();
    expect(await (await RawClient.connect(url)).sync()).toEqual([]);
  });
});

describe('a path that is no endpoint', () => {
  it.each(['/', '/stomp/', '/Stomp', '/stomp/info', '/stompx', '/app/stomp', '//stomp'])(
    '%s is left to the application [D95] [D97]',
    async (path) => {
      const { port } = await startTestApp();
      const plain = await rawRequest(port, `GET ${path}`, ['Connection: close']);
      expect(plain.statusLine).toBe('HTTP/1.1 404 Not Found');
      expect(JSON.parse(plain.body)).toMatchObject({ message: `Cannot GET ${path}` });
      const upgrade = await rawRequest(port, `GET ${path}`, HANDSHAKE);
      expect(upgrade.statusLine).toBe('HTTP/1.1 404 Not Found');
    },
  );

  it('does not share the fate of the endpoint on one connection', async () => {
    const { port } = await startTestApp();
    const first = await rawRequest(port, 'GET /elsewhere');
    expect(first.statusLine).toBe('HTTP/1.1 404 Not Found');
    first.socket.write(`GET /stomp HTTP/1.1\r\nHost: a\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`);
    expect((await rawResponse(first.socket)).statusLine).toBe('HTTP/1.1 101 Switching Protocols');
  });
});
