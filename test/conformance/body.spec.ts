import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { terminateRawClients } from '../support/raw-client.js';
import { masked, Stage, VERSIONS, type Version } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

const SINCE_1_1: readonly Version[] = ['1.1', '1.2'];
const BEHIND = 'SEND\ndestination:/behind\n\nx\0';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

describe.each(VERSIONS)('STOMP %s', (version) => {
  it('reads as many octets as content-length says, whatever they are [A48] [A51]', async () => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
    client.send('SEND\ndestination:/q\ncontent-length:3\n\na\0b\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q\nsubscription:0\nmessage-id:*\ncontent-length:3\n\na\0b\0',
    );
  });

  it.each([
    ['2', 'é'],
    ['4', '😀'],
    ['3', 'a\0\n'],
    ['0003', 'abc'],
  ])('counts octets, not characters: %s [A49] [A57] [A66]', async (length, body) => {
    const client = await stage.connect(version);
    client.send(`SEND\ndestination:/q\ncontent-length:${length}\n\n${body}\0`);
    expect(await stage.effect()).toBe(
      `MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:${Number(length)}\n\n${body}\0`,
    );
  });

  it('ends a body without content-length at the first NUL, and counts it for the receiver [A50] [A51]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\n\nh☃\0SEND\ndestination:/q\n\n\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:4\n\nh☃\0',
    );
    expect(await stage.effect()).toBe(
      'MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:0\n\n\0',
    );
  });

  it('writes content-length itself, once, wherever the sender had put his own [A52] [A58] [D30]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ncontent-length:3\ndestination:/q\ncontent-length:99\nfoo:1\n\nabc\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\ndestination:/q\nfoo:1\nsubscription:all\nmessage-id:*\ncontent-length:3\n\nabc\0',
    );
  });

  it('ends the session when no NUL follows the counted octets [A53] [D29]', async () => {
    const client = await stage.connect(version);
    client.send(`SEND\ndestination:/q\ncontent-length:2\n\nabc\0${BEHIND}`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_BODY_NOT_TERMINATED', close: 1002 });
  });

  it('waits for the counted octets, of which line ends are some [A54]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\ncontent-length:6\nreceipt:r\n\nabc\n');
    client.send('\n');
    await stage.expectNoEffect();
    client.send('\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:6\n\nabc\n\n\n\0',
    );
  });

  it('takes content-length:0 on frames without a body [A55]', async () => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\ncontent-length:0\nreceipt:s\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    client.send('UNSUBSCRIBE\nid:0\ncontent-length:0\nreceipt:u\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:u\n\n\0');
    client.send('DISCONNECT\ncontent-length:0\nreceipt:d\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:d\n\n\0');
  });

  it.each([
    'SUBSCRIBE\nid:0\ndestination:/q\nreceipt:r\n\n\n\n\0',
    'SUBSCRIBE\nid:0\ndestination:/q\nreceipt:r\n\n\r\n\0',
  ])('overlooks a body of line ends only on a frame that has none [A60]', async (frame) => {
    const client = await stage.connect(version);
    client.send(frame);
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
  });

  it('passes content-type on unchanged and invents none [A63]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\n\nhi\0');
    expect(await stage.effect()).not.toContain('content-type');
    client.send('SEND\ncontent-type:Text/Plain; charset="utf-8"\ndestination:/q\n\nhi\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\ncontent-type:Text/Plain; charset="utf-8"\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });

  it.each(['foo', 'text/plain;charset=', '/', ';'])(
    'passes a content-type on that is no media type: %s [A64]',
    async (type) => {
      const client = await stage.connect(version);
      client.send(`SEND\ndestination:/q\ncontent-type:${type}\n\nhi\0`);
      expect(await stage.effect()).toBe(
        `MESSAGE\ndestination:/q\ncontent-type:${type}\nsubscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0`,
      );
    },
  );

  it.each([
    ['UTF-16 called text', 'text/plain;charset=utf-16', Buffer.from([0xfe, 0xff, 0x00, 0x68, 0x00, 0x69])],
    ['a PNG', 'image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00])],
    ['broken UTF-8 called UTF-8', 'text/plain;charset=utf-8', Buffer.from([0x68, 0xc3])],
  ])('delivers the octets of %s unchanged, as a binary message [A65] [D34]', async (_what, type, body) => {
    const client = await stage.connect(version);
    client.send(
      Buffer.concat([
        Buffer.from(`SEND\ndestination:/q\ncontent-type:${type}\ncontent-length:${body.length}\n\n`),
        body,
        Buffer.of(0),
      ]),
    );
    const { data, isBinary } = await stage.bystander.nextMessage();
    expect(isBinary).toBe(true);
    expect(data.subarray(data.indexOf('\n\n') + 2)).toEqual(Buffer.concat([body, Buffer.of(0)]));
    expect(data.toString('latin1')).toContain(`\ncontent-length:${body.length}\n\n`);
  });

  it('delivers UTF-8 as a text message, even if it came as a binary one [A66]', async () => {
    const client = await stage.connect(version);
    client.send(Buffer.from('SEND\ndestination:/q\n\nnaïve ☃😀\0'));
    const { data, isBinary } = await stage.bystander.nextMessage();
    expect(isBinary).toBe(false);
    expect(masked(data.toString())).toBe(
      'MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:14\n\nnaïve ☃😀\0',
    );
  });
});

