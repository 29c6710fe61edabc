import { describe, expect, it } from '@jest/globals';
import { withHeaders } from '../../../src/messaging/message.js';
import { Deferred, settled } from '../../support/deferred.js';
import { MessageFlow, type FlowClient } from '../../support/message-flow.js';

const CONNECT = 'CONNECT\naccept-version:1.2\n\n\0';
/** Two slots of the wheel. */
const SLACK = 50;

function errorOf({ transport }: FlowClient): string | undefined {
  return /\ncode:(\w+)\n/.exec(transport.take().at(-1) ?? '')?.[1];
}

function names(flow: MessageFlow): string[] {
  const seen: string[] = [];
  flow.onSend((name) => void seen.push(name));
  return seen;
}

function send(name: string | number): string {
  return `SEND\ndestination:/app/${name}\n\n\0`;
}

describe('a frame that has begun', () => {
  it.each([
    ['is never finished [D27]', 'SEND\ndestination:/app/a\ncontent-length:10\n\nx', ''],
    ['gets only heart-beats [D28]', 'SEND\ndestination:/app/a\ncontent-length:100000\n\nx', '\n'],
    ['gets an octet at a time [D33] [D39]', 'SEND\ndestination:/app/a\nx:', 'y'],
  ])('and %s ends the session when its time is over', (_what, begun, drip) => {
    const flow = new MessageFlow();
    const client = flow.connect();
    flow.clock.advance(1_000_000);
    client.say(begun);
    for (let ms = 0; ms < 30_000; ms += 1_000) {
      client.say(drip);
      flow.clock.advance(1_000);
    }
    expect(client.transport.closed).toBeUndefined();
    flow.clock.advance(SLACK);
    expect(errorOf(client)).toBe('STOMP_ERR_FRAME_TIMEOUT');
    expect(client.transport.closed?.code).toBe(1008);
    expect(flow.wheel.size).toBe(0);
  });

  it('counts from its own first octet, however long the one before it took', () => {
    const flow = new MessageFlow();
    const seen = names(flow);
    const client = flow.connect();
    for (const name of ['a', 'b', 'c']) {
      const frame = send(name);
      client.say(frame.slice(0, 5));
      flow.clock.advance(29_900);
      client.say(frame.slice(5));
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(flow.wheel.size).toBe(0);
    flow.clock.advance(100_000);
    expect(client.transport.closed).toBeUndefined();
  });

  it('waits for nothing when its session has ended', () => {
    const flow = new MessageFlow();
    const { session, say } = flow.connect();
    say('SEND\n');
    expect(flow.wheel.size).toBe(1);
    session.close();
    expect(flow.wheel.size).toBe(0);
  });
});

describe('what comes before CONNECT', () => {
  const filled = (octets: number): string => '\n'.repeat(octets - CONNECT.length) + CONNECT;

  it.each([
    ['whole', (text: string) => [text]],
    ['octet by octet', (text: string) => text.split('')],
  ])('may be 64 KiB with it, %s', (_how, cut) => {
    const client = new MessageFlow().open();
    client.say(...cut(filled(65_536)));
    expect(client.transport.take()).toEqual([expect.stringMatching(/^CONNECTED\n/)]);
  });

  it.each([
    ['whole', (text: string) => [text]],
    ['octet by octet', (text: string) => text.split('')],
  ])('may not be one octet more, %s [D41]', (_how, cut) => {
    const client = new MessageFlow().open();
    client.say(...cut(filled(65_537)));
    expect(errorOf(client)).toBe('STOMP_ERR_OPENING_LIMIT');
    expect(client.transport.closed?.code).toBe(1008);
  });

  it('is refused with its octet too many, not with the end of the frame', () => {
    const client = new MessageFlow().open();
    client.say('\0'.repeat(65_536));
    expect(client.transport.closed).toBeUndefined();
    client.say('\0');
    expect(errorOf(client)).toBe('STOMP_ERR_OPENING_LIMIT');
  });

  it('does not count what comes behind CONNECT', () => {
    const flow = new MessageFlow();
    const seen = names(flow);
    const client = flow.open();
    client.say(CONNECT + `SEND\ndestination:/app/a\n\n${'x'.repeat(100_000)}\0`);
    client.say('\n'.repeat(100_000));
    expect(seen).toEqual(['a']);
    expect(client.transport.closed).toBeUndefined();
  });
});

describe('a rate of frames', () => {
  const inboundRate = { framesPerSecond: 10, burstSeconds: 2, patienceMs: 60_000 };

  function limited(changes = {}) {
    const flow = new MessageFlow({ session: { inboundRate: { ...inboundRate, ...changes } } });
    const seen = names(flow);
    const client = flow.connect();
    flow.clock.advance(10_000);
    return { flow, seen, client };
  }

  /** Lets time pass and what waits for it run. */
  async function pass(flow: MessageFlow, ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 25) {
      flow.clock.advance(Math.min(left, 25));
      await settled();
    }
  }

  it.each([
    ['in one message', (frames: string[]) => [frames.join('')]],
    ['in one each', (frames: string[]) => frames],
    ['octet by octet', (frames: string[]) => frames.join('').split('')],
  ])('takes a burst, then holds the client back, and loses nothing: %s [D55]', async (_how, cut) => {
    const { flow, seen, client } = limited();
    client.say(...cut(Array.from({ length: 25 }, (_, i) => send(i))));
    expect(seen).toHaveLength(20);
    expect(client.transport.reading).toEqual(['pause']);
    await pass(flow, 75);
    expect(seen).toHaveLength(20);
    await pass(flow, 75);
    expect(seen).toHaveLength(21);
    await pass(flow, 1_000);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => String(i)));
    expect(client.transport.reading.slice(0, 2)).toEqual(['pause', 'resume']);
    expect(client.transport.reading.at(-1)).toBe('resume');
    expect(client.transport.closed).toBeUndefined();
    expect(flow.wheel.size).toBe(0);
  });

  it('leaves a client alone that keeps to it', () => {
    const { flow, seen, client } = limited();
    client.say(...Array.from({ length: 20 }, (_, i) => send(i)));
    for (let i = 20; i < 200; i++) {
      flow.clock.advance(100);
      client.say(send(i));
    }
    expect(seen).toHaveLength(200);
    expect(client.transport.reading).toEqual([]);
  });

  it('ends a session that is over it for long [D55]', async () => {
    const { flow, seen, client } = limited({ patienceMs: 2_000 });
    client.say(send('x').repeat(100));
    await pass(flow, 2_300);
    expect(errorOf(client)).toBe('STOMP_ERR_RATE_LIMIT');
    expect(client.transport.closed?.code).toBe(1008);
    expect(seen.length).toBeLessThanOrEqual(43);
    expect(flow.wheel.size).toBe(0);
  });

  it('forgives a client that has rested', async () => {
    const { flow, seen, client } = limited({ patienceMs: 2_000 });
    for (let burst = 0; burst < 5; burst++) {
      client.say(send('x').repeat(25));
      await pass(flow, 3_000);
    }
    expect(seen).toHaveLength(125);
    expect(client.transport.closed).toBeUndefined();
  });

  it('does not keep a session that ends meanwhile', async () => {
    const { flow, seen, client } = limited();
    client.say(send('x').repeat(25));
    client.session.close();
    await settled();
    expect(client.session.whenIdle()).toBeUndefined();
    expect(seen).toHaveLength(20);
    expect(flow.wheel.size).toBe(0);
    expect(flow.handler.sessionCount).toBe(0);
  });

  it('is no silence of the client: heart-beats are not missed while it is not read from', async () => {
    const flow = new MessageFlow({
      session: { inboundRate: { ...inboundRate, patienceMs: 1_000_000 } },
      broker: { heartbeat: [0, 1_000] },
    });
    const client = flow.connect('accept-version:1.2\nheart-beat:1000,0\n');
    client.say(send('x').repeat(200));
    await pass(flow, 15_000);
    expect(client.transport.closed).toBeUndefined();
  });
});

