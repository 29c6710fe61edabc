import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Message } from 'nestjs-stomp';
import { type RawClient, terminateRawClients } from '../support/raw-client.js';
import { masked, Stage } from '../support/stage.js';
import { closeTestApps } from '../support/test-app.js';

// Many connections or frames: on a busy machine that takes more than the usual five seconds.
jest.setTimeout(30_000);

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

describe('a flood of', () => {
  it.each([
    ['10^5 line ends in one message [D20] [D83]', '\n'.repeat(100_000), 1],
    ['50,000 line ends of two octets in one message [D20]', '\r\n'.repeat(50_000), 1],
    ['line ends in 10,000 messages [D20] [D83]', '\n', 10_000],
    ['10^5 NUL octets, which are skipped and not counted [D21]', '\0'.repeat(100_000), 1],
    ['10,000 messages without octets, which are not counted [D22]', '', 10_000],
  ])('%s has no answer and no effect', async (_what, octets, messages) => {
    const stage = await Stage.open();
    const client = await stage.connect();
    for (let i = 0; i < messages; i++) client.send(octets);
    expect(await client.sync()).toEqual([]);
    await stage.expectNoEffect();
    expect(stage.app.logger.textsOf('warn')).toEqual([]);
  });

  it('20,000 octets of one frame, each in a message of its own, is that frame [D23]', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    const body = 'x'.repeat(20_000);
    for (const octet of `SEND\ndestination:/q\n\n${body}\0`) client.send(octet);
    expect(await stage.effect()).toBe(
      `MESSAGE\ndestination:/q\nsubscription:all\nmessage-id:*\ncontent-length:20000\n\n${body}\0`,
    );
  });

  it('5,000 frames in one message keeps its order and leaves other sessions their turns [D24]', async () => {
    const stage = await Stage.open();
    await expectOrderAndTurns(stage, 5_000);
  });

  it('frames that the application looks at asynchronously leaves other sessions their turns [D24]', async () => {
    const preSend = (message: Message) => Promise.resolve(message);
    const stage = await Stage.open({ stomp: { interceptors: { clientInbound: [{ preSend }] } } });
    await expectOrderAndTurns(stage, 2_000);
  });

  /** Another session's frame, sent when the flood has begun, is seen before the flood has ended. */
  async function expectOrderAndTurns(stage: Stage, frames: number): Promise<void> {
    const client = await stage.connect();
    const other = await stage.connect();
    client.send(Array.from({ length: frames }, (_, i) => `SEND\ndestination:/q\n\n${i}\0`).join(''));
    const seen = [await bodyOf(stage.bystander)];
    other.send('SEND\ndestination:/q\n\nother\0');
    while (seen.length <= frames) seen.push(await bodyOf(stage.bystander));
    const turn = seen.indexOf('other\0');
    seen.splice(turn, 1);
    expect(seen).toEqual(Array.from({ length: frames }, (_, i) => `${i}\0`));
    expect(turn).toBeLessThan(frames);
  }

  it('random octets from 100 connections leaves nothing behind [D19]', async () => {
    const stage = await Stage.open();
    let seed = 42;
    // Numerical Recipes' generator: a failure must come again.
    const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 24;
    for (let i = 0; i < 100; i++) {
      const client = i % 2 === 0 ? await stage.socket() : await stage.connect();
      client.send(Buffer.from(Array.from({ length: 2000 }, random)));
      expect(await client.next()).toMatch(
        /^ERROR\nmessage:[^\n]+\ncode:STOMP_ERR_[A-Z_0-9]+\ncontent-length:0\n\n\0$/,
      );
      expect(await client.next()).toBe('');
    }
    await stage.expectNoEffect();
    expect(stage.counts()).toEqual({ sessions: 1, subscriptions: 1 });
    expect(stage.app.logger.textsOf('warn')).toHaveLength(100);
    expect(stage.app.logger.textsOf('error')).toEqual([]);
  });
});

async function bodyOf(client: RawClient): Promise<string | undefined> {
  return (await client.next()).split('\n\n')[1];
}

