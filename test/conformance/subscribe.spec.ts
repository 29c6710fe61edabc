import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Message, MessageRejectedError } from 'nestjs-stomp';
import { terminateRawClients } from '../support/raw-client.js';
import { masked, Stage, VERSIONS, type Version } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

const SINCE_1_1: readonly Version[] = ['1.1', '1.2'];
const BEHIND = 'SEND\ndestination:/behind\n\nx\0';
const SEND_HI = 'SEND\ndestination:/q\n\nhi\0';
const HI_0 = 'MESSAGE\ndestination:/q\nsubscription:0\nmessage-id:*\ncontent-length:2\n\nhi\0';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

describe.each(VERSIONS)('on %s', (version) => {
  it.each([
    ['without a destination', 'SUBSCRIBE\nid:0\nreceipt:9\n\n\0'],
    ['with an empty destination', 'SUBSCRIBE\nid:0\ndestination:\nreceipt:9\n\n\0'],
    ['with an unknown ack mode', 'SUBSCRIBE\nid:0\ndestination:/q\nack:foo\nreceipt:9\n\n\0'],
    ['with an ack mode in capitals', 'SUBSCRIBE\nid:0\ndestination:/q\nack:CLIENT\nreceipt:9\n\n\0'],
    ['with an empty ack mode', 'SUBSCRIBE\nid:0\ndestination:/q\nack:\nreceipt:9\n\n\0'],
  ])('SUBSCRIBE %s ends the session [A123] [A130]', async (_how, frame) => {
    const client = await stage.connect(version);
    client.send(frame + BEHIND);
    await stage.expectRefused(client, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002, receipt: '9' });
    expect(stage.counts()).toEqual({ sessions: 1, subscriptions: 1 });
  });

  it('SUBSCRIBE with an id in use ends the session, and the first one was not replaced [A125] [D61]', async () => {
    const client = await stage.connect(version);
    client.send(`SUBSCRIBE\nid:0\ndestination:/q\n\n\0${SEND_HI}`);
    expect(masked(await client.next())).toBe(HI_0);
    expect(await stage.effect()).toContain('\n\nhi\0');
    client.send(`SUBSCRIBE\nid:0\ndestination:/r\nreceipt:9\n\n\0${BEHIND}`);
    await stage.expectRefused(client, {
      code: 'STOMP_ERR_DUPLICATE_SUBSCRIPTION',
      close: 1002,
      receipt: '9',
    });
    expect(stage.counts()).toEqual({ sessions: 1, subscriptions: 1 });
  });

  it('two sessions may use one id, and one session may use it again after UNSUBSCRIBE [A126]', async () => {
    const client = await stage.connect(version);
    const other = await stage.connect(version);
    other.send('SUBSCRIBE\nid:0\ndestination:/other\n\n\0');
    await other.sync();
    client.send('SUBSCRIBE\nid:0\ndestination:/r\nack:client\n\n\0UNSUBSCRIBE\nid:0\n\n\0');
    client.send(
      'SUBSCRIBE\nid:0\ndestination:/q\n\n\0SEND\ndestination:/r\n\nno\0SEND\ndestination:/q\n\nhi\0',
    );
    expect(masked(await client.next())).toBe(HI_0);
    client.send('SEND\ndestination:/other\n\nhi\0');
    expect(masked(await other.next())).toBe(
      'MESSAGE\ndestination:/other\nsubscription:0\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
    expect(await client.sync()).toEqual([]);
  });

  it('an empty id is an id [A128]', async () => {
    const client = await stage.connect(version);
    client.send(`SUBSCRIBE\nid:\ndestination:/q\n\n\0${SEND_HI}`);
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q\nsubscription:\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
    client.send(`UNSUBSCRIBE\nid:\n\n\0${SEND_HI}`);
    expect(await client.sync()).toEqual([]);
  });

  it.each(['', 'ack:auto\n', 'ack:client\n', 'ack:client-individual\n'])(
    'SUBSCRIBE takes %j and delivers as to auto [A129]',
    async (ack) => {
      const client = await stage.connect(version);
      client.send(`SUBSCRIBE\nid:0\ndestination:/q\n${ack}\n\0${SEND_HI}${SEND_HI}`);
      const withoutAck = (frame: string): string => masked(frame).replace(/^ack:.*\n/m, '');
      expect(withoutAck(await client.next())).toBe(HI_0);
      expect(withoutAck(await client.next())).toBe(HI_0);
    },
  );

  it('RECEIPT for SUBSCRIBE comes before the first MESSAGE and means that the subscription is live [A132]', async () => {
    const client = await stage.connect(version);
    const publisher = await stage.connect();
    client.send(`SUBSCRIBE\nid:0\ndestination:/q\nreceipt:s\n\n\0${SEND_HI}`);
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    expect(masked(await client.next())).toBe(HI_0);
    publisher.send(SEND_HI);
    expect(masked(await client.next())).toBe(HI_0);
  });

  it('UNSUBSCRIBE goes by its id, whatever destination it names, and ends the delivery [A133] [A137]', async () => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0SUBSCRIBE\nid:1\ndestination:/q\n\n\0');
    client.send('UNSUBSCRIBE\nid:0\ndestination:/elsewhere\nreceipt:u\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:u\n\n\0');
    client.send(SEND_HI);
    expect((await client.sync()).map(masked)).toEqual([
      'MESSAGE\ndestination:/q\nsubscription:1\nmessage-id:*\ncontent-length:2\n\nhi\0',
    ]);
  });

  it('UNSUBSCRIBE with an id that is not active ends the session if it asks for a receipt [A136]', async () => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0UNSUBSCRIBE\nid:0\n\n\0');
    client.send(`UNSUBSCRIBE\nid:0\nreceipt:9\n\n\0${BEHIND}`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_UNKNOWN_SUBSCRIPTION', close: 1002, receipt: '9' });
  });

  it('headers that nobody knows are ignored on SUBSCRIBE, selector among them as in Spring [A139]', async () => {
    const client = await stage.connect(version);
    client.send(
      "SUBSCRIBE\nid:0\ndestination:/q\nselector:x = 'y'\ndurable:true\nprefetch-count:1\nx-foo:bar\nreceipt:s\n\n\0",
    );
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:s\n\n\0');
    client.send(SEND_HI);
    expect(masked(await client.next())).toBe(HI_0);
  });

  it.each([
    ['a broken pattern', '/q/{x:[}', 'STOMP_ERR_PATTERN_SYNTAX', 1002],
    ['a pattern of 17 wildcards', `/q${'/*'.repeat(17)}`, 'STOMP_ERR_PATTERN_LIMIT', 1008],
  ])('SUBSCRIBE to %s ends the session [A131]', async (_what, destination, code, close) => {
    const client = await stage.connect(version);
    client.send(`SUBSCRIBE\nid:0\ndestination:${destination}\nreceipt:9\n\n\0${BEHIND}`);
    await stage.expectRefused(client, { code, close, receipt: '9' });
    expect(stage.counts()).toEqual({ sessions: 1, subscriptions: 1 });
  });

  it('SUBSCRIBE that the application refuses ends the session [A131]', async () => {
    const preSend = (message: Message) => {
      if (message.headers.simpDestination === '/forbidden') throw new MessageRejectedError('Not yours');
      return message;
    };
    const strict = await Stage.open({ stomp: { interceptors: { clientInbound: [{ preSend }] } } });
    const client = await strict.connect(version);
    client.send(`SUBSCRIBE\nid:0\ndestination:/forbidden\nreceipt:9\n\n\0${BEHIND}`);
    await strict.expectRefused(client, { code: 'STOMP_ERR_REJECTED', close: 1008, receipt: '9' });
    expect(strict.counts()).toEqual({ sessions: 1, subscriptions: 1 });
  });

  it('SUBSCRIBE beyond the limit ends the session and all its subscriptions [A131] [D57]', async () => {
    const small = await Stage.open({ stomp: { transport: { maxSubscriptions: 3 } } });
    const client = await small.connect(version);
    for (let id = 0; id < 3; id++) client.send(`SUBSCRIBE\nid:${id}\ndestination:/q\nreceipt:${id}\n\n\0`);
    for (let id = 0; id < 3; id++) expect(await client.next()).toBe(`RECEIPT\nreceipt-id:${id}\n\n\0`);
    client.send(`SUBSCRIBE\nid:3\ndestination:/q\nreceipt:3\n\n\0${BEHIND}`);
    await small.expectRefused(client, { code: 'STOMP_ERR_SUBSCRIPTION_LIMIT', close: 1008, receipt: '3' });
    expect(small.counts()).toEqual({ sessions: 1, subscriptions: 1 });
  });
});

