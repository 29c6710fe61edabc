import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SimpleBroker, type StompModuleOptions } from 'nestjs-stomp';
import type { RawClient } from '../support/raw-client.js';
import { terminateRawClients } from '../support/raw-client.js';
import { Stage, VERSIONS, type Version } from '../support/stage.js';
import { deactivateStompJsClients, StompJsClient } from '../support/stompjs-client.js';
import { closeTestApps } from '../support/test-app.js';

const SINCE_1_1: readonly Version[] = ['1.1', '1.2'];
const BEHIND = 'SEND\ndestination:/behind\n\nx\0';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  await deactivateStompJsClients();
  terminateRawClients();
  await closeTestApps();
});

function send(body: string, destination = '/q'): string {
  return `SEND\ndestination:${destination}\n\n${body}\0`;
}

/** A delivery as a test needs it. */
interface Delivered {
  readonly body: string;
  readonly ackId: string;
  readonly frame: string;
}

function header(frame: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(frame)?.[1];
}

/** A session of one version that acknowledges as that version does. */
class Consumer {
  private constructor(
    readonly raw: RawClient,
    readonly version: Version,
  ) {}

  static async connect(version: Version, on = stage): Promise<Consumer> {
    return new Consumer(await on.connect(version), version);
  }

  subscribe(id: string, mode: string, more = '', destination = '/q'): void {
    this.raw.send(`SUBSCRIBE\nid:${id}\ndestination:${destination}\nack:${mode}\n${more}\n\0`);
  }

  async next(): Promise<Delivered> {
    const frame = await this.raw.next();
    expect(frame).toMatch(/^MESSAGE\n/);
    const ackId = header(frame, this.version === '1.2' ? 'ack' : 'message-id') ?? '';
    return { body: frame.slice(frame.indexOf('\n\n') + 2, -1), ackId, frame };
  }

  async take(count: number): Promise<Delivered[]> {
    const taken: Delivered[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  settle(command: 'ACK' | 'NACK', ackId: string, more = ''): void {
    const name = this.version === '1.2' ? 'id' : 'message-id';
    this.raw.send(`${command}\n${name}:${ackId}\n${more}\n\0`);
  }

  /** Bodies of everything that the server has to say now. */
  async rest(): Promise<string[]> {
    return (await this.raw.sync()).map((frame) => frame.slice(frame.indexOf('\n\n') + 2, -1));
  }
}

function pending(on = stage): number {
  return on.app.app.get(SimpleBroker).unacknowledgedCount;
}

function stageWith(simpleBroker: StompModuleOptions['simpleBroker']): Promise<Stage> {
  return Stage.open({ stomp: { simpleBroker } });
}

describe.each(VERSIONS)('on %s', (version) => {
  it('ACK settles a delivery and has its RECEIPT [A140] [A142] [A144]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client');
    client.raw.send(send('a'));
    const { ackId } = await client.next();
    expect(pending()).toBe(1);
    client.settle('ACK', ackId, 'receipt:r\n');
    expect(await client.raw.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(pending()).toBe(0);
  });

  it('the names of two deliveries of one message differ [A112]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client');
    client.subscribe('1', 'client');
    client.raw.send(send('a'));
    const [one, other] = await client.take(2);
    expect(one.ackId).not.toBe(other.ackId);
  });