describe('subscriptions', () => {
  it('are limited to 1000 a session; one more ends it, and all of them [D57]', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    for (let id = 0; id < 1000; id++) client.send(`SUBSCRIBE\nid:${id}\ndestination:/q/${id}\n\n\0`);
    client.send('SEND\ndestination:/q/999\nreceipt:ok\n\nx\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/q/999\nsubscription:999\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:ok\n\n\0');
    expect(stage.counts()).toEqual({ sessions: 2, subscriptions: 1001 });
    await stage.effect();
    client.send('SUBSCRIBE\nid:1000\ndestination:/q\nreceipt:9\n\n\0SEND\ndestination:/behind\n\nx\0');
    await stage.expectRefused(client, { code: 'STOMP_ERR_SUBSCRIPTION_LIMIT', close: 1008, receipt: '9' });
    expect(stage.counts()).toEqual({ sessions: 1, subscriptions: 1 });
  });

  it('bound by how much one SEND can be multiplied [D56]', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    for (let id = 0; id < 1000; id++) client.send(`SUBSCRIBE\nid:${id}\ndestination:/q\n\n\0`);
    client.send('SEND\ndestination:/q\n\nx\0');
    for (let id = 0; id < 1000; id++) {
      expect(masked(await client.next())).toBe(
        `MESSAGE\ndestination:/q\nsubscription:${id}\nmessage-id:*\ncontent-length:1\n\nx\0`,
      );
    }
  });

  it('leave nothing behind however often they come and go [D58]', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    for (let i = 0; i < 3000; i++) {
      const destination = i % 2 === 0 ? `/q/${i}` : `/q/*/${i}/**`;
      client.send(`SUBSCRIBE\nid:${i}\ndestination:${destination}\n\n\0UNSUBSCRIBE\nid:${i}\n\n\0`);
    }
    expect(await client.sync()).toEqual([]);
    expect(stage.counts()).toEqual({ sessions: 2, subscriptions: 1 });
  });

  it('may have an id of 1024 characters, which every MESSAGE repeats, and no longer one [D59]', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    const id = 'i'.repeat(1024);
    client.send(`SUBSCRIBE\nid:${id}\ndestination:/q\n\n\0SEND\ndestination:/q\n\nx\0`);
    expect(masked(await client.next())).toContain(`\nsubscription:${id}\n`);
    client.send(`SUBSCRIBE\nid:${id}i\ndestination:/q\n\n\0`);
    expect(await stage.effect()).toContain('\n\nx\0');
    await stage.expectRefused(client, { code: 'STOMP_ERR_SUBSCRIPTION_ID_LIMIT', close: 1009 });
  });

  it.each([
    ['a thousand wildcards', '/*'.repeat(1000).slice(0, 500)],
    ['a thousand segments', `/a${'/**/a'.repeat(100)}`.slice(0, 512)],
    ['a long pattern', `/${'a'.repeat(600)}*`],
    ['a large regular expression', '/{x:(a{1,50}){1,50}}'],
  ])('to %s end the session [D73]', async (_what, destination) => {
    const stage = await Stage.open();
    const client = await stage.connect();
    const written = destination.replaceAll(':', '\\c');
    client.send(`SUBSCRIBE\nid:0\ndestination:${written}\n\n\0SEND\ndestination:/behind\n\nx\0`);
    await stage.expectRefused(client, { code: 'STOMP_ERR_PATTERN_LIMIT', close: 1008 });
  });

  it('to patterns that make regular expressions slow do not slow a message [D73]', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    const destination = `/a${'/a'.repeat(500)}`;
    const patterns = ['/a/**/**/**/**/b', '/a/**/a/**/a/**/a/**/b', '/*a*a*a*a*a*b', '/{x:(a|aa)+b}/**'];
    for (const [id, pattern] of patterns.entries()) {
      client.send(`SUBSCRIBE\nid:${id}\ndestination:${pattern.replaceAll(':', '\\c')}\n\n\0`);
    }
    client.send(`SEND\ndestination:${destination}\n\nx\0SEND\ndestination:/${'a'.repeat(1000)}\n\nx\0`);
    expect(await client.sync()).toEqual([]);
    client.send('SEND\ndestination:/a/c/b\n\nx\0');
    expect(masked(await client.next())).toContain('\nsubscription:0\n');
  });

  it('take what is special in a regular expression and not in a pattern literally [D73]', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    client.send('SUBSCRIBE\nid:0\ndestination:/q/(.+)+$|.\n\n\0SUBSCRIBE\nid:1\ndestination:/q/(.+)+*\n\n\0');
    client.send('SEND\ndestination:/q/aaa\n\nno\0SEND\ndestination:/q/(.+)+$|.\n\nyes\0');
    expect((await client.sync()).map(masked)).toEqual([
      'MESSAGE\ndestination:/q/(.+)+$|.\nsubscription:0\nmessage-id:*\ncontent-length:3\n\nyes\0',
      'MESSAGE\ndestination:/q/(.+)+$|.\nsubscription:1\nmessage-id:*\ncontent-length:3\n\nyes\0',
    ]);
  });
});

it('a destination with line ends and controls is delivered as it is and logged in one line [D54]', async () => {
  const stage = await Stage.open({ stomp: { simpleBroker: { destinationPrefixes: ['/q', '/**'] } } });
  const client = await stage.connect();
  const forged = '/\\nERROR forged\u001b[31m\u0007';
  client.send(`SEND\ndestination:/q${forged}\n\nx\0SEND\ndestination:/elsewhere${forged}\n\nx\0`);
  expect(await stage.effect()).toBe(
    `MESSAGE\ndestination:/q${forged}\nsubscription:all\nmessage-id:*\ncontent-length:1\n\nx\0`,
  );
  await client.sync();
  const lines = stage.app.logger.lines.filter(({ text }) => text.includes('forged'));
  expect(lines).toHaveLength(1);
  expect(lines[0]?.text).not.toMatch(/\p{Cc}/u);
});
