import { Controller } from '@nestjs/common';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Message, MessageMapping, Payload } from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { masked, Stage, VERSIONS } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

// Many connections or frames: on a busy machine that takes more than the usual five seconds.
jest.setTimeout(30_000);

const BEHIND = 'SEND\ndestination:/behind\n\nx\0';

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

describe.each(['before', 'after'])('%s CONNECT', (when) => {
  async function stageAndClient(): Promise<{ stage: Stage; client: RawClient }> {
    const stage = await Stage.open();
    return { stage, client: when === 'before' ? await stage.socket() : await stage.connect() };
  }

  it.each([
    ['a command without end [D1]', 'A'.repeat(1024 * 1024), 'STOMP_ERR_COMMAND_LIMIT', 1009],
    ['a command of 33 octets [D1]', `${'A'.repeat(33)}\n\n\0`, 'STOMP_ERR_COMMAND_LIMIT', 1009],
    ['an unknown command of 31 octets [D15]', `${'A'.repeat(31)}\n\n\0`, 'STOMP_ERR_UNKNOWN_COMMAND', 1002],
    [
      'a command with a space behind it [D15]',
      'SEND \ndestination:/q\n\nx\0',
      'STOMP_ERR_UNKNOWN_COMMAND',
      1002,
    ],
    ['a header line without end [D2]', `SEND\na:${'b'.repeat(100_000)}`, 'STOMP_ERR_HEADER_LINE_LIMIT', 1009],
    ['101 headers [D3]', `SEND\n${manyHeaders(101)}\n\0`, 'STOMP_ERR_HEADER_COUNT_LIMIT', 1008],
    [
      'one header a million times [D3]',
      `SEND\n${'a:b\n'.repeat(500_000)}`,
      'STOMP_ERR_HEADER_COUNT_LIMIT',
      1008,
    ],
    [
      '100 headers of 8 KiB [D4]',
      `SEND\n${`a:${'b'.repeat(8190)}\n`.repeat(100)}\n\0`,
      'STOMP_ERR_HEADER_BLOCK_LIMIT',
      1009,
    ],
    ['line ends that are none [D5]', 'SEND\r\r\n\n\0', 'STOMP_ERR_BARE_CR', 1002],
    ['a NUL in a header [D8]', 'SEND\nfoo:a\0b\n\n\0', 'STOMP_ERR_NUL_IN_HEAD', 1002],
    ['a NUL behind the command [D9]', 'SEND\0', 'STOMP_ERR_NUL_IN_HEAD', 1002],
    ['an escape that is none [D10]', 'SEND\na:\\t\n\n\0', 'STOMP_ERR_BAD_ESCAPE', 1002],
    ['an HTTP request [D16]', 'GET / HTTP/1.1\r\nHost: h\r\n\r\n', 'STOMP_ERR_UNKNOWN_COMMAND', 1002],
    ['a proxy header [D18]', 'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n', 'STOMP_ERR_UNKNOWN_COMMAND', 1002],
    ['a length of 4 GiB [D26]', 'SEND\ncontent-length:4294967295\n\n', 'STOMP_ERR_BODY_LIMIT', 1009],
    [
      'a length beyond counting [D26]',
      'SEND\ncontent-length:9007199254740993\n\n',
      'STOMP_ERR_BAD_CONTENT_LENGTH',
      1002,
    ],
  ])('%s ends the session', async (_what, bytes, code, close) => {
    const { stage, client } = await stageAndClient();
    client.send(bytes + BEHIND);
    await stage.expectRefused(client, { code, close });
  });

  it.each([
    ['a TLS ClientHello [D17]', [0x16, 0x03, 0x01, 0x02, 0x00, 0x01], 'STOMP_ERR_NUL_IN_HEAD'],
    [
      'an overlong NUL [D13]',
      [0x53, 0x45, 0x4e, 0x44, 0x0a, 0xc0, 0x80, 0x3a, 0x0a],
      'STOMP_ERR_INVALID_UTF8',
    ],
  ])('%s ends the session', async (_what, octets, code) => {
    const { stage, client } = await stageAndClient();
    client.send(Buffer.from([...octets, 0x0a, 0x0a, 0x00]));
    await stage.expectRefused(client, { code, close: 1002 });
  });

  it('a limit is noticed with the first octet too many, however slowly it comes [D1] [D2] [D23]', async () => {
    const { stage, client } = await stageAndClient();
    client.send('SEND\nx:');
    for (let i = 0; i < 8191; i++) client.send('y');
    await stage.expectRefused(client, { code: 'STOMP_ERR_HEADER_LINE_LIMIT', close: 1009 });
  });
});