  it('client mode settles all before on this subscription, and none of another [A146]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('A', 'client', 'prefetch:2\n', '/a');
    client.subscribe('B', 'client', 'prefetch:1\n', '/b');
    client.raw.send(
      send('B1', '/b') + send('A1', '/a') + send('A2', '/a') + send('A3', '/a') + send('B2', '/b'),
    );
    const [, , a2] = await client.take(3);
    expect(a2.body).toBe('A2');
    client.settle('ACK', a2.ackId);
    expect(await client.rest()).toEqual(['A3']);
    expect(pending()).toBe(2);
  });

  it('client-individual settles one and no other [A147]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client-individual');
    client.raw.send(send('1') + send('2') + send('3'));
    const three = await client.take(3);
    client.settle('ACK', three[1].ackId, 'receipt:r\n');
    expect(await client.raw.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(pending()).toBe(2);
  });

  it('ACK of what is settled already has no effect, and its RECEIPT [A151]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client');
    client.raw.send(send('1') + send('2'));
    const [one, two] = await client.take(2);
    client.settle('ACK', two.ackId);
    client.settle('ACK', one.ackId, 'receipt:one\n');
    client.settle('ACK', two.ackId, 'receipt:two\n');
    expect(await client.raw.next()).toBe('RECEIPT\nreceipt-id:one\n\n\0');
    expect(await client.raw.next()).toBe('RECEIPT\nreceipt-id:two\n\n\0');
  });

  it.each(['nonsense', '__proto__', '-1', '1.5', '9'.repeat(1000), ''])(
    'ACK of %j, which was never given, ends the session [A150] [D63]',
    async (id) => {
      const client = await Consumer.connect(version);
      client.settle('ACK', id, 'receipt:9\n');
      client.raw.send(BEHIND);
      await stage.expectRefused(client.raw, {
        code: 'STOMP_ERR_UNKNOWN_DELIVERY',
        close: 1002,
        receipt: '9',
      });
    },
  );

  it('ACK of another session’s delivery counts as never given, and settles nothing [A153] [D64]', async () => {
    const owner = await Consumer.connect(version);
    const thief = await Consumer.connect(version);
    owner.subscribe('0', 'client');
    thief.subscribe('0', 'client', '', '/other');
    owner.raw.send(send('a'));
    expect(await stage.effect()).toContain('\n\na\0');
    const { ackId } = await owner.next();
    thief.raw.send(send('b', '/other'));
    expect(await stage.effect()).toContain('\n\nb\0');
    await thief.next();
    thief.settle('ACK', ackId, 'receipt:9\n');
    await stage.expectRefused(thief.raw, { code: 'STOMP_ERR_UNKNOWN_DELIVERY', close: 1002, receipt: '9' });
    expect(pending()).toBe(1);
  });

  it('ACK without its header ends the session [A155]', async () => {
    const client = await Consumer.connect(version);
    client.raw.send(`ACK\nreceipt:9\n\n\0${BEHIND}`);
    await stage.expectRefused(client.raw, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002, receipt: '9' });
  });

  it('prefetch holds further messages back, in order, until one is acknowledged [D65]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client-individual', 'prefetch:2\n');
    client.raw.send(['1', '2', '3', '4'].map((body) => send(body)).join(''));
    const [, two] = await client.take(2);
    expect(await client.rest()).toEqual([]);
    client.settle('ACK', two.ackId);
    expect((await client.next()).body).toBe('3');
    expect(await client.rest()).toEqual([]);
    expect(stage.app.app.get(SimpleBroker).heldBackCount).toBe(1);
  });

  it.each(['0', '-1', '1.5', 'x', ''])('prefetch:%s ends the session', async (prefetch) => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client', `prefetch:${prefetch}\nreceipt:9\n`);
    await stage.expectRefused(client.raw, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002, receipt: '9' });
  });

  it('a client may ask for less than the option, not for more', async () => {
    const small = await stageWith({ prefetch: 2 });
    const client = await Consumer.connect(version, small);
    client.subscribe('0', 'client', 'prefetch:1000\n');
    client.raw.send(send('1') + send('2') + send('3'));
    expect(await client.rest()).toEqual(['1', '2']);
  });

  it.each([
    ['messages', { unacknowledgedLimit: 3 }, '1'],
    ['bytes', { unacknowledgedBytesLimit: 350 }, '1'.repeat(90)],
  ])(
    'who never acknowledges is closed with 4500 when too many %s wait [D65]',
    async (_what, options, body) => {
      const small = await stageWith({ prefetch: 1, ...options });
      const client = await Consumer.connect(version, small);
      client.subscribe('0', 'client');
      await client.raw.sync();
      for (let count = 0; count < 4; count++) small.bystander.send(send(body));
      await client.next();
      expect(await client.raw.closed).toEqual({ code: 4500, reason: 'Too much is not acknowledged' });
      expect(small.app.logger.textsOf('warn')).toEqual([
        expect.stringContaining('STOMP_ERR_UNACKNOWLEDGED_LIMIT'),
      ]);
      expect(pending(small)).toBe(0);
      expect((await small.bystander.sync()).length).toBe(4);
    },
  );

  it('deliveries that are pending end with UNSUBSCRIBE, and may still be acknowledged to no effect [A138]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client');
    client.raw.send(send('a'));
    const { ackId } = await client.next();
    client.raw.send('UNSUBSCRIBE\nid:0\n\n\0');
    client.settle('ACK', ackId, 'receipt:r\n');
    expect(await client.raw.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(pending()).toBe(0);
  });

  it('what a lost connection has not acknowledged comes back to another consumer of a queue [A147] [A154]', async () => {
    const queue = await stageWith({ queuePrefixes: ['/jobs'] });
    queue.bystander.send('UNSUBSCRIBE\nid:all\n\n\0');
    await queue.bystander.sync();
    const lost = await Consumer.connect(version, queue);
    lost.subscribe('0', 'client-individual', '', '/jobs');
    lost.raw.send(send('1', '/jobs') + send('2', '/jobs') + send('3', '/jobs'));
    const three = await lost.take(3);
    lost.settle('ACK', three[1].ackId);
    await lost.raw.sync();
    const other = await Consumer.connect(version, queue);
    other.subscribe('0', 'client', '', '/jobs');
    await other.raw.sync();
    lost.raw.terminate();
    const again = await other.take(2);
    expect(again.map(({ body }) => body)).toEqual(['1', '3']);
    expect(again.map(({ frame }) => header(frame, 'redelivered'))).toEqual(['true', 'true']);
    expect(pending(queue)).toBe(2);
  });

  it('what an auto subscription was sent is never pending [A156]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'auto');
    client.raw.send(send('a'));
    await client.next();
    expect(pending()).toBe(0);
  });

  it('a session that ends leaves nothing behind', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client', 'prefetch:1\n');
    client.raw.send(send('1') + send('2'));
    await client.next();
    client.raw.send('DISCONNECT\nreceipt:bye\n\n\0');
    expect(await client.raw.next()).toBe('RECEIPT\nreceipt-id:bye\n\n\0');
    const { unacknowledgedCount, heldBackCount } = stage.app.app.get(SimpleBroker);
    expect([unacknowledgedCount, heldBackCount]).toEqual([0, 0]);
  });
});

