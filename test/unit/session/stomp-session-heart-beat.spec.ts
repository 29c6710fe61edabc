import { describe, expect, it } from '@jest/globals';
import { MessageFlow } from '../../support/message-flow.js';

/** What a session of a server with this heart-beat does for a client that stays silent. */
function silentClient(client: string, server: readonly [number, number], version = '1.2') {
  const flow = new MessageFlow({ broker: { heartbeat: server } });
  const { transport, say } = flow.open();
  const header = client === '' ? '' : `heart-beat:${client}\n`;
  say(`CONNECT\naccept-version:${version}\n${header}\n\0`);
  return { flow, transport, say, connected: transport.take() };
}

/** The longest gap between two heart-beats of a minute; 0 when there are none. */
function longestGap(client: string, server: readonly [number, number]): number {
  const { flow, transport, say } = silentClient(client, server);
  let last = 0;
  let gap = 0;
  for (let now = 25; now <= 60_000; now += 25) {
    flow.clock.advance(25);
    say('\n');
    for (const frame of transport.take()) {
      expect(frame).toBe('\n');
      gap = Math.max(gap, now - last);
      last = now;
    }
  }
  return gap;
}

/** After how long a silent client is given up; 0 when it is not, within a minute. */
function patience(client: string, server: readonly [number, number]): number {
  const { flow, transport } = silentClient(client, server);
  for (let now = 25; now <= 60_000; now += 25) {
    flow.clock.advance(25);
    if (transport.closed !== undefined) return now;
  }
  return 0;
}

describe('the heart-beats of a session', () => {
  // Client; server → what the client must send, what the server must send.
  it.each<[string, [number, number], number, number]>([
    ['1,2', [3, 4], 4, 3],
    ['0,0', [10_000, 10_000], 0, 0],
    ['', [10_000, 10_000], 0, 0],
    ['0,5000', [10_000, 10_000], 0, 10_000],
    ['5000,0', [10_000, 10_000], 10_000, 0],
    ['10000,10000', [0, 0], 0, 0],
    ['300,200', [100, 400], 400, 200],
    ['1,1', [1_000, 1_000], 1_000, 1_000],
  ])(
    'of a client with %j and a server with %j are every %i ms in and %i ms out [A90] [A88] [A101]',
    (client, server, receiveMs, sendMs) => {
      const tolerance = Math.max(2 * receiveMs, receiveMs + 1_000);
      const gap = longestGap(client, server);
      const waited = patience(client, server);
      if (sendMs === 0) expect(gap).toBe(0);
      else {
        expect(gap).toBeGreaterThan(0);
        expect(gap).toBeLessThanOrEqual(Math.max(sendMs, 50));
      }
      if (receiveMs === 0) expect(waited).toBe(0);
      else {
        expect(waited).toBeGreaterThanOrEqual(tolerance);
        expect(waited).toBeLessThanOrEqual(tolerance + 100);
      }
    },
  );

  it('are announced in CONNECTED as the server’s own numbers [A89]', () => {
    expect(silentClient('300,200', [100, 400]).connected).toEqual([
      'CONNECTED\nversion:1.2\nheart-beat:100,400\n\n\0',
    ]);
  });

  it('are one LF each [A93]', () => {
    const { flow, transport } = silentClient('0,1000', [1_000, 1_000]);
    flow.clock.advance(1_000);
    expect(transport.sent.at(-1)?.parts).toEqual([Buffer.from([0x0a])]);
    expect(transport.sent.at(-1)?.binary).toBe(false);
  });

  it('are the same object for everybody', () => {
    const flow = new MessageFlow({ broker: { heartbeat: [1_000, 0] } });
    const clients = [1, 2].map(() => flow.connect('accept-version:1.2\nheart-beat:0,1000\n'));
    flow.clock.advance(1_000);
    const [one, two] = clients.map(({ transport }) => transport.sent.at(-1));
    expect(one).toBe(two);
  });

  it('are not needed while frames are sent, be they MESSAGEs or RECEIPTs [A92]', () => {
    const { flow, transport, say } = silentClient('0,1000', [1_000, 0]);
    say('SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0');
    for (let i = 0; i < 10; i++) {
      flow.clock.advance(500);
      void flow.template.convertAndSend('/topic/a', 'x');
      flow.clock.advance(500);
      say('SEND\ndestination:/topic/b\nreceipt:r\n\n\0');
    }
    expect(transport.take().filter((frame) => frame === '\n')).toEqual([]);
  });

  it('of the client are never answered with one [A97]', () => {
    const { flow, transport, say } = silentClient('10000,10000', [10_000, 10_000]);
    for (let i = 0; i < 50; i++) {
      flow.clock.advance(100);
      say('\n', '\r\n');
    }
    expect(transport.take()).toEqual([]);
    expect(transport.closed).toBeUndefined();
  });

  it('count every octet, also those of an unfinished frame [A94] [A96]', () => {
    const { flow, transport, say } = silentClient('200,0', [0, 200]);
    const frame = `SEND\ndestination:/topic/a\n\n${'x'.repeat(60)}`;
    for (const octet of frame) {
      flow.clock.advance(150);
      say(octet);
    }
    expect(transport.closed).toBeUndefined();
  });

  it('that stay away end the session, between 400 and 1300 ms for a promise of 200 [A96]', () => {
    const { flow, transport } = silentClient('200,0', [0, 200]);
    flow.clock.advance(400);
    expect(transport.closed).toBeUndefined();
    flow.clock.advance(900);
    expect(transport.take()).toEqual([
      expect.stringMatching(
        /^ERROR\nmessage:No heart-beat for 12\d\d ms\ncode:STOMP_ERR_HEART_BEAT_LOST\ncontent-length:0\n\n\0$/,
      ),
    ]);
    expect(transport.closed?.code).toBe(1002);
  });

  it('of ten digits neither end the session at once nor flood it [A100]', () => {
    const { flow, transport } = silentClient('9999999999,9999999999', [10_000, 10_000]);
    flow.clock.advance(600_000);
    expect(transport.take()).toEqual([]);
    expect(transport.closed).toBeUndefined();
  });

  it.each(['1.0', ''])('do not exist for a client of STOMP 1.0 (%j) [A103]', (version) => {
    const flow = new MessageFlow({ broker: { heartbeat: [1_000, 1_000] } });
    const { transport } = flow.connect(
      `${version === '' ? '' : 'accept-version:1.0\n'}heart-beat:1000,1000\n`,
    );
    expect(flow.wheel.size).toBe(0);
    flow.clock.advance(100_000);
    expect(transport.take()).toEqual([]);
    expect(transport.closed).toBeUndefined();
  });

  it('are counted from CONNECTED, not from the opening of the connection [A104]', () => {
    const flow = new MessageFlow({ broker: { heartbeat: [1_000, 1_000] } });
    const { transport, say } = flow.open();
    flow.clock.advance(50_000);
    say('CONNECT\naccept-version:1.2\nheart-beat:1000,1000\n\n\0');
    transport.take();
    flow.clock.advance(500);
    expect(transport.take()).toEqual([]);
    flow.clock.advance(1_400);
    expect(transport.closed).toBeUndefined();
  });
});