describe('without an id', () => {
  it.each(SINCE_1_1)('SUBSCRIBE ends a session of %s [A124]', async (version) => {
    const client = await stage.connect(version);
    client.send(`SUBSCRIBE\ndestination:/q\nreceipt:9\n\n\0${BEHIND}`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002, receipt: '9' });
  });

  it.each(SINCE_1_1)(
    'UNSUBSCRIBE ends a session of %s even if it names the destination [A135]',
    async (version) => {
      const client = await stage.connect(version);
      client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
      client.send(`UNSUBSCRIBE\ndestination:/q\nreceipt:9\n\n\0${BEHIND}`);
      await stage.expectRefused(client, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002, receipt: '9' });
    },
  );

  it('a client of 1.0 subscribes and unsubscribes by destination [A124] [A134]', async () => {
    const client = await stage.connect('1.0');
    client.send(`SUBSCRIBE\ndestination:/q\n\n\0${SEND_HI}`);
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
    client.send(`UNSUBSCRIBE\ndestination:/q\n\n\0${SEND_HI}`);
    expect(await client.sync()).toEqual([]);
  });

  it('a client of 1.0 may subscribe to a destination once [A127]', async () => {
    const client = await stage.connect('1.0');
    client.send('SUBSCRIBE\ndestination:/q\n\n\0SUBSCRIBE\ndestination:/r\n\n\0');
    client.send(`SUBSCRIBE\ndestination:/q\nreceipt:9\n\n\0${BEHIND}`);
    await stage.expectRefused(client, {
      code: 'STOMP_ERR_DUPLICATE_SUBSCRIPTION',
      close: 1002,
      receipt: '9',
    });
  });

  it.each(['UNSUBSCRIBE\nreceipt:9\n\n\0', 'UNSUBSCRIBE\ndestination:/r\nreceipt:9\n\n\0'])(
    'a client of 1.0 cannot unsubscribe what is not there: %j [A134] [A136]',
    async (frame) => {
      const client = await stage.connect('1.0');
      client.send(`SUBSCRIBE\ndestination:/q\n\n\0${frame}${BEHIND}`);
      const code = frame.includes('destination')
        ? 'STOMP_ERR_UNKNOWN_SUBSCRIPTION'
        : 'STOMP_ERR_INVALID_FRAME';
      await stage.expectRefused(client, { code, close: 1002, receipt: '9' });
    },
  );
});