describe('before CONNECT', () => {
  it.each([
    ['headers of 24 KB', `CONNECT\n${`a:${'b'.repeat(8000)}\n`.repeat(3)}`, 'STOMP_ERR_HEADER_BLOCK_LIMIT'],
    ['a body of 65 octets', 'CONNECT\ncontent-length:65\n\n', 'STOMP_ERR_BODY_LIMIT'],
    [
      '10^5 versions',
      `CONNECT\naccept-version:${'2.0,'.repeat(100_000)}1.2\n\n\0`,
      'STOMP_ERR_HEADER_LINE_LIMIT',
    ],
  ])('%s end the session, which are fine later [D41] [D45]', async (_what, bytes, code) => {
    const stage = await Stage.open();
    const client = await stage.socket();
    client.send(bytes + BEHIND);
    await stage.expectRefused(client, { code, close: 1009 });
  });

  it('versions after the sixteenth are not looked at [D45]', async () => {
    const stage = await Stage.open();
    const client = await stage.socket();
    client.send(`CONNECT\naccept-version:${'2.0,'.repeat(16)}1.2\n\n\0${BEHIND}`);
    expect(await client.next()).toContain('\ncode:STOMP_ERR_VERSION\n');
    expect(await client.next()).toBe('');
    await stage.expectNoEffect();
  });

  it.each(['../../etc/passwd', '__proto__', 'h'.repeat(8000)])(
    'a host is an opaque text [D46] [D72]',
    async (host) => {
      const stage = await Stage.open();
      const client = await stage.socket();
      client.send(`CONNECT\naccept-version:1.2\nhost:${host}\n\n\0`);
      expect(await client.next()).toMatch(/^CONNECTED\n/);
    },
  );

  it('frames behind a CONNECT that is still looked at wait, however many they are [D43]', async () => {
    let admit: () => void = () => undefined;
    const admitted = new Promise<void>((resolve) => (admit = resolve));
    const preSend = async (message: Message) => {
      if (message.headers.nativeHeaders.has('login')) await admitted;
      return message;
    };
    const stage = await Stage.open({ stomp: { interceptors: { clientInbound: [{ preSend }] } } });
    const client = await stage.socket();
    client.send('CONNECT\naccept-version:1.2\nlogin:u\n\n\0');
    for (let i = 0; i < 1000; i++) client.send(`SEND\ndestination:/q\nn:${i}\n\n${'x'.repeat(1000)}\0`);
    await stage.expectNoEffect();
    admit();
    for (let i = 0; i < 1000; i++) expect(await stage.effect()).toContain(`\nn:${i}\n`);
    expect(await client.next()).toMatch(/^CONNECTED\n/);
  });

  it.each([
    ['says nothing [D37]', ''],
    ['sends line ends [D37]', '\n'],
    ['sends CONNECT an octet at a time [D38]', 'x'],
  ])('a client that %s is closed when its time is over', async (_what, octet) => {
    const stage = await Stage.open({ stomp: { transport: { timeToFirstMessage: 400 } } });
    const client = await stage.socket();
    if (octet === 'x') client.send('CONNECT\nx:');
    const drip = setInterval(() => client.send(octet), 20);
    const closed = client.closed.finally(() => clearInterval(drip));
    await stage.expectRefused(client, { code: 'STOMP_ERR_CONNECT_TIMEOUT', close: 1008 });
    await closed;
  });
});

