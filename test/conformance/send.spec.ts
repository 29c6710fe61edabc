import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Message, MessageRejectedError } from 'nestjs-stomp';
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

describe.each(VERSIONS)('SEND on %s', (version) => {
  it.each([
    ['without a destination', 'SEND\nreceipt:9\n\nhi\0'],
    ['with an empty destination', 'SEND\ndestination:\nreceipt:9\n\nhi\0'],
  ])('%s ends the session [A105] [A106] [D53]', async (_how, frame) => {
    const client = await stage.connect(version);
    client.send(frame + BEHIND);
    const error = await stage.expectRefused(client, {
      code: 'STOMP_ERR_INVALID_FRAME',
      close: 1002,
      receipt: '9',
    });
    expect(error).toContain('\nmessage:SEND needs a destination header\n');
  });

  it('without destination and receipt ends the session without a receipt-id [A105] [D53]', async () => {
    const client = await stage.connect(version);
    client.send(`SEND\n\nhi\0${BEHIND}`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002 });
  });

  it.each(['SEND\n', 'SUBSCRIBE\nid:0\n'])(
    'and a destination of 1025 characters ends the session, 1024 do not: %j [D54]',
    async (command) => {
      const client = await stage.connect(version);
      const longest = `/${'d'.repeat(1023)}`;
      client.send(`${command}destination:${longest}\nreceipt:1\n\n\0`);
      expect(await client.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
      if (command.startsWith('SEND')) expect(await stage.effect()).toContain(`\ndestination:${longest}\n`);
      client.send(`${command}destination:${longest}d\nreceipt:9\n\n\0${BEHIND}`);
      await stage.expectRefused(client, { code: 'STOMP_ERR_DESTINATION_LIMIT', close: 1009, receipt: '9' });
    },
  );

  it('compares destinations octet by octet [A107]', async () => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q/a\n\n\0');
    for (const other of [
      '/Q/a',
      '/q/a/',
      '//q/a',
      '/q//a',
      '/q/%61',
      '/q/./a',
      '/q\\a',
      'q/a',
      '/q/a?',
      '/q/a#',
    ]) {
      const written = version === '1.0' ? other : other.replaceAll('\\', '\\\\');
      client.send(`SEND\ndestination:${written}\n\nno\0`);
    }
    client.send('SEND\ndestination:/q/a\n\nyes\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q/a\nsubscription:0\nmessage-id:*\ncontent-length:3\n\nyes\0',
    );
  });

  it("puts the sender's destination and headers into the MESSAGE as they were [A108] [A114]", async () => {
    const client = await stage.connect(version);
    client.send('SEND\nX-Custom: Value\npriority:9\ndestination:/q/sub.1\ncontent-type:text/plain\n\nhi\0');
    const value = version === '1.0' ? 'Value' : ' Value';
    expect(await stage.effect()).toBe(
      `MESSAGE\nX-Custom:${value}\npriority:9\ndestination:/q/sub.1\ncontent-type:text/plain\n` +
        'subscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });

  it('cannot write what only the server writes [A115] [A116] [D62]', async () => {
    const client = await stage.connect(version);
    client.send(
      'BEGIN\ntransaction:evil\n\n\0SEND\nsubscription:evil\nmessage-id:evil\nack:evil\nredelivered:evil\ntransaction:evil\nsimpOrigDestination:/user/queue/bank\n' +
        'destination:/q\ncontent-length:1\nreceipt:1\nsubscription:again\nok:1\n\nx\0' +
        'COMMIT\ntransaction:evil\n\n\0',
    );
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
    expect(await stage.effect()).toBe(
      'MESSAGE\ndestination:/q\nok:1\nsubscription:all\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
  });

  it('to a destination without subscribers is no error [A117]', async () => {
    const client = await stage.connect(version);
    stage.bystander.send('UNSUBSCRIBE\nid:all\n\n\0');
    await stage.bystander.sync();
    client.send('SEND\ndestination:/nobody\nreceipt:r\n\nhi\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(await client.sync()).toEqual([]);
  });

  it('reaches the sender too [A118]', async () => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0SEND\ndestination:/q\n\nhi\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q\nsubscription:0\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });

  it('reaches both subscriptions of one session, each by its id, with the message-id of the message, not of the delivery [A109] [A112] [A119]', async () => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0SUBSCRIBE\nid:1\ndestination:/q\n\n\0');
    client.send('SEND\ndestination:/q\n\na\0SEND\ndestination:/q\n\nb\0');
    const frames = [await client.next(), await client.next(), await client.next(), await client.next()];
    expect(frames.map(masked)).toEqual([
      'MESSAGE\ndestination:/q\nsubscription:0\nmessage-id:*\ncontent-length:1\n\na\0',
      'MESSAGE\ndestination:/q\nsubscription:1\nmessage-id:*\ncontent-length:1\n\na\0',
      'MESSAGE\ndestination:/q\nsubscription:0\nmessage-id:*\ncontent-length:1\n\nb\0',
      'MESSAGE\ndestination:/q\nsubscription:1\nmessage-id:*\ncontent-length:1\n\nb\0',
    ]);
    const ids = frames.map((frame) => /^message-id:([A-Za-z0-9-]+)$/m.exec(frame)?.[1]);
    expect(ids).toEqual([ids[0], ids[0], ids[2], ids[2]]);
    expect(ids[0]).not.toBe(ids[2]);
    expect(await client.sync()).toEqual([]);
  });

  it('keeps the order of one sender at every subscription [A120]', async () => {
    const client = await stage.connect(version);
    const bodies = Array.from({ length: 300 }, (_, i) => `m${i}`);
    client.send(
      bodies
        .slice(0, 150)
        .map((body) => `SEND\ndestination:/q\n\n${body}\0`)
        .join(''),
    );
    for (const body of bodies.slice(150)) client.send(`SEND\ndestination:/q\n\n${body}\0`);
    const seen: string[] = [];
    for (const _ of bodies) seen.push((await stage.effect()).split('\n\n')[1] ?? '');
    expect(seen).toEqual(bodies.map((body) => `${body}\0`));
  });
});

describe('MESSAGE', () => {
  it('has a message-id that is not used again, made of letters, digits and dashes [A112] [A113]', async () => {
    const client = await stage.connect();
    client.send('SEND\ndestination:/q\n\nx\0'.repeat(100));
    const ids = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const [, id] = /^message-id:([A-Za-z0-9-]+)$/m.exec(await stage.bystander.next()) ?? [];
      ids.add(id ?? '');
    }
    expect(ids.size).toBe(100);
  });

  it('has no subscription on 1.0 when SUBSCRIBE had no id [A110]', async () => {
    const client = await stage.connect('1.0');
    client.send('SUBSCRIBE\ndestination:/q\n\n\0SUBSCRIBE\nid:7\ndestination:/r\n\n\0');
    client.send('SEND\ndestination:/q\n\na\0SEND\ndestination:/r\n\nb\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q\nmessage-id:*\ncontent-length:1\n\na\0',
    );
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/r\nsubscription:7\nmessage-id:*\ncontent-length:1\n\nb\0',
    );
  });

  it.each(VERSIONS)('has no ack header on an auto subscription of %s [A111]', async (version) => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\nack:auto\n\n\0SEND\ndestination:/q\n\nhi\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q\nsubscription:0\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });

  it('has the concrete destination on a pattern subscription [A108]', async () => {
    const client = await stage.connect();
    client.send('SUBSCRIBE\nid:0\ndestination:/q/*\n\n\0SEND\ndestination:/q/one\n\nhi\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q/one\nsubscription:0\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });
});

describe.each(SINCE_1_1)('a SEND that cannot be processed, on %s,', (version) => {
  it('ends the session when the broker takes none from clients [A121]', async () => {
    const closed = await Stage.open({ stomp: { simpleBroker: { clientSend: 'deny' } } });
    const client = await closed.connect(version);
    client.send(`SEND\ndestination:/q\nreceipt:9\n\nhi\0${BEHIND}`);
    await closed.expectRefused(client, { code: 'STOMP_ERR_REJECTED', close: 1008, receipt: '9' });
  });

  it('ends the session when the application refuses it [A121]', async () => {
    const preSend = (message: Message) => {
      if (message.headers.simpDestination === '/forbidden') throw new MessageRejectedError('Not yours');
      return message;
    };
    const strict = await Stage.open({ stomp: { interceptors: { clientInbound: [{ preSend }] } } });
    const client = await strict.connect(version);
    client.send(`SEND\ndestination:/forbidden\n\nhi\0${BEHIND}`);
    const error = await strict.expectRefused(client, { code: 'STOMP_ERR_REJECTED', close: 1008 });
    expect(error).toContain('\nmessage:Not yours\n');
  });

  it('is dropped, as in Spring, when nobody serves its destination and it asks for no receipt [A121]', async () => {
    const partial = await Stage.open({ stomp: { simpleBroker: { destinationPrefixes: ['/topic', '/**'] } } });
    const client = await partial.connect(version);
    client.send('SEND\ndestination:/elsewhere\n\nhi\0SEND\ndestination:/topic/a\n\nhi\0');
    expect(await partial.effect()).toBe(
      'MESSAGE\ndestination:/topic/a\nsubscription:all\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
    expect(await client.sync()).toEqual([]);
  });

  it('ends the session when nobody serves its destination and it asks for a receipt [A121] [A175]', async () => {
    const partial = await Stage.open({ stomp: { simpleBroker: { destinationPrefixes: ['/topic', '/**'] } } });
    const client = await partial.connect(version);
    client.send(`SEND\ndestination:/elsewhere\nreceipt:9\n\nhi\0SEND\ndestination:/topic/a\n\nhi\0`);
    await partial.expectRefused(client, { code: 'STOMP_ERR_NOT_ROUTABLE', close: 1002, receipt: '9' });
  });
});

it.each([
  ['goes away', ''],
  ['disconnects', 'DISCONNECT\n\n\0'],
])('all frames of a client that %s behind them are processed [A122]', async (_how, farewell) => {
  const client = await stage.connect();
  const bodies = Array.from({ length: 1000 }, (_, i) => `m${i}`);
  const frames = bodies.map((body) => `SEND\ndestination:/q\n\n${body}\0`).join('');
  await new Promise<void>((resolve) => client.socket.send(frames + farewell, () => resolve()));
  client.terminate();
  const seen: string[] = [];
  for (const _ of bodies) seen.push((await stage.effect()).split('\n\n')[1] ?? '');
  expect(seen).toEqual(bodies.map((body) => `${body}\0`));
});
