import type { Duplex } from 'node:stream';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RawClient, terminateRawClients } from '../support/raw-client.js';
import { Stage } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

const BEHIND = 'SEND\ndestination:/behind\n\nx\0';
/** Twice the body and the headers, see `transport.messageSizeLimit`. */
const MAX_PAYLOAD = 2 * (1000 + 64 * 1024);

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open({ stomp: { transport: { messageSizeLimit: 1000 } } });
});
afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** The TCP connection under a client, for what `ws` would not write. */
function socketOf(client: RawClient): Duplex {
  return Reflect.get(client.socket, '_socket') as Duplex;
}

/** A masked data frame whose mask changes nothing (RFC 6455, section 5.2). */
function webSocketFrame(first: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** The end of a connection reaches the application a little later than the client. */
async function expectForgotten(): Promise<void> {
  do await stage.expectNoEffect();
  while (stage.counts().sessions > 1);
  expect(stage.counts()).toEqual({ sessions: 1, subscriptions: 1 });
}

describe.each(['before', 'after'])('%s CONNECT', (when) => {
  const open = () => (when === 'before' ? stage.socket() : stage.connect());

  it('a message that is too big ends the session with an ERROR, and nothing of it is executed [D88]', async () => {
    const client = await open();
    client.send(BEHIND.repeat(MAX_PAYLOAD / BEHIND.length + 1));
    await stage.expectRefused(client, { code: 'STOMP_ERR_WEBSOCKET', close: 1009 });
  });

  it('a text message that is not UTF-8 ends the session with an ERROR, and nothing of it is executed [D92] [D13]', async () => {
    const client = await open();
    const octets = Buffer.concat([Buffer.from(BEHIND), Buffer.from([0xc3, 0x28])]);
    client.socket.send(octets, { binary: false });
    client.send(BEHIND);
    await stage.expectRefused(client, { code: 'STOMP_ERR_WEBSOCKET', close: 1007 });
  });

  it('a message in more than 16,384 fragments ends the session with an ERROR [D90]', async () => {
    const client = await open();
    const fragment = webSocketFrame(0x00, Buffer.from('\n'));
    const ping = webSocketFrame(0x89, Buffer.from('p'));
    const flood = Array.from({ length: 16_385 }, (_, i) => (i % 1000 === 0 ? [ping, fragment] : [fragment]));
    socketOf(client).write(Buffer.concat([webSocketFrame(0x01, Buffer.from('\n')), ...flood.flat()]));
    await stage.expectRefused(client, { code: 'STOMP_ERR_WEBSOCKET', close: 1008 });
  });

  it.each([
    ['a reserved opcode', webSocketFrame(0x83, Buffer.from('x'))],
    ['a frame without mask', Buffer.from([0x81, 0x01, 0x0a])],
    ['a reserved bit', webSocketFrame(0xc1, Buffer.from('\n'))],
    [
      'a compressed message, which would become large [D87],',
      webSocketFrame(0xc1, deflateRawSync(Buffer.alloc(60_000, '\n'))),
    ],
    ['a fragment of nothing', webSocketFrame(0x80, Buffer.from('\n'))],
  ])('%s ends the session with an ERROR', async (_what, bytes) => {
    const client = await open();
    socketOf(client).write(bytes);
    await stage.expectRefused(client, { code: 'STOMP_ERR_WEBSOCKET', close: 1002 });
  });
});

it('a message of the largest size is executed [D88]', async () => {
  const client = await stage.connect();
  client.send(`${'\n'.repeat(MAX_PAYLOAD - BEHIND.length)}${BEHIND}`);
  expect(await stage.effect()).toContain('\ndestination:/behind\n');
  expect(await client.sync()).toEqual([]);
});

it('a frame may come in fragments, cut anywhere, with pings between them', async () => {
  const client = await stage.connect();
  const octets = Buffer.from('SEND\ndestination:/q\nna\\cme:☃\n\n😀\0');
  const parts = [webSocketFrame(0x01, octets.subarray(0, 1))];
  for (const octet of octets.subarray(1)) {
    parts.push(webSocketFrame(0x89, Buffer.from('p')), webSocketFrame(0x00, Buffer.of(octet)));
  }
  socketOf(client).write(Buffer.concat([...parts, webSocketFrame(0x80, Buffer.alloc(0))]));
  expect(await stage.effect()).toBe(
    'MESSAGE\ndestination:/q\nna\\cme:☃\nsubscription:all\nmessage-id:*\ncontent-length:4\n\n😀\0',
  );
  expect(await client.sync()).toEqual([]);
});

it('more pings than anybody needs end the session, and leave nothing behind [D91]', async () => {
  const client = await stage.connect();
  client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
  await client.sync();
  socketOf(client).write(
    Buffer.concat(Array.from({ length: 10_000 }, () => webSocketFrame(0x89, Buffer.from('p')))),
  );
  expect(await client.next()).toContain('\ncode:STOMP_ERR_WEBSOCKET\n');
  expect(await client.closed).toEqual({ code: 1008, reason: 'Too many WebSocket pings' });
  await expectForgotten();
});

it('a connection that breaks within a message or a frame is forgotten', async () => {
  const client = await stage.connect();
  client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0SEND\ndestination:/q\n\nh');
  await stage.expectNoEffect();
  socketOf(client).write(Buffer.from([0x81, 0xfe, 0x10]));
  socketOf(client).destroy();
  await client.closed;
  await expectForgotten();
  expect(stage.app.logger.textsOf('warn')).toEqual([]);
});
