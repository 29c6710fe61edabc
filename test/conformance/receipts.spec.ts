import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message } from 'nestjs-stomp';
import { terminateRawClients } from '../support/raw-client.js';
import { Stage, VERSIONS, type Version } from '../support/stage.js';
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

describe.each(VERSIONS)('on %s', (version) => {
  it('every frame that asks for a receipt gets one, in the order of the frames [A172] [A174]', async () => {
    const client = await stage.connect(version);
    client.send(
      'SUBSCRIBE\nid:0\ndestination:/q\nack:client\nreceipt:1\n\n\0' +
        'SEND\ndestination:/elsewhere\nreceipt:2\n\nhi\0' +
        'UNSUBSCRIBE\nid:0\nreceipt:3\n\n\0' +
        'DISCONNECT\nreceipt:4\n\n\0',
    );
    for (const receipt of [1, 2, 3, 4]) {
      expect(await client.next()).toBe(`RECEIPT\nreceipt-id:${receipt}\n\n\0`);
    }
    expect(await client.next()).toBe('');
    expect((await client.closed).code).toBe(1000);
  });

  it('no frame gets a receipt that did not ask for one, DISCONNECT neither [A173]', async () => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0SEND\ndestination:/r\n\nhi\0');
    client.send('UNSUBSCRIBE\nid:0\n\n\0DISCONNECT\n\n\0');
    expect(await client.next()).toBe('');
    expect((await client.closed).code).toBe(1000);
  });

  it('a frame that is answered by an ERROR gets no RECEIPT [A175]', async () => {
    const client = await stage.connect(version);
    client.send(`SEND\ndestination:/a\nreceipt:1\n\nhi\0UNSUBSCRIBE\nid:none\nreceipt:2\n\n\0${BEHIND}`);
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
    expect(await stage.effect()).toContain('\ndestination:/a\n');
    await stage.expectRefused(client, { code: 'STOMP_ERR_UNKNOWN_SUBSCRIPTION', close: 1002, receipt: '2' });
  });

  it('one receipt asked for twice comes twice [A176]', async () => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\nreceipt:r\n\na\0SEND\ndestination:/q\nreceipt:r\n\nb\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
  });

  it.each([
    ['empty', ''],
    ['of 8 KB', 'r'.repeat(8000)],
    ['not ASCII', 'ré☃😀'],
    ['the name of an own property of every object', '__proto__'],
    ['a number', '00012.50'],
    ['JSON', '{"a"}'],
  ])('a receipt that is %s comes back as it was [A177] [A200] [D60] [D72]', async (_what, receipt) => {
    const client = await stage.connect(version);
    client.send(`SEND\ndestination:/q\nreceipt:${receipt}\n\nhi\0`);
    expect(await client.next()).toBe(`RECEIPT\nreceipt-id:${receipt}\n\n\0`);
  });

  it('an unknown command names its receipt in the ERROR [A178] [A183]', async () => {
    const client = await stage.connect(version);
    client.send(`FOO\nreceipt:9\n\n\0${BEHIND}`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_UNKNOWN_COMMAND', close: 1002, receipt: '9' });
  });

  it('RECEIPT waits until a SEND has taken effect [A174]', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const preSend = async (message: Message) => {
      if (message.headers.simpDestination === '/slow') await held;
      return message;
    };
    const slow = await Stage.open({ stomp: { interceptors: { clientInbound: [{ preSend }] } } });
    const client = await slow.connect(version);
    client.send('SEND\ndestination:/slow\nreceipt:1\n\na\0SEND\ndestination:/q\nreceipt:2\n\nb\0');
    await slow.expectNoEffect();
    release();
    expect(await slow.effect()).toContain('\ndestination:/slow\n');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:1\n\n\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:2\n\n\0');
  });
});

it.each(SINCE_1_1)(
  'a receipt with octets that need escaping comes back with them on %s [A177]',
  async (version) => {
    const client = await stage.connect(version);
    client.send('SEND\ndestination:/q\nreceipt: a\\cb\\nc\\\\d:e \n\nhi\0');
    expect(await client.next()).toBe('RECEIPT\nreceipt-id: a\\cb\\nc\\\\d\\ce \n\n\0');
  },
);