describe.each(SINCE_1_1)('STOMP %s', (version) => {
  it.each([
    'SUBSCRIBE\nid:0\ndestination:/q\n\nxyz\0',
    'SUBSCRIBE\nid:0\ndestination:/q\ncontent-length:3\n\nxyz\0',
    'UNSUBSCRIBE\nid:0\n\n \0',
    'DISCONNECT\n\nbye\0',
    'ACK\nid:1\n\nx\0',
  ])('ends the session for a body on a frame that may have none [A59] [D31]', async (frame) => {
    const client = await stage.connect(version);
    client.send(frame + BEHIND);
    await stage.expectRefused(client, { code: 'STOMP_ERR_BODY_NOT_ALLOWED', close: 1002 });
  });
});

it('ignores a body on SUBSCRIBE on 1.0 [A61]', async () => {
  const client = await stage.connect('1.0');
  client.send('SUBSCRIBE\ndestination:/q\n\nxyz\0SEND\ndestination:/q\n\nhi\0');
  expect(masked(await client.next())).toBe('MESSAGE\ndestination:/q\nmessage-id:*\ncontent-length:2\n\nhi\0');
});

it('ends the session for a body on CONNECT [A59] [D31]', async () => {
  const client = await stage.socket();
  client.send(`CONNECT\naccept-version:1.2\nhost:h\nreceipt:no\ncontent-length:3\n\nxyz\0${BEHIND}`);
  await stage.expectRefused(client, { code: 'STOMP_ERR_BODY_NOT_ALLOWED', close: 1002 });
});

it.each(['-1', 'abc', '1e9', '0x5', ' 5', '5 ', '+5', '5.0', '', '12abc', '9'.repeat(400)])(
  'ends the session when content-length is %j [A56] [D25]',
  async (length) => {
    const client = await stage.connect();
    client.send(`SEND\ndestination:/q\ncontent-length:${length}\nreceipt:9\n\nhello\0${BEHIND}`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_BAD_CONTENT_LENGTH', close: 1002, receipt: '9' });
  },
);

it('sends CONNECTED and RECEIPT without a body and without content-length [A62]', async () => {
  const client = await stage.socket();
  client.send('CONNECT\naccept-version:1.2\nhost:h\n\n\0SUBSCRIBE\nid:0\ndestination:/q\nreceipt:r\n\n\0');
  expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
  expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
});
