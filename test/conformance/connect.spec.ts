import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Message, MessageRejectedError, type StompModuleOptions } from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { Stage } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

// Many connections or frames: on a busy machine that takes more than the usual five seconds.
jest.setTimeout(30_000);

const BEHIND = 'SEND\ndestination:/behind\n\nx\0';
const CONNECTED_1_2 = 'CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0';
const UNSUPPORTED =
  'ERROR\nversion:1.0,1.1,1.2\ncontent-type:text/plain\nmessage:Unsupported STOMP version\ncode:STOMP_ERR_VERSION\n' +
  'content-length:34\n\nSupported versions are 1.0,1.1,1.2\0';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

/** An application that looks at each CONNECT but the bystander's, which has no login. */
function stageThatAsks(check: (message: Message) => Message | null): Promise<Stage> {
  const isAsked = ({ headers }: Message) =>
    headers.simpMessageType === 'CONNECT' && headers.nativeHeaders.has('login');
  const interceptor = { preSend: (message: Message) => (isAsked(message) ? check(message) : message) };
  return Stage.open({ stomp: { interceptors: { clientInbound: [interceptor] } } });
}

describe('CONNECT and STOMP', () => {
  it.each(['CONNECT', 'STOMP'])(
    '%s is answered with CONNECTED and nothing else [A67] [A68]',
    async (command) => {
      const client = await stage.socket();
      client.send(`${command}\naccept-version:1.2\nhost:h\n\n\0`);
      expect(await client.next()).toBe(CONNECTED_1_2);
      expect(await client.sync()).toEqual([]);
    },
  );

  it.each(['CONNECT', 'STOMP'])(
    '%s without accept-version opens a session of 1.0 [A69] [A70] [A74] [A75]',
    async (command) => {
      const sessions = await Promise.all([stage.socket(), stage.socket()]);
      for (const client of sessions) client.send(`${command}\n\n\0`);
      const answers = await Promise.all(sessions.map((client) => client.next()));
      for (const answer of answers)
        expect(answer).toMatch(/^CONNECTED\nversion:1\.0\nsession:[0-9a-f-]{36}\n\n\0$/);
      expect(answers[0]).not.toBe(answers[1]);
    },
  );

  it.each([
    ['1.0,1.1,2.0', '1.1'],
    ['1.2,1.1,1.0', '1.2'],
    ['1.0,1.2', '1.2'],
    ['1.1,1.1', '1.1'],
    ['1.0,1.1,1.2', '1.2'],
    ['1.1', '1.1'],
    ['1.1, 1.2', '1.2'],
    ['2.0,1.20,1.1', '1.1'],
  ])(
    'agree on the highest common version: %s gives %s [A71] [A73] [A74] [A77]',
    async (accepted, version) => {
      const client = await stage.socket();
      client.send(`CONNECT\naccept-version:${accepted}\nhost:h\n\n\0`);
      expect(await client.next()).toBe(`CONNECTED\nversion:${version}\nheart-beat:10000,10000\n\n\0`);
    },
  );

  it('name 1.0 when it is the version asked for [A74]', async () => {
    const client = await stage.socket();
    client.send('CONNECT\naccept-version:1.0\n\n\0');
    expect(await client.next()).toMatch(/^CONNECTED\nversion:1\.0\nsession:[^\n]+\n\n\0$/);
  });

  it.each(['2.0', '1.20', '01.2', 'v1.2', '1', '1.2.0', '', ',', '1.2;1.1'])(
    'are refused with the list of versions when none is common: %j [A72] [A73]',
    async (accepted) => {
      const client = await stage.socket();
      client.send(`CONNECT\naccept-version:${accepted}\nhost:h\n\n\0${BEHIND}`);
      expect(await client.next()).toBe(UNSUPPORTED);
      expect(await client.next()).toBe('');
      expect((await client.closed).code).toBe(1002);
      await stage.expectNoEffect();
      expect(stage.app.logger.textsOf('warn')).toEqual([expect.stringContaining('STOMP_ERR_VERSION')]);
    },
  );

  it.each(['', 'host:\n', 'host:nowhere.example\n'])(
    'may leave the host out or name any: %j, as Spring has it [A78] [A79]',
    async (host) => {
      const client = await stage.socket();
      client.send(`CONNECT\naccept-version:1.2\n${host}\n\0`);
      expect(await client.next()).toBe(CONNECTED_1_2);
    },
  );

  it('get no RECEIPT [A84] [D47]', async () => {
    const client = await stage.socket();
    client.send('CONNECT\naccept-version:1.2\nhost:h\nreceipt:c\n\n\0');
    expect(await client.next()).toBe(CONNECTED_1_2);
    expect(await client.sync()).toEqual([]);
  });

  it.each(['CONNECT', 'STOMP'])(
    '%s a second time ends the session and its subscriptions [A83] [D42]',
    async (command) => {
      const client = await stage.connect();
      client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
      await client.sync();
      expect(stage.counts()).toEqual({ sessions: 2, subscriptions: 2 });
      client.send(`${command}\naccept-version:1.2\nhost:h\nreceipt:no\n\n\0${BEHIND}`);
      await stage.expectRefused(client, { code: 'STOMP_ERR_ALREADY_CONNECTED', close: 1002 });
      expect(stage.counts()).toEqual({ sessions: 1, subscriptions: 1 });
    },
  );
});