describe.each(SINCE_1_1)('on %s', (version) => {
  it('NACK sends a message again, which then says so [A148]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client-individual');
    client.raw.send(send('a'));
    const first = await client.next();
    expect(header(first.frame, 'redelivered')).toBeUndefined();
    client.settle('NACK', first.ackId);
    const second = await client.next();
    expect(second.body).toBe('a');
    expect(header(second.frame, 'redelivered')).toBe('true');
    expect(second.ackId).not.toBe(first.ackId);
  });

  it('NACK in client mode is about all before, in client-individual about one [A148]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('c', 'client', '', '/c');
    client.subscribe('i', 'client-individual', '', '/i');
    client.raw.send(send('c1', '/c') + send('c2', '/c') + send('i1', '/i') + send('i2', '/i'));
    const [, c2, , i2] = await client.take(4);
    client.settle('NACK', c2.ackId);
    client.settle('NACK', i2.ackId);
    expect(await client.rest()).toEqual(['c1', 'c2', 'i2']);
  });

  it('what is sent again comes before what was held back', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client', 'prefetch:1\n');
    client.raw.send(send('1') + send('2'));
    const { ackId } = await client.next();
    client.settle('NACK', ackId);
    expect(await client.rest()).toEqual(['1']);
  });

  it('a message is sent five times, then it is dropped [D67]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'client-individual');
    client.raw.send(send('poison'));
    for (let count = 0; count < 5; count++) client.settle('NACK', (await client.next()).ackId);
    expect(await client.rest()).toEqual([]);
    expect(pending()).toBe(0);
    expect(stage.app.logger.textsOf('warn')).toHaveLength(1);
  });
});

describe('on 1.2', () => {
  it('MESSAGE has ack, which is not the message-id, and only where the client acknowledges [A111] [A141]', async () => {
    const client = await Consumer.connect('1.2');
    client.subscribe('c', 'client');
    client.raw.send(send('a'));
    const { frame } = await client.next();
    expect(frame.replace(/^(message-id|ack):[A-Za-z0-9-]+$/gm, '$1:*')).toBe(
      'MESSAGE\ndestination:/q\nsubscription:c\nmessage-id:*\nack:*\ncontent-length:1\n\na\0',
    );
    expect(header(frame, 'ack')).not.toBe(header(frame, 'message-id'));
    client.raw.send('UNSUBSCRIBE\nid:c\n\n\0');
    client.subscribe('a', 'auto');
    client.raw.send(send('b'));
    expect(header((await client.next()).frame, 'ack')).toBeUndefined();
  });

  it.each(['message-id', 'ack'])('ACK with %s in place of id ends the session [A140]', async (name) => {
    const client = await Consumer.connect('1.2');
    client.subscribe('0', 'client', '', '/mine');
    client.raw.send(`ACK\n${name}:x\nsubscription:0\nreceipt:9\n\n\0${BEHIND}`);
    await stage.expectRefused(client.raw, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002, receipt: '9' });
  });

  it('ACK with the message-id as its id ends the session [A141]', async () => {
    const client = await Consumer.connect('1.2');
    client.subscribe('0', 'client');
    client.raw.send(send('a'));
    expect(await stage.effect()).toContain('\n\na\0');
    const { frame } = await client.next();
    client.raw.send(`ACK\nid:${header(frame, 'message-id')}\nreceipt:9\n\n\0${BEHIND}`);
    await stage.expectRefused(client.raw, { code: 'STOMP_ERR_UNKNOWN_DELIVERY', close: 1002, receipt: '9' });
  });

  it('ACK may name any subscription, as StompJS does [A145]', async () => {
    const client = await Consumer.connect('1.2');
    client.subscribe('0', 'client');
    client.raw.send(send('a'));
    client.settle('ACK', (await client.next()).ackId, 'subscription:elsewhere\nreceipt:r\n');
    expect(await client.raw.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(pending()).toBe(0);
  });

  it('ACK of an auto delivery ends the session: it has no id to acknowledge [A152]', async () => {
    const client = await Consumer.connect('1.2');
    client.subscribe('0', 'auto');
    client.raw.send(send('a'));
    expect(await stage.effect()).toContain('\n\na\0');
    const { frame } = await client.next();
    client.raw.send(`ACK\nid:${header(frame, 'message-id')}\nreceipt:9\n\n\0`);
    await stage.expectRefused(client.raw, { code: 'STOMP_ERR_UNKNOWN_DELIVERY', close: 1002, receipt: '9' });
  });
});

