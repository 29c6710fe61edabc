import { Controller } from '@nestjs/common';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { MessageMapping, Payload, SimpleBroker, SimpMessagingTemplate } from 'nestjs-stomp';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { masked, Stage, VERSIONS } from '../support/stage.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

// Many connections or frames: on a busy machine that takes more than the usual five seconds.
jest.setTimeout(30_000);

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

@Controller()
class EchoController {
  @MessageMapping('/echo')
  echo(@Payload() text: string): string {
    return text;
  }
}

describe('one publisher and 200 subscribers', () => {
  it.each([
    ['the same id', () => 'sub-0'],
    ['ids of their own', (index: number) => `s${index}`],
  ])('with %s: everybody gets each message once and in order, by his own id', async (_which, idOf) => {
    const stage = await Stage.open();
    const subscribers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => stage.connect(VERSIONS[index % 3])),
    );
    for (const [index, subscriber] of subscribers.entries()) {
      subscriber.send(`SUBSCRIBE\nid:${idOf(index)}\ndestination:/topic/news\n\n\0`);
    }
    await Promise.all(subscribers.map((subscriber) => subscriber.sync()));
    const publisher = await stage.connect();
    const bodies = Array.from({ length: 20 }, (_, i) => `news ${i}`);
    for (const body of bodies) publisher.send(`SEND\ndestination:/topic/news\n\n${body}\0`);
    await publisher.sync();
    for (const [index, subscriber] of subscribers.entries()) {
      expect((await subscriber.sync()).map(masked)).toEqual(
        bodies.map(
          (body) =>
            `MESSAGE\ndestination:/topic/news\nsubscription:${idOf(index)}\nmessage-id:*\ncontent-length:${body.length}\n\n${body}\0`,
        ),
      );
    }
    expect(await publisher.sync()).toEqual([]);
  });
});

