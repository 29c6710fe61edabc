import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageMapping, StompStats } from 'nestjs-stomp';
import { STOMP_CLOCK } from '../../src/module/stomp-clock.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { HANDSHAKE, rawRequest } from '../support/raw-http.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, startTestApp } from '../support/test-app.js';

@Controller()
class Shop {
  @MessageMapping('/buy')
  buy(): void {}

  @MessageMapping('/fail')
  fail(): void {
    throw new Error('sold out');
  }
}

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
});

describe('StompStats', () => {
  it('is all zeros in an application that nobody has visited', async () => {
    const { app } = await startTestApp();
    const snapshot = app.get(StompStats).snapshot();
    expect(snapshot).toMatchObject({
      isAccepting: true,
      isBrokerAvailable: true,
      handshakes: { accepted: 0, refused: {}, pending: 0 },
      sessions: { current: 0, total: 0, byVersion: { '1.0': 0, '1.1': 0, '1.2': 0 }, sockets: 0 },
      connects: { accepted: 0, refused: 0 },
      bytes: { in: 0, out: 0, buffered: 0 },
      messages: { published: 0, delivered: 0, dropped: 0 },
      subscriptions: 0,
      users: { current: 0, anonymousSessions: 0 },
      handlers: { calls: 0, failures: 0, streamingSessions: 0 },
      refusals: {},
      closes: {},
      heartBeatsLost: 0,
      slowConsumers: 0,
    });
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });

  it('counts what happens', async () => {
    const { app, url, port } = await startTestApp({ controllers: [Shop] });
    await rawRequest(port, 'GET /stomp', [...HANDSHAKE, 'Origin: https://evil.example']);
    const client = await RawClient.connect(url);
    client.send('SUBSCRIBE\nid:1\ndestination:/topic/a\n\n\0');
    client.send('SEND\ndestination:/topic/a\n\nhi\0');
    client.send('SEND\ndestination:/app/buy\n\n\0SEND\ndestination:/app/fail\n\n\0');
    await client.sync();
    const stats = app.get(StompStats);
    expect(stats.snapshot()).toMatchObject({
      handshakes: { accepted: 1, refused: { 403: 1 } },
      sessions: { current: 1, total: 1, byVersion: { '1.2': 1 }, sockets: 1 },
      connects: { accepted: 1, refused: 0 },
      messages: { published: 1, delivered: 1, dropped: 0 },
      users: { current: 0, anonymousSessions: 1 },
      handlers: { calls: 2, failures: 1 },
      refusals: { STOMP_ERR_HANDLER: 1 },
    });
    client.send('SEND\n\n\0');
    await client.closed;
    expect(stats.snapshot()).toMatchObject({
      sessions: { current: 0, total: 1, byVersion: { '1.2': 0 } },
      closes: { STOMP_ERR_INVALID_FRAME: 1 },
      subscriptions: 0,
    });
    expect(String(stats)).toMatch(
      /^Sessions: 0 current, 1 total, 1 ended by errors \(STOMP_ERR_INVALID_FRAME 1\); CONNECTs: 1 accepted, 0 refused; users: 0, subscriptions: 0; frames: \d+ in, \d+ out; bytes: \d+ in, \d+ out, 0 waiting; messages: 1 published, 1 delivered, 0 dropped; handlers: 2 calls, 1 failures$/,
    );
  });

  it('tells that nobody is let in any more', async () => {
    const { app } = await startTestApp();
    const stats = app.get(StompStats);
    await app.close();
    expect(stats.snapshot()).toMatchObject({ isAccepting: false, isBrokerAvailable: false });
  });

  it.each([
    [0, 0],
    [1_800_000, 2],
  ])('is logged every %d ms while the application runs', async (statsLogIntervalMs, lines) => {
    const clock = new VirtualClock();
    const { app, logger } = await startTestApp({
      stomp: { statsLogIntervalMs },
      override: (builder) => void builder.overrideProvider(STOMP_CLOCK).useValue(clock),
    });
    clock.advance(3_600_000);
    const logged = (): string[] => logger.textsOf('log').filter((line) => line.startsWith('Sessions: '));
    expect(logged()).toHaveLength(lines);
    await app.close();
    expect(clock.intervals).toBe(0);
  });
});
