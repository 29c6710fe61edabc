import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  SimpMessagingTemplate,
  StompAdapter,
  StompServer,
  StompStats,
  type OverflowPolicy,
} from 'nestjs-stomp';
import { turnUntil } from '../support/event-loop.js';
import { RawClient, terminateRawClients } from '../support/raw-client.js';
import { closeTestApps, createTestApp, type TestApp } from '../support/test-app.js';

const READERS = 1000;
const MESSAGES = 100;
const BODY_BYTES = 16 * 1024;
const LIMIT_BYTES = 64 * 1024;
/** What the limit does not count: one message that reaches beyond it, and the headers of each. */
const SLACK_BYTES = BODY_BYTES + 1024;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slow-readers-'));
});

afterEach(async () => {
  terminateRawClients();
  await closeTestApps();
  rmSync(directory, { recursive: true, force: true });
});

/** On a Unix domain socket: its buffers in the kernel are fixed, those of TCP would take gigabytes before anything waits. */
async function startOnUnixSocket(policy: OverflowPolicy): Promise<Pick<TestApp, 'app' | 'url'>> {
  const { app } = await createTestApp({
    stomp: {
      transport: {
        sendBufferSizeLimit: LIMIT_BYTES,
        overflow: policy,
        // How long this takes is up to the machine, and none of it is to be cut short by a clock.
        sendTimeLimit: 600_000,
        pingInterval: 600_000,
      },
    },
  });
  app.useWebSocketAdapter(new StompAdapter(app));
  const path = join(directory, 'socket');
  await app.listen(path);
  return { app, url: `ws+unix:${path}:/stomp` };
}

/** Counts what comes instead of keeping it: here the memory of clients counts too. */
class Reader {
  messages = 0;

  private constructor(readonly client: RawClient) {
    client.socket.removeAllListeners('message');
    client.socket.on('message', () => this.messages++);
  }

  static async subscribe(url: string, topic: string): Promise<Reader> {
    const client = await RawClient.connect(url);
    client.send(`SUBSCRIBE\nid:0\ndestination:${topic}\nreceipt:r\n\n\0`);
    expect(await client.next()).toBe('RECEIPT\nreceipt-id:r\n\n\0');
    return new Reader(client);
  }
}

/** Fifty at a time, or they would not fit into the queue of the listening socket. */
async function subscribeAll(url: string): Promise<Reader[]> {
  const readers: Reader[] = [];
  while (readers.length < READERS) {
    const subscribing = Array.from({ length: 50 }, () => Reader.subscribe(url, '/topic/feed'));
    readers.push(...(await Promise.all(subscribing)));
  }
  return readers;
}

/** Sends one message after the other, each when those who read have it, and looks at what waits for the others. */
async function broadcast({ app }: Pick<TestApp, 'app'>, healthy: readonly Reader[]): Promise<number> {
  const template = app.get(SimpMessagingTemplate, { strict: false });
  const stats = app.get(StompStats, { strict: false });
  let most = 0;
  for (let sent = 1; sent <= MESSAGES; sent++) {
    await template.convertAndSend('/topic/feed', String(sent).padEnd(BODY_BYTES));
    await turnUntil(() => healthy.every(({ messages }) => messages === sent), 100_000);
    expect(healthy.filter(({ messages }) => messages !== sent)).toEqual([]);
    most = Math.max(most, stats.snapshot().bytes.buffered);
  }
  return most;
}

const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

describe(`${READERS} clients that do not read among ${READERS} that do`, () => {
  it.each<OverflowPolicy>(['disconnect', 'drop-oldest', 'drop-newest', 'conflate'])(
    'hold no more than their bound with %s, and the others get everything as it comes',
    async (policy) => {
      const app = await startOnUnixSocket(policy);
      const slow = await subscribeAll(app.url);
      const healthy = await subscribeAll(app.url);
      for (const { client } of slow) client.socket.pause();
      const most = await broadcast(app, healthy);

      const { sessions, closes } = app.app.get(StompStats, { strict: false }).snapshot();
      const leftOut = app.app.get(StompServer, { strict: false }).messagesLeftOut;
      process.stdout.write(
        `${policy}: ${mib(READERS * MESSAGES * BODY_BYTES)} for ${READERS} slow readers, at most ${mib(most)} waiting, ` +
          `${leftOut} messages left out, sessions ended: ${JSON.stringify(closes)}\n`,
      );
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(READERS * (LIMIT_BYTES + 2 * SLACK_BYTES));
      if (policy === 'disconnect') {
        expect(closes).toEqual({ STOMP_ERR_SLOW_CONSUMER: READERS });
        expect(leftOut).toBe(0);
      } else {
        expect(closes).toEqual({});
        expect(sessions.current).toBe(2 * READERS);
        expect(leftOut).toBeGreaterThan(READERS * 0.7 * MESSAGES);
      }
    },
  );
});
