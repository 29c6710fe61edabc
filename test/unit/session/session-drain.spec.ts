import { describe, expect, it } from '@jest/globals';
import { SessionDrain, type DrainSettings } from '../../../src/session/session-drain.js';
import { Deferred, settled } from '../../support/deferred.js';
import { MessageFlow } from '../../support/message-flow.js';

const GOODBYE = { code: 1012, reason: 'The server is going away' };
/** Two slots of the wheel. */
const SLACK = 50;

function draining(settings: Partial<DrainSettings> = {}, moments: number[] = []) {
  const flow = new MessageFlow();
  const work = new Deferred();
  flow.onSend(() => work.promise);
  const drain = new SessionDrain(
    flow.wheel,
    { windowMs: 0, graceMs: 0, code: 1012, ...settings },
    () => moments.shift() ?? 0,
  );
  return { flow, work, drain };
}

describe('a drain without a window', () => {
  it('ends every session at once, in whatever state it is', () => {
    const { flow, drain } = draining({ graceMs: 5_000 });
    const clients = [flow.connect(), flow.open()];
    expect(drain.hasBegun).toBe(false);
    void flow.handler.drain(drain);
    expect(drain.hasBegun).toBe(true);
    expect(clients.map(({ transport }) => transport.closed)).toEqual([GOODBYE, GOODBYE]);
    expect(flow.wheel.size).toBe(0);
  });

  it('is over when the application has finished with the ends', async () => {
    const { flow, drain } = draining();
    flow.connect();
    await flow.handler.drain(drain);
    expect(flow.handler.sessionCount).toBe(0);
    await flow.handler.drain(drain);
  });
});

describe('a session that is drained', () => {
  it('may finish what has arrived, and its answers are sent before it ends', async () => {
    const { flow, work, drain } = draining({ graceMs: 5_000 });
    const { transport, say } = flow.connect();
    say('SEND\ndestination:/app/a\nreceipt:1\n\n\0SEND\ndestination:/app/b\nreceipt:2\n\n\0');
    void flow.handler.drain(drain);
    await settled();
    expect(transport.closed).toBeUndefined();
    expect(transport.reading).toEqual(['pause']);
    work.resolve();
    await settled();
    await settled();
    expect(transport.take()).toEqual(['RECEIPT\nreceipt-id:1\n\n\0', 'RECEIPT\nreceipt-id:2\n\n\0']);
    expect(transport.closed).toEqual(GOODBYE);
    expect(flow.wheel.size).toBe(0);
  });

  it('ends when its handlers take too long', () => {
    const { flow, drain } = draining({ graceMs: 5_000 });
    const { transport, say } = flow.connect();
    say('SEND\ndestination:/app/a\n\n\0');
    void flow.handler.drain(drain);
    flow.clock.advance(5_000);
    expect(transport.closed).toBeUndefined();
    flow.clock.advance(SLACK);
    expect(transport.closed).toEqual(GOODBYE);
  });
});

describe('a window', () => {
  it('spreads the ends; until its own, a session works', async () => {
    const { flow, drain } = draining({ windowMs: 10_000 }, [0.9, 0, 0.5]);
    const clients = [flow.connect(), flow.connect(), flow.connect()];
    const open = (): number[] =>
      clients.flatMap(({ transport }, i) => (transport.closed === undefined ? [i] : []));
    const ended = flow.handler.drain(drain);
    expect(open()).toEqual([0, 2]);
    flow.clock.advance(5_000 + SLACK);
    expect(open()).toEqual([0]);
    clients[0]?.say('SUBSCRIBE\nid:0\ndestination:/topic/a\nreceipt:1\n\n\0');
    expect(clients[0]?.transport.take()).toEqual(['RECEIPT\nreceipt-id:1\n\n\0']);
    flow.clock.advance(4_000);
    expect(open()).toEqual([]);
    await ended;
  });

  it('is not waited for when every client has gone', async () => {
    const { flow, drain } = draining({ windowMs: 10_000 }, [0.9]);
    const { session } = flow.connect();
    const ended = flow.handler.drain(drain);
    session.transportClosed();
    await ended;
    expect(flow.handler.sessionCount).toBe(0);
  });

  it('is cut short by hurry, and so are handlers', () => {
    const { flow, drain } = draining({ windowMs: 10_000, graceMs: 5_000 }, [0, 0.9]);
    const [busy, waiting] = [flow.connect(), flow.connect()];
    busy.say('SEND\ndestination:/app/a\n\n\0');
    void flow.handler.drain(drain);
    expect([busy, waiting].map(({ transport }) => transport.closed)).toEqual([undefined, undefined]);
    drain.hurry();
    expect([busy, waiting].map(({ transport }) => transport.closed)).toEqual([GOODBYE, GOODBYE]);
    expect(flow.wheel.size).toBe(0);
  });

  it('does not begin when somebody is in a hurry before', () => {
    const { flow, drain } = draining({ windowMs: 10_000 }, [0.9]);
    const { transport } = flow.connect();
    drain.hurry();
    void flow.handler.drain(drain);
    expect(transport.closed).toEqual(GOODBYE);
  });
});