describe('one message', () => {
  it('reaches receivers of each version in their own escaping, header, id and body [A38] [A39]', async () => {
    const stage = await Stage.open();
    const receivers = await Promise.all(VERSIONS.map((version) => stage.connect(version)));
    for (const [index, receiver] of receivers.entries()) {
      receiver.send(`SUBSCRIBE\nid:a${index === 0 ? ':' : '\\c'}b\ndestination:/q\n\n\0`);
      await receiver.sync();
    }
    stage.bystander.send('SEND\ndestination:/q\nk\\ck:v\\nw\nx:a\\\\b\\cc\\rd\n\nhi: ☃\\n\0');
    const seen = await Promise.all(receivers.map(async (receiver) => masked(await receiver.next())));
    expect(seen).toEqual([
      'MESSAGE\ndestination:/q\nx:a\\b:c d\nsubscription:a:b\nmessage-id:*\ncontent-length:9\n\nhi: ☃\\n\0',
      'MESSAGE\ndestination:/q\nk\\ck:v\\nw\nx:a\\\\b\\cc d\nsubscription:a\\cb\nmessage-id:*\ncontent-length:9\n\nhi: ☃\\n\0',
      'MESSAGE\ndestination:/q\nk\\ck:v\\nw\nx:a\\\\b\\cc\\rd\nsubscription:a\\cb\nmessage-id:*\ncontent-length:9\n\nhi: ☃\\n\0',
    ]);
  });

  it('has one message-id for all its receivers', async () => {
    const stage = await Stage.open();
    const receivers = await Promise.all(VERSIONS.map((version) => stage.connect(version)));
    for (const [index, receiver] of receivers.entries()) {
      receiver.send(`SUBSCRIBE\nid:${index}\ndestination:/q\n\n\0`);
      await receiver.sync();
    }
    stage.bystander.send('SEND\ndestination:/q\n\nhi\0');
    const frames = await Promise.all([...receivers, stage.bystander].map((receiver) => receiver.next()));
    expect(new Set(frames.map((frame) => /^message-id:(.+)$/m.exec(frame)?.[1])).size).toBe(1);
  });

  it.each([
    ['text', 'text/plain', Buffer.from('naïve ☃'), false],
    ['text with a NUL', 'text/plain', Buffer.from('a\0b'), false],
    ['octets that are no UTF-8', 'text/plain', Buffer.from([0xff, 0x00, 0xfe]), true],
    ['octets that are called so', 'application/octet-stream', Buffer.from('plain'), true],
    ['no octets that are called so', 'application/octet-stream', Buffer.alloc(0), false],
  ])('of %s travels by the same WebSocket opcode to everybody', async (_what, type, body, binary) => {
    const stage = await Stage.open();
    const receivers = await Promise.all(VERSIONS.map((version) => stage.connect(version)));
    for (const receiver of receivers) {
      receiver.send('SUBSCRIBE\nid:0\ndestination:/q\n\n\0');
      await receiver.sync();
    }
    const head = Buffer.from(`SEND\ndestination:/q\ncontent-type:${type}\ncontent-length:${body.length}\n\n`);
    stage.bystander.send(Buffer.concat([head, body, Buffer.of(0)]));
    for (const receiver of receivers) {
      const { data, isBinary } = await receiver.nextMessage();
      expect(isBinary).toBe(binary);
      expect(data.subarray(data.indexOf('\n\n') + 2)).toEqual(Buffer.concat([body, Buffer.of(0)]));
    }
  });

  it('arrives whole at every size at which its form on the wire changes', async () => {
    const stage = await Stage.open();
    const receivers = [await stage.connect('1.2'), await stage.connect('1.0')];
    for (const [index, receiver] of receivers.entries()) {
      receiver.send(`SUBSCRIBE\nid:${'long'.repeat(index)}\ndestination:/q\n\n\0`);
      await receiver.sync();
    }
    const sizes = [...Array.from({ length: 80 }, (_, i) => i), 1022, 1023, 1024, 1025];
    for (let size = 65_400; size <= 65_540; size++) sizes.push(size);
    for (const size of sizes) {
      const body = String.fromCharCode(97 + (size % 26)).repeat(size);
      stage.bystander.send(`SEND\ndestination:/q\n\n${body}\0`);
      for (const [index, receiver] of receivers.entries()) {
        const frame = await receiver.next();
        const id = 'long'.repeat(index);
        expect([size, masked(frame) === message(id, body)]).toEqual([size, true]);
      }
      await stage.bystander.next();
    }
    function message(id: string, body: string): string {
      return `MESSAGE\ndestination:/q\nsubscription:${id}\nmessage-id:*\ncontent-length:${body.length}\n\n${body}\0`;
    }
  });

  it('reaches every subscription of a session that matches it, literal or pattern, the sender among them', async () => {
    const stage = await Stage.open();
    const client = await stage.connect();
    for (const [id, destination] of [
      '/topic/a',
      '/topic/*',
      '/topic/**',
      '/{x}/a',
      '/topic/b',
      '/topic',
    ].entries()) {
      client.send(`SUBSCRIBE\nid:${id}\ndestination:${destination}\n\n\0`);
    }
    client.send('SEND\ndestination:/topic/a\n\nhi\0');
    const seen = (await client.sync()).map(masked).sort();
    expect(seen).toEqual(
      [0, 1, 2, 3].map(
        (id) => `MESSAGE\ndestination:/topic/a\nsubscription:${id}\nmessage-id:*\ncontent-length:2\n\nhi\0`,
      ),
    );
  });
});

