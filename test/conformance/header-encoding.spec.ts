import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message } from 'nestjs-stomp';
import { terminateRawClients } from '../support/raw-client.js';
import { masked, Stage, VERSIONS, type Version } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

const SINCE_1_1: readonly Version[] = ['1.1', '1.2'];
const BEHIND = 'SEND\ndestination:/behind\n\nx\0';

/** CONNECT messages as an authenticating interceptor sees them. */
let connects: Message[];
let stage: Stage;
beforeEach(async () => {
  connects = [];
  const watcher = {
    preSend(message: Message) {
      if (message.headers.simpMessageType === 'CONNECT') connects.push(message);
      return message;
    },
  };
  stage = await Stage.open({ stomp: { interceptors: { clientInbound: [watcher] } } });
});
afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** The header lines of the bystander's next MESSAGE that the server has not written itself. */
async function userHeaders(): Promise<string[]> {
  const [, destination, ...lines] = (await stage.effect()).split('\n');
  expect(destination).toBe('destination:/q');
  expect(lines.splice(lines.indexOf('subscription:all'))).toEqual([
    'subscription:all',
    'message-id:*',
    'content-length:1',
    '',
    'x\0',
  ]);
  return lines;
}

describe('escapes', () => {
  it('are read and written in names and values on 1.2 [A28]', async () => {
    const client = await stage.connect('1.2');
    client.send('SEND\ndestination:/q\na\\cb:1\\c2\\n3\\r4\\\\5\n\nx\0');
    expect(await userHeaders()).toEqual(['a\\cb:1\\c2\\n3\\r4\\\\5']);
  });

  it('are three on 1.1, so that \\r ends the session [A29]', async () => {
    const client = await stage.connect('1.1');
    client.send('SEND\ndestination:/q\na\\cb:1\\c2\\n3\\\\4\n\nx\0');
    expect(await userHeaders()).toEqual(['a\\cb:1\\c2\\n3\\\\4']);
    client.send(`SEND\ndestination:/q\nfoo:a\\rb\n\n\0${BEHIND}`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_BAD_ESCAPE', close: 1002 });
  });

  it('do not exist on 1.0, where a backslash is a backslash [A30]', async () => {
    const client = await stage.connect('1.0');
    client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0SEND\ndestination:/q\nfo\\o:a\\nb\\\n\nx\0');
    expect(await userHeaders()).toEqual(['fo\\\\o:a\\\\nb\\\\']);
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q\nfo\\o:a\\nb\\\nsubscription:0\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
  });

  describe.each(SINCE_1_1)('on %s', (version) => {
    it.each(['foo:a\\tb', 'foo:\\', 'foo:ab\\', 'fo\\xo:v', 'foo:\\N', 'fo\\:v'])(
      'end the session when undefined, also in a header nobody reads: %s [A31]',
      async (line) => {
        const client = await stage.connect(version);
        client.send(`SUBSCRIBE\nid:0\ndestination:/q\n${line}\n\n\0${BEHIND}`);
        await stage.expectRefused(client, { code: 'STOMP_ERR_BAD_ESCAPE', close: 1002 });
      },
    );

    it('are read in one pass: two backslashes and an n are a backslash and an n [A32] [A33]', async () => {
      const client = await stage.connect(version);
      const old = await stage.connect('1.0');
      old.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
      await old.sync();
      client.send('SEND\ndestination:/q\nfoo:\\\\n\\\\c\\\\\\\\\nbar:\\c\\n\n\nx\0');
      expect(await userHeaders()).toEqual(['foo:\\\\n\\\\c\\\\\\\\', 'bar:\\c\\n']);
      expect(await old.next()).toContain('\nfoo:\\n\\c\\\\\n');
    });

    it('are used on a RECEIPT [A37]', async () => {
      const client = await stage.connect(version);
      client.send('SEND\ndestination:/q\nreceipt:a\\cb\n\n\0');
      expect(await client.next()).toBe('RECEIPT\nreceipt-id:a\\cb\n\n\0');
    });

    it('are used on an ERROR [A37]', async () => {
      const client = await stage.connect(version);
      client.send('SEND\nreceipt:a\\cb\n\n\0');
      await stage.expectRefused(client, {
        code: 'STOMP_ERR_INVALID_FRAME',
        close: 1002,
        receipt: 'a\\cb',
      });
    });
  });
});

describe('CONNECT', () => {
  it.each(['CONNECT', 'STOMP'])(
    '%s is taken as it is written, without unescaping [A34] [A35] [A85]',
    async (command) => {
      const client = await stage.socket();
      client.send(
        `${command}\naccept-version:1.2\nhost:h\nlogin: u\\c \npasscode:a:b\\c\\t\nx-auth: Bearer a:b\\\n\n\0`,
      );
      expect(await client.next()).toMatch(/^CONNECTED\nversion:1\.2\n/);
      const headers = connects.at(-1)?.headers;
      expect(headers?.['stompCredentials']).toMatchObject({ login: ' u\\c ', passcode: 'a:b\\c\\t' });
      expect(headers?.nativeHeaders.get('x-auth')).toEqual([' Bearer a:b\\']);
    },
  );

  it('is trimmed when the version turns out to be 1.0, whose own example is padded [A42]', async () => {
    const client = await stage.socket();
    client.send('CONNECT\nlogin: u\npasscode:p \n\n\0');
    expect(await client.next()).toMatch(/^CONNECTED\nversion:1\.0\n/);
    expect(connects.at(-1)?.headers['stompCredentials']).toMatchObject({ login: 'u', passcode: 'p' });
  });

  it('is answered without an echo of anything the client wrote [A36] [D12]', async () => {
    const client = await stage.socket();
    client.send(
      'CONNECT\naccept-version:1.2\nhost:evil\\nuser-name\\cadmin\nlogin:a\\nuser-name\\cadmin\npasscode:p\nsession:evil\n\n\0',
    );
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
  });
});

describe('a message between versions', () => {
  it('is escaped for each receiver [A37] [A38]', async () => {
    const receivers = await Promise.all(VERSIONS.map((version) => stage.connect(version)));
    for (const receiver of receivers) {
      receiver.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
      await receiver.sync();
    }
    const publisher = await stage.connect('1.2');
    publisher.send('SEND\ndestination:/q\nk:a\\cb\n\nx\0');
    const seen = await Promise.all(receivers.map(async (receiver) => masked(await receiver.next())));
    expect(seen).toEqual([
      'MESSAGE\ndestination:/q\nk:a:b\nsubscription:0\nmessage-id:*\ncontent-length:1\n\nx\0',
      'MESSAGE\ndestination:/q\nk:a\\cb\nsubscription:0\nmessage-id:*\ncontent-length:1\n\nx\0',
      'MESSAGE\ndestination:/q\nk:a\\cb\nsubscription:0\nmessage-id:*\ncontent-length:1\n\nx\0',
    ]);
  });

  it('never gives a client of 1.0 a line or a name that it cannot express [A39] [D11]', async () => {
    const old = await stage.connect('1.0');
    old.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
    await old.sync();
    const publisher = await stage.connect('1.2');
    publisher.send('SEND\ndestination:/q\nx:a\\nsubscription\\c1\\r\ny\\nz:1\nk\\ck:2\nok:3\n\nx\0');
    expect(masked(await old.next())).toBe(
      'MESSAGE\ndestination:/q\nx:a subscription:1 \nok:3\nsubscription:0\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
  });

  it('gives a client of 1.1 no CR, which its version cannot escape [A39]', async () => {
    const old = await stage.connect('1.1');
    old.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
    await old.sync();
    const publisher = await stage.connect('1.2');
    publisher.send('SEND\ndestination:/q\nx:a\\rb\\r\ny\\rz:1\nk\\nk:2\n\nx\0');
    expect(masked(await old.next())).toBe(
      'MESSAGE\ndestination:/q\nx:a b \nk\\nk:2\nsubscription:0\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
  });
});

describe('header values', () => {
  it.each(SINCE_1_1)('are not trimmed on %s [A40]', async (version) => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
    client.send('SEND\ndestination: /q\nreceipt: 1 \n\nx\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id: 1 \n\n\0');
    expect(await client.sync()).toEqual([]);
  });

  it('are trimmed on 1.0 [A41]', async () => {
    const client = await stage.connect('1.0');
    client.send('SUBSCRIBE\ndestination: /q \n\n\0SEND\ndestination: /q\n\nx\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
  });

  it.each(VERSIONS)('count by their first occurrence on %s [A43]', async (version) => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\nid:1\ndestination:/a\ndestination:/b\nreceipt:s\nreceipt:t\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    client.send('SEND\ndestination:/b\ndestination:/a\n\nx\0SEND\ndestination:/a\ndestination:/b\n\nx\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/a\nsubscription:0\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
    expect(await client.sync()).toEqual([]);
  });

  it('of a repeated user header all reach the receiver, as in Spring, the first of them first [A44]', async () => {
    const client = await stage.connect();
    client.send('SEND\nfoo:1\ndestination:/q\nbar:2\nfoo:3\n\nx\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\nfoo:1\nfoo:3\ndestination:/q\nbar:2\nsubscription:all\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
  });

  it.each(VERSIONS)('and names are UTF-8 on %s [A45]', async (version) => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\nnaïve:☃😀\n\nx\0');
    expect(await userHeaders()).toEqual(['naïve:☃😀']);
  });

  describe.each([
    ['an octet that no character has', [0xff, 0xfe]],
    ['an overlong form', [0xc0, 0xaf]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a character cut short', [0xe2, 0x98]],
  ])('with %s', (_what, octets) => {
    it.each(VERSIONS)('end the session on %s [A46]', async (version) => {
      const client = await stage.connect(version);
      const bytes = [
        Buffer.from('SEND\ndestination:/q'),
        Buffer.from(octets),
        Buffer.from(`\n\nx\0${BEHIND}`),
      ];
      client.send(Buffer.concat(bytes));
      await stage.expectRefused(client, { code: 'STOMP_ERR_INVALID_UTF8', close: 1002 });
    });
  });

  it('are not normalised: two spellings of é are two destinations, ids and names [A47]', async () => {
    const client = await stage.connect();
    client.send(
      'SUBSCRIBE\nid:\u00e9\ndestination:/\u00e9\n\n\0SUBSCRIBE\nid:e\u0301\ndestination:/e\u0301\n\n\0',
    );
    client.send('SEND\ndestination:/e\u0301\n\u00e9:1\ne\u0301:2\n\nx\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/e\u0301\n\u00e9:1\ne\u0301:2\nsubscription:e\u0301\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
    expect(await client.sync()).toEqual([]);
  });
});