it.each([
  ['SEND', 'SEND\ndestination:/q\nreceipt:9\n\nhi\0'],
  ['SUBSCRIBE', 'SUBSCRIBE\nid:0\ndestination:/q\nreceipt:9\n\n\0'],
  ['UNSUBSCRIBE', 'UNSUBSCRIBE\nid:0\nreceipt:9\n\n\0'],
  ['BEGIN', 'BEGIN\ntransaction:t\nreceipt:9\n\n\0'],
  ['COMMIT', 'COMMIT\ntransaction:t\nreceipt:9\n\n\0'],
  ['ABORT', 'ABORT\ntransaction:t\nreceipt:9\n\n\0'],
  ['ACK', 'ACK\nid:1\nreceipt:9\n\n\0'],
  ['NACK', 'NACK\nid:1\nreceipt:9\n\n\0'],
  ['DISCONNECT', 'DISCONNECT\nreceipt:9\n\n\0'],
  ['MESSAGE', 'MESSAGE\ndestination:/q\nreceipt:9\n\n\0'],
])('a session does not begin with %s [A82] [D40]', async (_command, frame) => {
  const client = await stage.socket();
  client.send(`${frame}CONNECT\naccept-version:1.2\nhost:h\n\n\0${BEHIND}`);
  await stage.expectRefused(client, { code: 'STOMP_ERR_NOT_CONNECTED', close: 1002, receipt: '9' });
});

it('a session does not begin with an unknown command [A82]', async () => {
  const client = await stage.socket();
  client.send(`HELLO\n\n\0${BEHIND}`);
  await stage.expectRefused(client, { code: 'STOMP_ERR_UNKNOWN_COMMAND', close: 1002 });
});

