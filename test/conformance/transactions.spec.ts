import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  authorizeMessages,
  type Message,
  MessageRejectedError,
  SimpleBroker,
  SimpMessagingTemplate,
} from 'nestjs-stomp';
import { terminateRawClients } from '../support/raw-client.js';
import { Stage, VERSIONS, type Version } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

const SINCE_1_1: readonly Version[] = ['1.1', '1.2'];

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

function begin(id: string): string {
  return `BEGIN\ntransaction:${id}\n\n\0`;
}

function commit(id: string, more = ''): string {
  return `COMMIT\ntransaction:${id}\n${more}\n\0`;
}

function abort(id: string): string {
  return `ABORT\ntransaction:${id}\n\n\0`;
}

function send(body: string, id?: string, more = ''): string {
  return `SEND\ndestination:/q\n${id === undefined ? '' : `transaction:${id}\n`}${more}\n${body}\0`;
}

function receipt(id: string): string {
  return `RECEIPT\nreceipt-id:${id}\n\n\0`;
}

/** Bodies of what the application did, in order, and nothing after it. */
async function expectEffects(on: Stage, ...bodies: readonly string[]): Promise<void> {
  const seen: string[] = [];
  while (seen.length < bodies.length) {
    const frame = await on.effect();
    seen.push(frame.slice(frame.indexOf('\n\n') + 2, -1));
  }
  expect(seen).toEqual(bodies);
  await on.expectNoEffect();
}

