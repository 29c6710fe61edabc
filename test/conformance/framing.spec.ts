import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message } from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { Stage, VERSIONS, type Version } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

const HI = 'MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0';
const A = 'MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:1\n\na\0';
const B = 'MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:1\n\nb\0';
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
  it('takes the smallest frame with a body [A1]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\n\nhi\0');
    expect(await stage.effect()).toBe(HI);
    expect(await client.sync()).toEqual([]);
  });

  it('takes a frame without headers [A2]', async () => {
    const client = await stage.connect(version);
    client.send('DISCONNECT\n\n\0');
    expect(await client.next()).toBe('');
    expect((await client.closed).code).toBe(1000);
  });

  it('takes CR and LF in a body for octets of the body [A7]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\n\na\r\nb\r\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:5\n\na\r\nb\r\0',
    );
  });

  it('takes any number of line ends behind a frame and does not answer them [A8]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\n\na\0\n\n\nSEND\ndestination:/q\n\nb\0\n');
    expect([await stage.effect(), await stage.effect()]).toEqual([A, B]);
    expect(await client.sync()).toEqual([]);
  });

  it('takes CR LF between frames for a line end [A10]', async () => {
    const client = await stage.connect(version);
    client.send('\r\n');
    client.send('\r\nSEND\ndestination:/q\n\na\0\r\n');
    expect(await stage.effect()).toBe(A);
    expect(await client.sync()).toEqual([]);
  });

  it('skips NUL octets between frames [A12]', async () => {
    const client = await stage.connect(version);
    client.send('\0\0SEND\ndestination:/q\n\na\0');
    client.send('\n\0SEND\ndestination:/q\n\nb\0');
    expect([await stage.effect(), await stage.effect()]).toEqual([A, B]);
    expect(await client.sync()).toEqual([]);
  });

  it('gives a header that is present and empty its meaning [A22] [A23]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\nfoo:\ncontent-type:\nreceipt:\n\nhi\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:\n\n\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\ndestination:/q\nfoo:\ncontent-type:\nsubscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });

  it('splits a header at its first colon and escapes the others on the way out [A24] [A25]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\nfoo:a:b:\n\nhi\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\ndestination:/q\nfoo:a\\cb\\c\nsubscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });

  it('keeps names apart that differ in case [A27]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\nFoo:1\nfoo:2\nDESTINATION:/r\n\nhi\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\ndestination:/q\nFoo:1\nfoo:2\nDESTINATION:/r\nsubscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });

  it.each([
    [
      'a CR between frames that ends no line',
      '[A11]',
      '\rSEND\ndestination:/q\n\na\0',
      'STOMP_ERR_MALFORMED_FRAME',
    ],
    ['a command in lower case', '[A16]', 'send\ndestination:/q\n\n\0', 'STOMP_ERR_UNKNOWN_COMMAND'],
    [
      'a destination header in another case',
      '[A17]',
      'SEND\nDestination:/q\n\n\0',
      'STOMP_ERR_INVALID_FRAME',
    ],
    ['an unknown command', '[A18]', 'FOO\n\n\0', 'STOMP_ERR_UNKNOWN_COMMAND'],
    ['CONNECTED from a client', '[A19]', 'CONNECTED\nversion:1.2\n\n\0', 'STOMP_ERR_INVALID_FRAME'],
    [
      'MESSAGE from a client',
      '[A19]',
      'MESSAGE\ndestination:/q\nmessage-id:1\n\n\0',
      'STOMP_ERR_INVALID_FRAME',
    ],
    ['RECEIPT from a client', '[A19]', 'RECEIPT\nreceipt-id:1\n\n\0', 'STOMP_ERR_INVALID_FRAME'],
    ['ERROR from a client', '[A19]', 'ERROR\nmessage:no\n\n\0', 'STOMP_ERR_INVALID_FRAME'],
    ['a header without a colon', '[A20]', 'SEND\ndestination:/q\nbroken\n\n\0', 'STOMP_ERR_MALFORMED_HEADER'],
    ['a header without a name', '[A21]', 'SEND\ndestination:/q\n:v\n\n\0', 'STOMP_ERR_MALFORMED_HEADER'],
  ])('ends a session for %s %s', async (_what, _item, bytes, code) => {
    const client = await stage.connect(version);
    client.send(bytes + BEHIND);
    await stage.expectRefused(client, { code, close: 1002 });
  });
});

describe('line ends', () => {
  it('may be CR LF or LF, line by line, on 1.2 [A3]', async () => {
    const client = await stage.connect('1.2');
    client.send('SEND\r\ndestination:/q\nreceipt:1\r\n\r\nhi\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
    expect(await stage.effect()).toBe(HI);
  });

  it('may be CR LF on CONNECT, whose version is not known yet [A4]', async () => {
    const client = await stage.socket();
    client.send('CONNECT\r\naccept-version:1.2\r\nhost:h\r\n\r\n\0\r\n');
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
    expect(await client.sync()).toEqual([]);
  });

  it.each<Version>(['1.0', '1.1'])(
    'leave CR to the value on %s when the command ends in LF [A5]',
    async (version) => {
      const client = await stage.connect(version);
      client.send('SEND\ndestination:/q\nfoo:bar\r\nreceipt:1\n\nhi\0');
      expect(await client.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
      expect(await stage.effect()).toBe(
        'MESSAGE\ndestination:/q\nfoo:bar\\r\nsubscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0',
      );
    },
  );

  it.each<Version>(['1.0', '1.1'])(
    'are all CR LF on %s when that of the command is [A5]',
    async (version) => {
      const client = await stage.connect(version);
      client.send('SEND\r\ndestination:/q\r\nfoo:bar\r\nreceipt:1\r\n\r\nhi\0');
      expect(await client.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
      expect(await stage.effect()).toBe(
        'MESSAGE\ndestination:/q\nfoo:bar\nsubscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0',
      );
    },
  );

  it.each([
    ['a value', 'SEND\ndestination:/q\nfoo:a\rb\n\n\0'],
    ['a name', 'SEND\ndestination:/q\nf\roo:a\n\n\0'],
    ['a command', 'COMM\rAND\n\n\0'],
    ['a line end', 'SEND\r\r\n\n\0'],
  ])('never leave a CR in %s on 1.2 [A6]', async (_where, bytes) => {
    const client = await stage.connect('1.2');
    client.send(bytes + BEHIND);
    await stage.expectRefused(client, { code: 'STOMP_ERR_BARE_CR', close: 1002 });
  });

  it('may come before the first frame [A9]', async () => {
    const client = await stage.socket();
    client.send('\n\nCONNECT\naccept-version:1.2\nhost:h\n\n\0');
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
  });
});

it.each<Version>(['1.1', '1.2'])('keeps spaces in names and values on %s [A26]', async (version) => {
  const client = await stage.connect(version);
  client.send('SEND\ndestination:/q\nhead er: x \n\nhi\0');
  expect(await stage.effect()).toBe(
    'MESSAGE\ndestination:/q\nhead er: x \nsubscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0',
  );
});

describe('a stream of octets', () => {
  const STREAM = Buffer.from(
    'SEND\r\ndestination:/q\r\nna\\nme:\\c☃\\\\\r\ncontent-length:5\r\n\r\n😀\0\0\r\n\nSEND\ndestination:/q\n\nb\0',
  );
  const SEEN = [
    'MESSAGE\ndestination:/q\nna\\nme:\\c☃\\\\\nsubscription:all\nmessage-id:*\ncontent-length:5\n\n😀\0\0',
    B,
  ];

  it('means the same octet by octet [A13]', async () => {
    const client = await stage.connect();
    for (const octet of STREAM) client.send(Buffer.of(octet));
    expect([await stage.effect(), await stage.effect()]).toEqual(SEEN);
    expect(await client.sync()).toEqual([]);
  });

  it('means the same wherever it is cut in two [A13]', async () => {
    const client = await stage.connect();
    for (let cut = 1; cut < STREAM.length; cut++) {
      client.send(STREAM.subarray(0, cut));
      client.send(STREAM.subarray(cut));
      expect([await stage.effect(), await stage.effect()]).toEqual(SEEN);
    }
    expect(await client.sync()).toEqual([]);
  });

  it('opens a session octet by octet [A13]', async () => {
    const client = await stage.socket();
    for (const octet of Buffer.from('CONNECT\r\naccept-version:1.2\r\nhost:☃\r\n\r\n\0')) {
      client.send(Buffer.of(octet));
    }
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
  });

  it('may hold several frames in one message, executed in order [A14]', async () => {
    const client = await stage.socket();
    client.send(
      'CONNECT\naccept-version:1.2\nhost:h\n\n\0SUBSCRIBE\nid:0\ndestination:/q\nreceipt:r\n\n\0SEND\ndestination:/q\n\na\0',
    );
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(await client.next()).toMatch(
      /^MESSAGE\ndestination:\/q\nsubscription:0\nmessage-id:.+\ncontent-length:1\n\na\0$/,
    );
  });

  it('waits behind a CONNECT that the application still looks at [A15]', async () => {
    let admit: () => void = () => undefined;
    let asked: () => void = () => undefined;
    const admitted = new Promise<void>((resolve) => (admit = resolve));
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const slow = await Stage.open({
      stomp: {
        interceptors: {
          clientInbound: [
            {
              async preSend(message: Message) {
                if (message.headers.nativeHeaders.get('login')?.[0] === 'late') {
                  asked();
                  await admitted;
                }
                return message;
              },
            },
          ],
        },
      },
    });
    const client = await RawClient.open(slow.app.url);
    client.send(
      'CONNECT\naccept-version:1.2\nhost:h\nlogin:late\n\n\0SUBSCRIBE\nid:0\ndestination:/q\nreceipt:r\n\n\0',
    );
    client.send('SEND\ndestination:/q\n\na\0');
    await isAsked;
    await slow.expectNoEffect();
    admit();
    expect(await client.next()).toBe('CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(await client.next()).toMatch(/^MESSAGE\ndestination:\/q\nsubscription:0\n/);
    expect(await slow.effect()).toBe(A);
  });
});