describe('what is within the limits passes:', () => {
  it('a command line of CR LF, 100 headers, a line of 8 KiB, a block of 64 KiB [D2] [D3] [D4]', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    client.send(`SEND\r\n${manyHeaders(98)}destination:/q\nreceipt:1\n\nx\0`);
    client.send(`SEND\ndestination:/q\nreceipt:2\na:${'b'.repeat(8190)}\n\nx\0`);
    client.send(`SEND\ndestination:/q\nreceipt:3\n${`a:${'b'.repeat(8100)}\n`.repeat(8)}\nx\0`);
    for (const receipt of [1, 2, 3]) expect(await client.next()).toBe(`RECEIPT\nreceipt-id:${receipt}\n\n\0`);
  });

  it('line separators, marks and directions of Unicode are ordinary characters, also where 1.0 trims [D14]', async () => {
    const stage = await Stage.open();
    for (const version of VERSIONS) {
      const client = await stage.connect(version);
      const odd = '\u2028\u0085\ufeff\u200b\u202e\u00a0';
      client.send(
        `SUBSCRIBE\nid:${odd}\ndestination:${odd}/q${odd}\n\n\0SEND\ndestination:${odd}/q${odd}\nx:${odd}\n\nhi\0`,
      );
      expect(masked(await client.next())).toBe(
        `MESSAGE\ndestination:${odd}/q${odd}\nx:${odd}\nsubscription:${odd}\nmessage-id:*\ncontent-length:2\n\nhi\0`,
      );
    }
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s as header name, id, destination and receipt [A199] [A200] [D72]',
    async (name) => {
      const stage = await Stage.open();
      const client = await stage.connect();
      client.send(`SUBSCRIBE\nid:${name}\ndestination:${name}\nreceipt:${name}\n\n\0`);
      expect(await client.next()).toBe(`RECEIPT\nreceipt-id:${name}\n\n\0`);
      client.send(`SEND\ndestination:${name}\n${name}:x\n\nb\0`);
      expect(masked(await client.next())).toBe(
        `MESSAGE\ndestination:${name}\n${name}:x\nsubscription:${name}\nmessage-id:*\ncontent-length:1\n\nb\0`,
      );
      client.send(`UNSUBSCRIBE\nid:${name}\n\n\0`);
      expect(await client.sync()).toEqual([]);
    },
  );
});

describe('a frame that never ends', () => {
  it('is not executed when the client goes away [D6]', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    client.send('SEND\ndestination:/q\ncontent-length:2\n\nhi');
    client.socket.close();
    await client.closed;
    await stage.expectNoEffect();
    expect(stage.counts()).toEqual({ sessions: 1, subscriptions: 1 });
    expect(stage.app.logger.textsOf('warn')).toEqual([]);
  });

  it('takes the next one into its body, up to that NUL [D7]', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    client.send('SEND\ndestination:/q\n\nhi');
    client.send('SEND\ndestination:/r\n\nhi\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:25\n\nhiSEND\ndestination:/r\n\nhi\0',
    );
  });

  it.each([
    ['in one message', 1001],
    ['in many messages [D89]', 10],
  ])('ends the session with the first octet of body too many %s [D32]', async (_how, size) => {
    const stage = await Stage.open({ stomp: { transport: { messageSizeLimit: 1000 } } });
    const client = await stage.connect();
    client.send('SEND\ndestination:/q\nreceipt:9\n\n');
    for (let sent = 0; sent < 1001; sent += size) client.send('x'.repeat(size));
    await stage.expectRefused(client, { code: 'STOMP_ERR_BODY_LIMIT', close: 1009, receipt: '9' });
  });
});

@Controller()
class JsonController {
  @MessageMapping('/json')
  echo(@Payload() body: object): object {
    return { keys: Object.keys(body), polluted: 'polluted' in {} };
  }
}

it.each([
  ['with __proto__ in it', '{"__proto__":{"polluted":1}}', ['{"keys":["__proto__"],"polluted":false}\0']],
  [
    'nested 100,000 deep',
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    ['{"keys":["0"],"polluted":false}\0'],
  ],
  ['that is none', '{"a":', []],
])('JSON %s harms nobody [D36]', async (_how, body, answers) => {
  const stage = await Stage.open({
    stomp: {
      applicationDestinationPrefixes: ['/app'],
      simpleBroker: { destinationPrefixes: ['/topic', '/**'] },
    },
    controllers: [JsonController],
  });
  const client = await stage.connect();
  client.send(`SEND\ndestination:/app/json\ncontent-type:application/json\n\n${body}\0`);
  expect(await client.sync()).toEqual([]);
  expect((await stage.bystander.sync()).map((frame) => frame.split('\n\n')[1])).toEqual(answers);
});

function manyHeaders(count: number): string {
  return Array.from({ length: count }, (_, i) => `h${i}:v\n`).join('');
}
