import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Message,
  MessageRejectedError,
  SimpMessagingTemplate,
  type SubscriptionRegistry,
} from 'nestjs-stomp';
import { terminateRawClients } from '../support/raw-client.js';
import { masked, Stage, VERSIONS } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

const BEHIND = 'SEND\ndestination:/behind\n\nx\0';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

describe.each(VERSIONS)('ERROR on %s', (version) => {
  it('is the last frame, and what was sent behind its cause is not executed [A180] [A181] [A182]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\n\nx\0SEND\ndestination:/q\n\ny\0');
    expect(await client.next()).toBe(
      'ERROR\nmessage:SEND needs a destination header\ncode:STOMP_ERR_INVALID_FRAME\ncontent-length:0\n\n\0',
    );
    expect(await client.next()).toBe('');
    expect(await client.closed).toEqual({ code: 1002, reason: 'SEND needs a destination header' });
    await stage.expectNoEffect();
  });

  it('comes once, however many causes there are [A185]', async () => {
    const client = await stage.connect(version);
    for (let i = 0; i < 20; i++) client.send(`FOO\n\n\0SEND\n\nx\0CONNECT\n\n\0${BEHIND}`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_UNKNOWN_COMMAND', close: 1002 });
  });

  it.each([
    ['is malformed further on', 'SEND\nreceipt:9\nbroken\n\n\0', 'STOMP_ERR_MALFORMED_HEADER', 1002],
    [
      'has an impossible length',
      'SEND\ncontent-length:x\nreceipt:9\n\n\0',
      'STOMP_ERR_BAD_CONTENT_LENGTH',
      1002,
    ],
    ['is too big', `SEND\nreceipt:9\na:${'b'.repeat(8192)}\n\n\0`, 'STOMP_ERR_HEADER_LINE_LIMIT', 1009],
    [
      'has an id that is not active',
      'UNSUBSCRIBE\nid:1\nreceipt:9\n\n\0',
      'STOMP_ERR_UNKNOWN_SUBSCRIPTION',
      1002,
    ],
  ])('names the receipt of a frame that %s [A183]', async (_how, frame, code, close) => {
    const client = await stage.connect(version);
    client.send(frame + BEHIND);
    await stage.expectRefused(client, { code, close, receipt: '9' });
  });

  it('quotes little of what the client sent, and nothing that could do harm, on the wire and in the log [A184]', async () => {
    const client = await stage.connect(version);
    const line = `\u001b]0;evil\u0007 message\u2028\u202ecode ${'x'.repeat(4000)}`;
    client.send(`SEND\ndestination:/q\n${line}\n\n\0${BEHIND}`);
    const error = await stage.expectRefused(client, { code: 'STOMP_ERR_MALFORMED_HEADER', close: 1002 });
    const [text = ''] = stage.app.logger.textsOf('warn');
    for (const shown of [error.replaceAll(/[\n\0]/g, ''), text, (await client.closed).reason]) {
      expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(shown.length).toBeLessThan(400);
    }
  });

  it('tells nothing of an internal failure, which is in the log [A184]', async () => {
    const broken: SubscriptionRegistry = {
      size: 0,
      add: (_session, _id, destination) => {
        if (destination === '/q') throw new TypeError('connect ECONNREFUSED db.internal');
      },
      remove: () => undefined,
      removeSession: () => undefined,
      find: () => [],
    };
    const failing = await Stage.open({ stomp: { simpleBroker: { subscriptionRegistry: broken } } });
    const client = await failing.connect(version);
    client.send(`SUBSCRIBE\nid:0\ndestination:/q\nreceipt:9\n\n\0${BEHIND}`);
    const error = await failing.expectRefused(client, {
      code: 'STOMP_ERR_INTERNAL',
      close: 1011,
      receipt: '9',
    });
    expect(error).toContain('\nmessage:Internal server error\n');
    expect(failing.app.logger.textsOf('warn')).toEqual([expect.stringContaining('ECONNREFUSED db.internal')]);
  });

  it('reaches a client that keeps sending, before the connection ends [A187]', async () => {
    const client = await stage.connect(version);
    client.send(`SEND\n\nx\0${BEHIND}`);
    for (let i = 0; i < 50; i++) client.send(`SEND\ndestination:/behind\n\n${'x'.repeat(20_000)}\0`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002 });
  });
});