describe('on 1.1', () => {
  it('MESSAGE has no ack header [A111]', async () => {
    const client = await Consumer.connect('1.1');
    client.subscribe('0', 'client');
    client.raw.send(send('a'));
    expect(header((await client.next()).frame, 'ack')).toBeUndefined();
  });

  it('ACK that names another subscription ends the session and settles nothing [A142]', async () => {
    const client = await Consumer.connect('1.1');
    client.subscribe('0', 'client');
    client.subscribe('1', 'client', '', '/other');
    client.raw.send(send('a'));
    expect(await stage.effect()).toContain('\n\na\0');
    client.settle('ACK', (await client.next()).ackId, 'subscription:1\nreceipt:9\n');
    await stage.expectRefused(client.raw, { code: 'STOMP_ERR_UNKNOWN_DELIVERY', close: 1002, receipt: '9' });
  });

  it.each(['', 'subscription:0\n'])(
    'ACK may say which subscription: %j [A142] [A143]',
    async (subscription) => {
      const client = await Consumer.connect('1.1');
      client.subscribe('0', 'client');
      client.raw.send(send('a'));
      client.settle('ACK', (await client.next()).ackId, `${subscription}receipt:r\n`);
      expect(await client.raw.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
      expect(pending()).toBe(0);
    },
  );
});

describe('on 1.0', () => {
  it('a subscription without an id acknowledges by the message-id alone [A110] [A144]', async () => {
    const client = await Consumer.connect('1.0');
    client.raw.send('SUBSCRIBE\ndestination:/q\nack:client\n\n\0');
    client.raw.send(send('a'));
    const { frame, ackId } = await client.next();
    expect(header(frame, 'subscription')).toBeUndefined();
    client.settle('ACK', ackId, 'subscription:ignored\nreceipt:r\n');
    expect(await client.raw.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    expect(pending()).toBe(0);
  });

  it('NACK is no command [A149]', async () => {
    const client = await Consumer.connect('1.0');
    client.raw.send(`NACK\nmessage-id:1\nreceipt:9\n\n\0${BEHIND}`);
    await stage.expectRefused(client.raw, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002, receipt: '9' });
  });
});

describe.each<Version>(['1.0', '1.1'])('on %s', (version) => {
  it('ACK of an auto delivery has no effect, and its RECEIPT [A152]', async () => {
    const client = await Consumer.connect(version);
    client.subscribe('0', 'auto');
    client.raw.send(send('a'));
    client.settle('ACK', (await client.next()).ackId, 'subscription:0\nreceipt:r\n');
    expect(await client.raw.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
  });
});

describe.each(VERSIONS)('StompJS on %s', (version) => {
  it.each(['client', 'client-individual'])('acknowledges with ack() in mode %s [A145]', async (ack) => {
    const stomp = new StompJsClient(stage.app.url, [version]);
    await stomp.connect();
    const messages = await stomp.subscribe('/q', { ack, prefetch: '1' });
    stomp.client.publish({ destination: '/q', body: '1' });
    stomp.client.publish({ destination: '/q', body: '2' });
    const one = await messages.next();
    expect(one.body).toBe('1');
    one.ack();
    const two = await messages.next();
    expect(two.body).toBe('2');
    if (version === '1.0') return;
    two.nack();
    const again = await messages.next();
    expect([again.body, again.headers.redelivered]).toEqual(['2', 'true']);
    expect(stomp.errors.size).toBe(0);
  });
});