describe.each(VERSIONS)('on %s', (version) => {
  it.each(['BEGIN', 'COMMIT', 'ABORT'])('%s needs a transaction [A157]', async (command) => {
    for (const header of ['', 'transaction:\n']) {
      const strict = await Stage.open();
      const client = await strict.connect(version);
      client.send(`${command}\n${header}receipt:9\n\n\0${send('behind')}`);
      await strict.expectRefused(client, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002, receipt: '9' });
    }
  });

  it('SEND takes effect with COMMIT, in order, and never after ABORT [A158]', async () => {
    const client = await stage.connect(version);
    client.send(begin('t') + send('1', 't') + send('2', 't'));
    await client.sync();
    await stage.bystander.sync().then((frames) => expect(frames).toEqual([]));
    client.send(commit('t') + begin('u') + send('3', 'u') + abort('u') + send('last'));
    await expectEffects(stage, '1', '2', 'last');
  });

  it('SEND without the header is delivered at once while a transaction is open [A159]', async () => {
    const client = await stage.connect(version);
    client.send(begin('t') + send('in', 't') + send('out') + abort('t'));
    await expectEffects(stage, 'out');
  });

  it.each([
    ['SEND', 'SEND\ndestination:/q\ntransaction:no\nreceipt:9\n\nx\0'],
    ['ACK', 'ACK\nid:x\nmessage-id:x\ntransaction:no\nreceipt:9\n\n\0'],
    ['COMMIT', 'COMMIT\ntransaction:no\nreceipt:9\n\n\0'],
    ['ABORT', 'ABORT\ntransaction:no\nreceipt:9\n\n\0'],
  ])('%s of a transaction that is not open ends the session [A160] [D69]', async (_command, frame) => {
    const client = await stage.connect(version);
    client.send(begin('t') + frame + send('behind'));
    await stage.expectRefused(client, { code: 'STOMP_ERR_UNKNOWN_TRANSACTION', close: 1002, receipt: '9' });
  });

  it('BEGIN of an open transaction ends the session, and nothing of it happens [A161] [D69]', async () => {
    const client = await stage.connect(version);
    client.send(begin('t') + send('1', 't') + 'BEGIN\ntransaction:t\nreceipt:9\n\n\0');
    await stage.expectRefused(client, { code: 'STOMP_ERR_DUPLICATE_TRANSACTION', close: 1002, receipt: '9' });
  });

  it('an id may be used again after COMMIT and ABORT, but not be committed twice [A162]', async () => {
    const client = await stage.connect(version);
    client.send(begin('t') + send('1', 't') + commit('t') + begin('t') + abort('t') + begin('t'));
    client.send(send('2', 't') + commit('t'));
    await expectEffects(stage, '1', '2');
    client.send(commit('t', 'receipt:9\n'));
    await stage.expectRefused(client, { code: 'STOMP_ERR_UNKNOWN_TRANSACTION', close: 1002, receipt: '9' });
  });

  it('ids are each session’s own [A163]', async () => {
    const [one, other] = [await stage.connect(version), await stage.connect(version)];
    one.send(begin('t') + send('one', 't'));
    await one.sync();
    other.send(begin('t') + send('other', 't') + commit('t'));
    await expectEffects(stage, 'other');
    one.send(commit('t'));
    await expectEffects(stage, 'one');
  });

  it.each(['DISCONNECT\n\n\0', 'nonsense\n\n\0'])(
    'nothing of an open transaction happens after the end: %j [A164] [D71]',
    async (end) => {
      const client = await stage.connect(version);
      client.send(begin('t') + send('1', 't') + end);
      await client.closed;
      await stage.expectNoEffect();
    },
  );

  it('COMMIT does nothing when an interceptor refuses one part [A165]', async () => {
    const preSend = (message: Message): Message => {
      if (String(message.payload) === 'bad') throw new MessageRejectedError('Not this');
      return message;
    };
    const strict = await Stage.open({ stomp: { interceptors: { clientInbound: [{ preSend }] } } });
    const client = await strict.connect(version);
    client.send(begin('t') + send('good', 't') + send('bad', 't') + commit('t', 'receipt:9\n'));
    await strict.expectRefused(client, { code: 'STOMP_ERR_REJECTED', close: 1008, receipt: '9' });
  });

  it('COMMIT does nothing when the broker refuses one part [A165]', async () => {
    const client = await stage.connect(version);
    const ack = version === '1.2' ? 'id' : 'message-id';
    client.send(
      begin('t') + send('1', 't') + `ACK\n${ack}:never\ntransaction:t\n\n\0${commit('t', 'receipt:9\n')}`,
    );
    await stage.expectRefused(client, { code: 'STOMP_ERR_UNKNOWN_DELIVERY', close: 1002, receipt: '9' });
  });

  it.each(['/q', '/user/ann/queue/x'])(
    'COMMIT does nothing when clients may not SEND to %s [A165]',
    async (to) => {
      const strict = await Stage.open({ stomp: { simpleBroker: { clientSend: 'deny' } } });
      const client = await strict.connect(version);
      client.send('SUBSCRIBE\nid:0\ndestination:/mine\nack:client\n\n\0');
      await client.sync();
      await strict.app.app.get(SimpMessagingTemplate).convertAndSend('/mine', 'x');
      expect(await strict.effect()).toContain('\n\nx\0');
      const frame = await client.next();
      const [, ackId] = (version === '1.2' ? /^ack:(.*)$/m : /^message-id:(.*)$/m).exec(frame) ?? [];
      client.send(`${begin('t')}ACK\nid:${ackId}\nmessage-id:${ackId}\ntransaction:t\n\n\0`);
      client.send(`SEND\ndestination:${to}\ntransaction:t\n\nx\0${commit('t', 'receipt:9\n')}`);
      await strict.expectRefused(client, { code: 'STOMP_ERR_REJECTED', close: 1008, receipt: '9' });
    },
  );

  it('COMMIT is judged by the rules, every part of it before the first is sent [A165]', async () => {
    const authorization = authorizeMessages((messages) =>
      messages
        .nullDestMatcher()
        .permitAll()
        .simpMessageDestMatchers('/no')
        .denyAll()
        .anyMessage()
        .permitAll(),
    );
    const strict = await Stage.open({ stomp: { authorization } });
    const client = await strict.connect(version);
    client.send(begin('t') + send('1', 't') + 'SEND\ndestination:/no\ntransaction:t\nreceipt:s\n\nx\0');
    expect(await client.next()).toBe(receipt('s'));
    client.send(commit('t', 'receipt:9\n'));
    await strict.expectRefused(client, { code: 'STOMP_ERR_REJECTED', close: 1008, receipt: '9' });
  });

  it('ACK takes effect with COMMIT, and ABORT leaves the message pending [A166]', async () => {
    const client = await stage.connect(version);
    const broker = stage.app.app.get(SimpleBroker);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\nack:client\n\n\0' + send('1') + send('2'));
    await client.next();
    const frame = await client.next();
    const name = version === '1.2' ? 'id' : 'message-id';
    const [, ackId] = (version === '1.2' ? /^ack:(.*)$/m : /^message-id:(.*)$/m).exec(frame) ?? [];
    const ack = (id: string): string => `ACK\n${name}:${ackId}\ntransaction:${id}\n\n\0`;
    client.send(begin('t') + ack('t') + abort('t') + begin('u') + ack('u') + ack('u') + send('3'));
    await client.next();
    expect(broker.unacknowledgedCount).toBe(3);
    client.send(commit('u', 'receipt:u\n'));
    expect(await client.next()).toBe(receipt('u'));
    // The third was sent after the ACK, so a cumulative one does not cover it.
    expect(broker.unacknowledgedCount).toBe(1);
  });

  it('ACK reserves nothing: another one outside settles at once, and COMMIT finds it settled [A167]', async () => {
    const client = await stage.connect(version);
    const broker = stage.app.app.get(SimpleBroker);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\nack:client-individual\n\n\0' + send('1') + send('2'));
    const name = version === '1.2' ? 'id' : 'message-id';
    const [, ackId] =
      (version === '1.2' ? /^ack:(.*)$/m : /^message-id:(.*)$/m).exec(await client.next()) ?? [];
    await client.next();
    client.send(`${begin('t')}ACK\n${name}:${ackId}\ntransaction:t\n\n\0`);
    client.send(`ACK\n${name}:${ackId}\nreceipt:now\n\n\0`);
    expect(await client.next()).toBe(receipt('now'));
    expect(broker.unacknowledgedCount).toBe(1);
    client.send(commit('t', 'receipt:t\n'));
    expect(await client.next()).toBe(receipt('t'));
    expect(broker.unacknowledgedCount).toBe(1);
  });

  it('several transactions interleave [A168]', async () => {
    const client = await stage.connect(version);
    client.send(begin('1') + begin('2') + send('a', '1') + send('d', '2') + send('b', '1') + send('c', '1'));
    client.send(commit('1') + commit('2'));
    await expectEffects(stage, 'a', 'b', 'c', 'd');
  });

  it('RECEIPT comes when a frame is part of the transaction, and for COMMIT after the effect [A169]', async () => {
    const client = await stage.connect(version);
    client.send(`BEGIN\ntransaction:t\nreceipt:b\n\n\0${send('1', 't', 'receipt:s\n')}`);
    expect(await client.next()).toBe(receipt('b'));
    expect(await client.next()).toBe(receipt('s'));
    await stage.expectNoEffect();
    client.send(commit('t', 'receipt:c\n'));
    expect(await client.next()).toBe(receipt('c'));
    client.send('BEGIN\ntransaction:t\n\n\0ABORT\ntransaction:t\nreceipt:a\n\n\0');
    expect(await client.next()).toBe(receipt('a'));
    await expectEffects(stage, '1');
  });

  it('transaction on other frames means nothing [A170]', async () => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\ntransaction:x\n\n\0UNSUBSCRIBE\nid:0\ntransaction:x\n\n\0');
    client.send('DISCONNECT\ntransaction:x\nreceipt:d\n\n\0');
    expect(await client.next()).toBe(receipt('d'));
  });

  it.each([
    [
      'transactions',
      { maxTransactions: 2 },
      begin('1') + begin('2') + 'BEGIN\ntransaction:3\nreceipt:9\n\n\0',
    ],
    [
      'frames',
      { maxTransactionFrames: 2 },
      begin('t') + send('1', 't') + send('2', 't') + send('3', 't', 'receipt:9\n'),
    ],
    ['bytes', { transactionSizeLimit: 100 }, begin('t') + send('x'.repeat(100), 't', 'receipt:9\n')],
  ])('too many %s end the session [A171] [D68]', async (_what, transport, frames) => {
    const small = await Stage.open({ stomp: { transport } });
    const client = await small.connect(version);
    client.send(frames);
    await small.expectRefused(client, { code: 'STOMP_ERR_TRANSACTION_LIMIT', close: 1008, receipt: '9' });
  });

  it('SEND without a destination is refused before COMMIT', async () => {
    const client = await stage.connect(version);
    client.send(`${begin('t')}SEND\ntransaction:t\nreceipt:9\n\nx\0`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_INVALID_FRAME', close: 1002, receipt: '9' });
  });
});

describe.each(SINCE_1_1)('on %s', (version) => {
  it('NACK takes effect with COMMIT [A166]', async () => {
    const client = await stage.connect(version);
    client.send('SUBSCRIBE\nid:0\ndestination:/q\nack:client\n\n\0' + send('1'));
    const [, ackId] =
      (version === '1.2' ? /^ack:(.*)$/m : /^message-id:(.*)$/m).exec(await client.next()) ?? [];
    client.send(
      `${begin('t')}NACK\n${version === '1.2' ? 'id' : 'message-id'}:${ackId}\ntransaction:t\n\n\0`,
    );
    expect(await client.sync()).toEqual([]);
    client.send(commit('t'));
    expect(await client.next()).toContain('\nredelivered:true\n');
  });
});