describe('ERROR before a version is agreed', () => {
  it.each([
    ['a command with colon and backslash', 'FO:O\\\n\n\0', 'STOMP_ERR_UNKNOWN_COMMAND'],
    ['a header without a colon', 'SEND\na\\cb\\\n\n\0', 'STOMP_ERR_MALFORMED_HEADER'],
    ['half a password', 'CONNECT\npasscode:a\nb\\c\n\n\0', 'STOMP_ERR_MALFORMED_HEADER'],
    ['an escape', 'SEND\na:b\\x\n\n\0', 'STOMP_ERR_BAD_ESCAPE'],
    ['a length', 'CONNECT\ncontent-length:a:b\\\n\n\0', 'STOMP_ERR_BAD_CONTENT_LENGTH'],
    ['a heart-beat', 'CONNECT\naccept-version:1.1\nheart-beat:a:b\\\n\n\0', 'STOMP_ERR_BAD_HEART_BEAT'],
    ['a frame before CONNECT', 'SEND\ndestination:a:b\n\n\0', 'STOMP_ERR_NOT_CONNECTED'],
  ])('has nothing in it that would need an escape: %s [A186]', async (_what, bytes, code) => {
    const client = await stage.socket();
    client.send(bytes + BEHIND);
    const error = await stage.expectRefused(client, { code, close: 1002 });
    for (const line of error.split('\n')) expect(line).toMatch(/^[^:\\\r]*(:[^:\\\r]+)?$/);
  });

  it("has nothing in it that would need an escape, also in the application's own text [A186]", async () => {
    const preSend = (message: Message) => {
      if (!message.headers.nativeHeaders.has('login')) return message;
      throw new MessageRejectedError('Denied: DOMAIN\\user\r\nsee the log');
    };
    const strict = await Stage.open({ stomp: { interceptors: { clientInbound: [{ preSend }] } } });
    const client = await strict.socket();
    client.send(`CONNECT\naccept-version:1.2\nlogin:u\n\n\0${BEHIND}`);
    const error = await strict.expectRefused(client, { code: 'STOMP_ERR_REJECTED', close: 1008 });
    expect(error).toContain('\nmessage:Denied  DOMAIN user  see the log\n');
  });

  it('names no receipt of CONNECT [A186]', async () => {
    const client = await stage.socket();
    client.send(`CONNECT\naccept-version:1.2\nreceipt:9\nheart-beat:x\n\n\0${BEHIND}`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_BAD_HEART_BEAT', close: 1002 });
  });
});

describe.each(VERSIONS)('DISCONNECT on %s', (version) => {
  it('is answered with its RECEIPT, and then the server closes [A188] [D49]', async () => {
    const client = await stage.connect(version);
    client.send('DISCONNECT\nreceipt:77\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:77\n\n\0');
    expect(await client.next()).toBe('');
    expect(await client.closed).toEqual({ code: 1000, reason: '' });
    expect(stage.counts()).toEqual({ sessions: 1, subscriptions: 1 });
    expect(stage.app.logger.textsOf('warn')).toEqual([]);
  });

  it('without receipt just closes [A189]', async () => {
    const client = await stage.connect(version);
    client.send('DISCONNECT\n\n\0');
    expect(await client.next()).toBe('');
    expect(await client.closed).toEqual({ code: 1000, reason: '' });
    expect(stage.app.logger.textsOf('warn')).toEqual([]);
  });

  it('is the last frame that is executed [A190] [D48]', async () => {
    const client = await stage.connect(version);
    client.send(`DISCONNECT\nreceipt:1\n\n\0${BEHIND}DISCONNECT\nreceipt:2\n\n\0FOO\n\n\0`);
    client.send(BEHIND);
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
    expect(await client.next()).toBe('');
    expect((await client.closed).code).toBe(1000);
    await stage.expectNoEffect();
    expect(stage.app.logger.textsOf('warn')).toEqual([]);
  });

  it('gets its RECEIPT behind everything that earlier frames caused, and no MESSAGE comes after it [A191] [A192]', async () => {
    const client = await stage.connect(version);
    const other = await stage.connect();
    client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
    await client.sync();
    client.send(
      'SEND\ndestination:/q\nreceipt:1\n\na\0SEND\ndestination:/q\nreceipt:2\n\nb\0DISCONNECT\nreceipt:3\n\n\0',
    );
    other.send('SEND\ndestination:/q\n\nlate\0'.repeat(10));
    const frames: string[] = [];
    for (let frame = await client.next(); frame !== ''; frame = await client.next())
      frames.push(masked(frame));
    expect(frames.filter((frame) => frame.startsWith('RECEIPT'))).toEqual([
      'RECEIPT\nreceipt-id:1\n\n\0',
      'RECEIPT\nreceipt-id:2\n\n\0',
      'RECEIPT\nreceipt-id:3\n\n\0',
    ]);
    expect(frames.at(-1)).toBe('RECEIPT\nreceipt-id:3\n\n\0');
    expect(await other.sync()).toEqual([]);
  });
});

it('a server that stops says goodbye without an ERROR, behind what it had to deliver [A193]', async () => {
  const clients = await Promise.all(VERSIONS.map((version) => stage.connect(version)));
  for (const client of clients) {
    client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
    await client.sync();
  }
  const template = stage.app.app.get(SimpMessagingTemplate);
  for (let i = 0; i < 100; i++) await template.convertAndSend('/q', 'last');
  await stage.app.app.close();
  for (const client of clients) {
    for (let i = 0; i < 100; i++) expect(await client.next()).toContain('\n\nlast\0');
    expect(await client.next()).toBe('');
    expect((await client.closed).code).toBe(1012);
  }
});