describe("the header order of Spring's MESSAGE", () => {
  it('is that of golden transcript 2 for what a handler returns', async () => {
    const { url } = await startTestApp({ controllers: [EchoController] });
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:S0\ndestination:/topic/**\n\n\0SEND\ndestination:/app/echo\n\nhi\0');
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/topic/echo\ncontent-type:text/plain;charset=UTF-8\nsubscription:S0\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });

  it('is that of golden transcript 3 for what the template sends', async () => {
    const { app, url } = await startTestApp();
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:S0\ndestination:/topic/**\n\n\0');
    await client.sync();
    await app.get(SimpMessagingTemplate).convertAndSend('/topic/direct', 'x', { 'x-h': 'v' });
    expect(masked(await client.next())).toBe(
      'MESSAGE\nx-h:v\ndestination:/topic/direct\ncontent-type:text/plain;charset=UTF-8\nsubscription:S0\nmessage-id:*\ncontent-length:1\n\nx\0',
    );
  });

  it('is that of golden transcript 5 for a SEND that forges headers, without what it forged [A115] [BAD-6]', async () => {
    const { url } = await startTestApp();
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s0\ndestination:/topic/a\n\n\0');
    client.send(
      'SEND\ndestination:/topic/a\nmessage-id:mine\nsubscription:evil\nsimpOrigDestination:/user/queue/bank\n\nhi\0',
    );
    const frame = await client.next();
    expect(masked(frame)).toBe(
      'MESSAGE\ndestination:/topic/a\nsubscription:s0\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
    expect(frame).not.toContain('mine');
  });

  it('is that of golden transcript 6 for a SEND that repeats headers', async () => {
    const { url } = await startTestApp();
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:s0\ndestination:/topic/a\n\n\0');
    client.send(
      'SEND\ndestination:/topic/a\nfoo:1\nfoo:2\ndestination:/topic/b\ncontent-type:text/plain\ncontent-type:text/html\n\nhi\0',
    );
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/topic/a\nfoo:1\nfoo:2\ncontent-type:text/plain\nsubscription:s0\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });

  it('is that of golden transcript 11 for ids and names that need escapes', async () => {
    const { url } = await startTestApp();
    const client = await RawClient.connect(url);
    client.send(
      'SUBSCRIBE\nid:é:1\ndestination:/topic/a\n\n\0SEND\ndestination:/topic/a\nk\\ce:v\\n1\n\nhi\0',
    );
    expect(masked(await client.next())).toBe(
      'MESSAGE\ndestination:/topic/a\nk\\ce:v\\n1\nsubscription:é\\c1\nmessage-id:*\ncontent-length:2\n\nhi\0',
    );
  });
});

it('a burst of 1000 messages in one turn arrives complete and in order', async () => {
  const stage = await Stage.open();
  const client = await stage.connect();
  client.send('SUBSCRIBE\nid:0\ndestination:/topic/burst\n\n\0');
  await client.sync();
  const template = stage.app.app.get(SimpMessagingTemplate);
  const outcomes = Array.from({ length: 1000 }, (_, i) => template.convertAndSend('/topic/burst', `m${i}`));
  expect(new Set(outcomes)).toEqual(new Set(['handled']));
  for (let i = 0; i < 1000; i++) {
    const body = `m${i}`;
    expect(masked(await client.next())).toBe(
      `MESSAGE\ndestination:/topic/burst\ncontent-type:text/plain;charset=UTF-8\nsubscription:0\nmessage-id:*\ncontent-length:${body.length}\n\n${body}\0`,
    );
  }
});

it('a client that stops reading is closed with 4500 and costs the others nothing [D51]', async () => {
  const stage = await Stage.open({ stomp: { transport: { sendBufferSizeLimit: 64 * 1024 } } });
  const reader = await stage.connect();
  const sleeper = await stage.connect();
  for (const client of [reader, sleeper]) {
    client.send('SUBSCRIBE\nid:0\ndestination:/topic/big\n\n\0');
    await client.sync();
  }
  stage.bystander.send('UNSUBSCRIBE\nid:all\n\n\0');
  sleeper.socket.pause();
  const broker = stage.app.app.get(SimpleBroker);
  const publisher = await stage.connect();
  const body = 'x'.repeat(32 * 1024);
  let published = 0;
  // As much as the buffers of the system take, and what the application holds for the sleeper beyond that.
  while (broker.sessionCount === 4 && published < 5000) {
    publisher.send(`SEND\ndestination:/topic/big\n\n${body}\0`);
    published++;
    expect((await reader.next()).endsWith(`\n\n${body}\0`)).toBe(true);
  }
  expect(broker.sessionCount).toBe(3);
  expect(await reader.sync()).toEqual([]);
  expect(stage.app.logger.textsOf('warn')).toEqual([expect.stringContaining('STOMP_ERR_SLOW_CONSUMER')]);
  sleeper.socket.resume();
  expect(await sleeper.closed).toEqual({ code: 4500, reason: 'More than 65536 bytes wait to be sent' });
  let received = 0;
  for (let frame = await sleeper.next(); frame !== ''; frame = await sleeper.next()) {
    expect(frame.startsWith('MESSAGE\n')).toBe(true);
    received++;
  }
  expect(received).toBeLessThanOrEqual(published);
});