describe('a connection that the application refuses', () => {
  const CONNECT = 'CONNECT\naccept-version:1.2\nhost:h\nlogin:u\npasscode:open-sesame\nreceipt:no\n\n\0';

  it('gets an ERROR with the text made for it, and no CONNECTED [A80] [A87]', async () => {
    const strict = await stageThatAsks(() => {
      throw new MessageRejectedError('Unknown user or wrong passcode');
    });
    const client = await strict.socket();
    client.send(CONNECT + BEHIND);
    const error = await strict.expectRefused(client, { code: 'STOMP_ERR_REJECTED', close: 1008 });
    expect(error).toContain('\nmessage:Unknown user or wrong passcode\n');
  });

  it('gets an ERROR without the text when an ordinary error was thrown [A80] [A87]', async () => {
    const strict = await stageThatAsks(() => {
      throw new Error('select * from users failed');
    });
    const client = await strict.socket();
    client.send(CONNECT + BEHIND);
    const error = await strict.expectRefused(client, { code: 'STOMP_ERR_DELIVERY', close: 1008 });
    expect(error).not.toContain('select');
  });

  it('gets an ERROR also when an interceptor just swallows its CONNECT [A80] [A87]', async () => {
    const strict = await stageThatAsks(() => null);
    const client = await strict.socket();
    client.send(CONNECT + BEHIND);
    await strict.expectRefused(client, { code: 'STOMP_ERR_NOT_ROUTABLE', close: 1008 });
  });

  it('leaves no trace of its passcode in the log, in headers, or in the ERROR [A81] [D99]', async () => {
    const seen: string[] = [];
    const strict = await stageThatAsks((message) => {
      seen.push(inspect(message, { depth: 10, showHidden: true }), JSON.stringify(message));
      throw new Error(`No: ${inspect(message.headers)}`);
    });
    const client = await strict.socket();
    client.send(CONNECT);
    seen.push(await client.next());
    const half = await strict.socket();
    half.send('CONNECT\naccept-version:1.2\npasscode:open-sesame\nopen-sesame\n\n\0');
    seen.push(await half.next());
    expect(seen).toHaveLength(4);
    expect(seen.join()).not.toContain('sesame');
    expect(strict.app.logger.lines.length).toBeGreaterThan(0);
    expect(strict.app.logger.lines.map(({ text }) => text).join()).not.toContain('sesame');
  });
});

it('leaves nothing behind of clients that connect, disconnect and are gone at once [A86]', async () => {
  const clients = 200;
  let ended = 0;
  let allEnded: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (allEnded = resolve));
  const interceptors: StompModuleOptions['interceptors'] = {
    clientInbound: [
      {
        afterSendCompletion: ({ headers }) => {
          if (headers.simpMessageType === 'DISCONNECT' && ++ended === clients) allEnded();
        },
      },
    ],
  };
  const busy = await Stage.open({ stomp: { interceptors } });
  for (let i = 0; i < clients; i++) {
    const client = await RawClient.open(busy.app.url);
    client.send(
      'CONNECT\naccept-version:1.2\nhost:h\n\n\0SUBSCRIBE\nid:0\ndestination:/q\n\n\0DISCONNECT\n\n\0',
    );
    client.terminate();
  }
  await done;
  await busy.expectNoEffect();
  expect(ended).toBe(clients);
  expect(busy.counts()).toEqual({ sessions: 1, subscriptions: 1 });
  expect(busy.app.logger.textsOf('error')).toEqual([]);
});

it('leaves nothing behind of a client that goes away while the application looks at its CONNECT [A86]', async () => {
  let admit: () => void = () => undefined;
  const admitted = new Promise<void>((resolve) => (admit = resolve));
  const watched = new Map<string, () => void>();
  const seen = (what: string) => new Promise<void>((resolve) => watched.set(what, resolve));
  const [asked, left, finished] = [seen('asked'), seen('DISCONNECT'), seen('CONNECT')];
  const interceptors: StompModuleOptions['interceptors'] = {
    clientInbound: [
      {
        async preSend(message) {
          if (!message.headers.nativeHeaders.has('login')) return message;
          watched.get('asked')?.();
          await admitted;
          return message;
        },
        afterSendCompletion: ({ headers }) => {
          if (headers.simpMessageType === 'DISCONNECT' || headers.nativeHeaders.has('login'))
            watched.get(headers.simpMessageType)?.();
        },
      },
    ],
  };
  const slow = await Stage.open({ stomp: { interceptors } });
  const client = await slow.socket();
  client.send('CONNECT\naccept-version:1.2\nlogin:u\n\n\0SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
  await asked;
  client.terminate();
  await left;
  admit();
  await finished;
  await slow.expectNoEffect();
  expect(slow.counts()).toEqual({ sessions: 1, subscriptions: 1 });
  expect(slow.app.logger.textsOf('error')).toEqual([]);
});
