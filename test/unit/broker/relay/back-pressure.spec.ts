import { afterEach, describe, expect, it } from '@jest/globals';
import { turnUntil } from '../../../support/event-loop.js';
import { closeFakeBrokers } from '../../../support/fake-broker.js';
import { RelayFlow, stopRelayFlows } from '../../../support/relay-flow.js';

afterEach(async () => {
  stopRelayFlows();
  await closeFakeBrokers();
});

const BODY = 'x'.repeat(60_000);

/** Lets a thing that grows come to rest. */
async function atRest(count: () => number): Promise<number> {
  for (let last = -1, still = 0; still < 50;) {
    const now = count();
    still = now === last ? still + 1 : 0;
    last = now;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return count();
}

describe('a slow broker', () => {
  it('is not sent more than it takes, and the client waits', async () => {
    const { flow } = await RelayFlow.available();
    const { client, peer } = await flow.subscribed('/topic/a');
    peer.socket.pause();
    for (let i = 0; i < 400 && !client.transport.reading.includes('pause'); i++) {
      client.say(`SEND\ndestination:/topic/b\n\n${BODY}\0`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(client.transport.reading).toEqual(['pause']);
    peer.socket.resume();
    await turnUntil(() => client.transport.reading.length > 1, 100_000);
    expect(client.transport.reading).toEqual(['pause', 'resume']);
  });

  it('makes publishing fail when too much waits for it, and loses nothing that was taken', async () => {
    const { flow, system } = await RelayFlow.available({ sendBufferSizeLimit: 200_000 });
    system.socket.pause();
    let taken = 0;
    let failure: unknown;
    for (; taken < 1000 && failure === undefined; taken++) {
      try {
        void flow.template.convertAndSend('/topic/a', BODY);
        await new Promise((resolve) => setImmediate(resolve));
      } catch (error) {
        failure = error;
        taken--;
      }
    }
    expect(failure).toMatchObject({ code: 'STOMP_ERR_BROKER_BUSY' });
    system.socket.resume();
    for (let i = 0; i < taken; i++) expect((await system.next()).length).toBeGreaterThan(BODY.length);
  });
});

describe('a slow client', () => {
  it('holds its connection to the broker back, and no other', async () => {
    const { flow } = await RelayFlow.available();
    const { client, peer } = await flow.subscribed('/topic/a');
    const other = await flow.subscribed('/topic/a');
    client.transport.waitingBytes = 501;
    for (let i = 0; i < 300; i++) {
      peer.say(`MESSAGE\nsubscription:0\nmessage-id:${i}\n\n${BODY}\0`);
      other.peer.say(`MESSAGE\nsubscription:0\nmessage-id:${i}\n\n${BODY}\0`);
    }
    await turnUntil(() => other.client.transport.sent.length === 302, 100_000);
    // One that was read before the broker was held back, behind CONNECTED and RECEIPT.
    expect(await atRest(() => client.transport.sent.length)).toBe(3);
    expect(peer.socket.writableLength).toBeGreaterThan(0);
    client.transport.waitingBytes = 251;
    flow.clock.advance(100);
    expect(await atRest(() => client.transport.sent.length)).toBe(3);
    client.transport.waitingBytes = 250;
    flow.clock.advance(100);
    await turnUntil(() => client.transport.sent.length === 302, 100_000);
    expect(client.transport.sent).toHaveLength(302);
  });

  it('does not count as a silent broker', async () => {
    const { flow, broker } = await RelayFlow.available({ systemHeartbeatReceiveInterval: 1000 });
    broker.connected = 'CONNECTED\nversion:1.2\nheart-beat:1000,0\n\n\0';
    const { client, peer } = await flow.subscribed('/topic/a');
    client.transport.waitingBytes = 501;
    peer.say('MESSAGE\nsubscription:0\nmessage-id:1\n\n1\0');
    expect(await client.next()).toContain('\n\n1\0');
    flow.clock.advance(10_000);
    expect(client.transport.closed).toBeUndefined();
  });

  it('is let go when its session ends', async () => {
    const { flow } = await RelayFlow.available();
    const { client, peer } = await flow.subscribed('/topic/a');
    client.transport.waitingBytes = 501;
    peer.say('MESSAGE\nsubscription:0\nmessage-id:1\n\n1\0');
    await client.next();
    client.say('DISCONNECT\n\n\0');
    await peer.closed;
    expect(await peer.next()).toBe('DISCONNECT\n\n');
  });
});

describe('interceptors that look long at messages', () => {
  it('hold the broker back when they have many in hand', async () => {
    const { flow } = await RelayFlow.available();
    const waiting: (() => void)[] = [];
    flow.outbound.addInterceptor({
      preSend: (message) =>
        message.headers.simpMessageType === 'MESSAGE'
          ? new Promise((resolve) => waiting.push(() => resolve(message)))
          : message,
    });
    const client = flow.connectSlowly();
    await turnUntil(() => client.transport.sent.length === 1);
    client.say('SUBSCRIBE\nid:1\ndestination:/topic/a\nreceipt:s\n\n\0');
    const peer = await flow.broker.accept();
    await peer.confirm();
    await turnUntil(() => client.transport.sent.length === 2);
    for (let i = 0; i < 1000; i++) peer.say(`MESSAGE\nsubscription:0\nmessage-id:${i}\n\n${i}\0`);
    await turnUntil(() => flow.relay.sessionCounts.heldBack === 1, 10_000);
    expect(flow.relay.sessionCounts.heldBack).toBe(1);
    // The interceptors pass them one after the other.
    await turnUntil(() => {
      waiting.shift()?.();
      flow.clock.advance(50);
      return client.transport.sent.length === 1002;
    }, 100_000);
    expect(client.transport.sent).toHaveLength(1002);
    expect(flow.relay.sessionCounts.heldBack).toBe(0);
  });
});
