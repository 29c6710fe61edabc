import { describe, expect, it } from '@jest/globals';
import { MessageRejectedError } from '../../../src/messaging/messaging-error.js';
import { Deferred, settled } from '../../support/deferred.js';
import { MessageFlow, type FlowSetup } from '../../support/message-flow.js';

/** A flow whose handlers of `/app/<name>` finish when the test says so. */
function held(setup: FlowSetup = {}) {
  const flow = new MessageFlow(setup);
  const started: string[] = [];
  const work = new Map<string, Deferred>();
  flow.onSend((name) => {
    started.push(name);
    const done = new Deferred();
    work.set(name, done);
    return done.promise;
  });
  const finish = async (name: string): Promise<void> => {
    work.get(name)?.resolve();
    await settled();
  };
  return { flow, started, work, finish };
}

function send(name: string | number, headers = ''): string {
  return `SEND\ndestination:/app/${name}\n${headers}\n\0`;
}

describe('frames of one session', () => {
  it('wait for the handlers of the frame before them', async () => {
    const { flow, started, finish } = held();
    const { transport, say } = flow.connect();
    say(send('a', 'receipt:1\n'), send('b', 'receipt:2\n'));
    await settled();
    expect(started).toEqual(['a']);
    await finish('a');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:1\n\n\0']);
    expect(started).toEqual(['a', 'b']);
    await finish('b');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:2\n\n\0']);
  });

  it('do not wait for those of another session', async () => {
    const { flow, started } = held();
    flow.connect().say(send('a'));
    flow.connect().say(send('b'));
    await settled();
    expect(started).toEqual(['a', 'b']);
  });

  it('are handled 64 at a time, then others have their turn', async () => {
    const flow = new MessageFlow();
    const order: string[] = [];
    flow.onSend((name) => void order.push(name));
    const [first, second] = [flow.connect(), flow.connect()];
    first.say(send('x').repeat(200));
    expect(order).toHaveLength(64);
    second.say(send('y'));
    expect(order.slice(64)).toEqual(['y']);
    while (order.length < 201) await settled();
    expect(order.filter((name) => name === 'x')).toHaveLength(200);
  });

  it('that arrive during another’s turn keep their place behind those that wait', async () => {
    const flow = new MessageFlow();
    const order: string[] = [];
    flow.onSend((name) => void order.push(name));
    const { say } = flow.connect();
    say(send('x').repeat(65));
    say(send('y'));
    expect(order).not.toContain('y');
    await settled();
    expect(order[64]).toBe('x');
    expect(order[65]).toBe('y');
  });
});

describe('back-pressure', () => {
  const FRAME = `SEND\ndestination:/app/n\n\n${'x'.repeat(1_000)}\0`;

  it('stops reading when more than 64 KiB wait behind a busy handler, and reads again when they are done', async () => {
    const { flow, started, finish } = held();
    const { transport, say } = flow.connect();
    say(send('slow'));
    const frames = Math.floor((64 * 1024) / FRAME.length);
    for (let i = 0; i < frames; i++) say(FRAME);
    expect(transport.reading).toEqual([]);
    say(FRAME, FRAME, FRAME);
    expect(transport.reading).toEqual(['pause']);

    await finish('slow');
    while (started.length < frames + 4) await finish('n');
    expect(transport.reading).toEqual(['pause']);
    await finish('n');
    await settled();
    expect(transport.reading).toEqual(['pause', 'resume']);
  });

  it('does not stop reading for one large frame: it is not waiting for anybody', () => {
    const { transport, say } = new MessageFlow().connect();
    say('SEND\ndestination:/topic/a\ncontent-length:500000\n\n', 'x'.repeat(400_000));
    expect(transport.reading).toEqual([]);
    say(`${'x'.repeat(100_000)}\0`);
    expect(transport.reading).toEqual([]);
  });

  it('may stop and go many times', async () => {
    const { flow, finish } = held();
    const { transport, say } = flow.connect();
    for (let i = 0; i < 3; i++) {
      say(send('slow'), `SEND\ndestination:/topic/a\n\n${'x'.repeat(70_000)}\0`);
      await finish('slow');
    }
    expect(transport.reading).toEqual(['pause', 'resume', 'pause', 'resume', 'pause', 'resume']);
  });

  it('does not take a client for dead that could not be heard', async () => {
    const { flow, finish } = held({ broker: { heartbeat: [0, 1_000] } });
    const { transport, say } = flow.connect('accept-version:1.2\nheart-beat:1000,0\n');
    say(send('slow'), `SEND\ndestination:/topic/a\n\n${'x'.repeat(70_000)}\0`);
    flow.clock.advance(60_000);
    expect(transport.closed).toBeUndefined();
    await finish('slow');
    expect(transport.reading).toEqual(['pause', 'resume']);
    flow.clock.advance(5_000);
    expect(transport.closed?.code).toBe(1002);
  });
});