describe('a rate of bytes', () => {
  const inboundRate = { bytesPerSecond: 1_000, burstSeconds: 1, patienceMs: 5_000 };

  it.each([
    ['line ends [D20]', '\n', 142],
    ['NUL octets [D21]', '\0', 142],
    ['messages without octets [D22]', '', 166],
  ])('counts %s with six octets more for each message', async (_what, octets, free) => {
    const flow = new MessageFlow({ session: { inboundRate } });
    const client = flow.connect();
    flow.clock.advance(10_000);
    for (let i = 0; i < free; i++) client.say(octets);
    expect(client.transport.reading).toEqual([]);
    client.say(octets);
    expect(client.transport.reading).toEqual(['pause']);
    for (let i = 0; i < 2_000; i++) client.say(octets);
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 500; i++) client.say(octets);
      flow.clock.advance(3_000);
      await settled();
    }
    expect(errorOf(client)).toBe('STOMP_ERR_RATE_LIMIT');
    expect(flow.wheel.size).toBe(0);
  });

  it('does not take from the time of a frame while the client is not read from', async () => {
    const flow = new MessageFlow({ session: { inboundRate: { ...inboundRate, patienceMs: 1_000_000 } } });
    const seen = names(flow);
    const client = flow.connect();
    client.say(`SEND\ndestination:/app/a\n\n${'x'.repeat(100_000)}`);
    flow.clock.advance(110_000);
    await settled();
    expect(client.transport.closed).toBeUndefined();
    expect(client.transport.reading).toEqual(['pause', 'resume']);
    client.say('\0');
    expect(seen).toEqual(['a']);
  });
});

describe('a session that is held', () => {
  it('reads no more, deals with what has arrived, and does not read again', async () => {
    const flow = new MessageFlow();
    const work = new Deferred();
    flow.onSend(() => work.promise);
    const { session, transport, say } = flow.connect();
    say(send('a'), send('b'));
    session.hold();
    expect(transport.reading).toEqual(['pause']);
    work.resolve();
    await session.whenIdle();
    expect(flow.receivedTypes).toEqual(['CONNECT', 'MESSAGE', 'MESSAGE']);
    expect(transport.reading).toEqual(['pause']);
  });
});

describe('sessions of one user', () => {
  it.each([
    [1, 'CONNECTED'],
    [2, 'ERROR'],
  ])('with %i of two there already, CONNECT is answered with %s', async (count, command) => {
    const flow = new MessageFlow({
      session: { maxSessionsPerUser: 2, sessionsOf: ({ name }) => (name === 'joe' ? count : 99) },
    });
    flow.inbound.addInterceptor({
      preSend: (message) => withHeaders(message, { simpUser: { name: 'joe' } }),
    });
    const client = flow.open();
    client.say(CONNECT);
    const [answer = ''] = await client.transport.takeWhenSent(1);
    expect(answer.split('\n')[0]).toBe(command);
    if (command === 'ERROR') {
      expect(answer).toContain('\ncode:STOMP_ERR_SESSION_LIMIT\n');
      expect(client.transport.closed?.code).toBe(1008);
      expect(flow.broker.sessionCount).toBe(0);
    }
  });

  it('without a name are not counted', () => {
    const flow = new MessageFlow({ session: { maxSessionsPerUser: 1, sessionsOf: () => 99 } });
    expect(flow.connect().transport.closed).toBeUndefined();
  });
});