describe('preserveReceiveOrder: false', () => {
  const SETUP: FlowSetup = { session: { preserveReceiveOrder: false } };

  it('hands SENDs to their handlers without waiting, and answers each when it is done', async () => {
    const { flow, started, finish } = held(SETUP);
    const { transport, say } = flow.connect();
    say(send('a', 'receipt:1\n'), send('b', 'receipt:2\n'));
    expect(started).toEqual(['a', 'b']);
    await finish('b');
    await finish('a');
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:2\n\n\0', 'RECEIPT\nreceipt-id:1\n\n\0']);
  });

  it('hands over no more while 64 are being worked on: the next one holds up the rest', async () => {
    const { flow, started, finish } = held(SETUP);
    const { say } = flow.connect();
    for (let i = 0; i < 70; i++) say(send(i));
    await settled();
    expect(started).toHaveLength(65);
    await finish('0');
    expect(started).toHaveLength(65);
    await finish('64');
    expect(started).toHaveLength(67);
  });

  it('ends the session with the first failure, and with one ERROR', async () => {
    const { flow, work } = held(SETUP);
    const { transport, say } = flow.connect();
    say(send('a', 'receipt:1\n'), send('b', 'receipt:2\n'));
    work.get('b')?.reject(new MessageRejectedError('No'));
    work.get('a')?.reject(new MessageRejectedError('No'));
    await settled();
    expect(transport.take()).toEqual([
      'ERROR\nmessage:No\nreceipt-id:2\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0',
    ]);
    expect(transport.late).toEqual([]);
  });

  it('answers every receipt before that of DISCONNECT all the same [A191]', async () => {
    const { flow, finish, work } = held(SETUP);
    const { transport, say } = flow.connect();
    say(send('a', 'receipt:1\n'), send('b', 'receipt:2\n'), 'DISCONNECT\nreceipt:bye\n\n\0');
    await settled();
    expect(transport.take()).toEqual([]);
    expect(flow.receivedTypes).not.toContain('DISCONNECT');
    await finish('b');
    await finish('a');
    expect(work.size).toBe(2);
    expect(transport.take()).toEqual([
      'RECEIPT\nreceipt-id:2\n\n\0',
      'RECEIPT\nreceipt-id:1\n\n\0',
      'RECEIPT\nreceipt-id:bye\n\n\0',
    ]);
    expect(transport.closed?.code).toBe(1000);
  });

  it('does not answer a DISCONNECT behind a SEND that fails', async () => {
    const { flow, work } = held(SETUP);
    const { transport, say } = flow.connect();
    say(send('a', 'receipt:1\n'), 'DISCONNECT\nreceipt:bye\n\n\0');
    work.get('a')?.reject(new MessageRejectedError('No'));
    await settled();
    expect(transport.take()).toEqual([
      'ERROR\nmessage:No\nreceipt-id:1\ncode:STOMP_ERR_REJECTED\ncontent-length:0\n\n\0',
    ]);
    expect(transport.late).toEqual([]);
    expect(flow.receivedTypes.filter((type) => type === 'DISCONNECT')).toHaveLength(1);
  });

  it('keeps everything that needs no waiting in order', () => {
    const flow = new MessageFlow(SETUP);
    const { transport, say } = flow.connect();
    say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
    for (let i = 0; i < 10; i++) say(`SEND\ndestination:/topic/a\nreceipt:${i}\n\n${i}\0`);
    expect(transport.take().map((frame) => frame.replace(/\n[^]*\n\n/, ' '))).toEqual(
      Array.from({ length: 10 }, (_, i) => [`MESSAGE ${i}\0`, 'RECEIPT \0']).flat(),
    );
  });
});
