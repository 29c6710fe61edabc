import { describe, expect, it, jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { EncodedFrame } from '../../../src/session/encoded-frame.js';
import { TimerWheel } from '../../../src/session/timer-wheel.js';
import { VirtualClock } from '../../../src/testing/virtual-clock.js';
import type { OverflowPolicy } from '../../../src/websocket/overflow-queue.js';
import type { StompWebSocket } from '../../../src/websocket/stomp-web-socket.js';
import { WebSocketTransport } from '../../../src/websocket/web-socket-transport.js';
import { WriteBatch } from '../../../src/websocket/write-batch.js';
import { settled } from '../../support/deferred.js';
import { SlowSocket } from './slow-socket.js';

/** `npm run test:soak` has a thousand of each. */
const READERS = Number(process.env['STOMP_SOAK_READERS'] ?? 50);
const LIMIT = 10_000;

jest.setTimeout(120_000);

class Reader {
  readonly socket = new SlowSocket();
  readonly transport: WebSocketTransport;
  leftOut = 0;
  givenUp: string | undefined;

  constructor(policyOf: ((destination: string) => OverflowPolicy) | undefined, batch = new WriteBatch()) {
    this.transport = new WebSocketTransport(
      {
        readyState: WebSocket.OPEN,
        close: () => undefined,
        resume: () => undefined,
      } as unknown as StompWebSocket,
      this.socket,
      batch,
      new TimerWheel(new VirtualClock()),
      { sendBufferSizeLimit: LIMIT, sendTimeLimit: 10_000, overflow: policyOf },
      (reason) => {
        this.givenUp = reason;
        this.transport.close(4500, reason);
      },
      (count) => (this.leftOut += count),
    );
  }

  get bodies(): string[] {
    return this.socket.text.match(/#\w+/g) ?? [];
  }
}

/** A message of about a thousand octets. */
function message(name: string | number, destination = '/topic/a', subscriptionId = '0'): EncodedFrame {
  return new EncodedFrame([Buffer.from(`#${name}`.padEnd(1_000))], false, { destination, subscriptionId });
}

async function publish(reader: Reader, ...messages: EncodedFrame[]): Promise<void> {
  for (const each of messages) reader.transport.send(each);
  await settled();
}

function numbered(count: number): EncodedFrame[] {
  return Array.from({ length: count }, (_, i) => message(i));
}

/** Lets the socket take everything, and what comes after it. */
async function readAll({ socket }: Reader): Promise<void> {
  socket.flow();
  for (let i = 0; i < 10; i++) await settled();
}

describe('a client that does not read', () => {
  it.each<[OverflowPolicy, number, string[]]>([
    // One is being written and nine wait in the socket; ten more wait above it.
    ['drop-newest', 10, Array.from({ length: 20 }, (_, i) => `#${i}`)],
    [
      'drop-oldest',
      10,
      [
        ...Array.from({ length: 10 }, (_, i) => `#${i}`),
        ...['#20', '#21', '#22', '#23', '#24', '#25', '#26', '#27', '#28', '#29'],
      ],
    ],
    ['conflate', 19, [...Array.from({ length: 10 }, (_, i) => `#${i}`), '#29']],
  ])('is sent what %s has left for it when it reads again', async (policy, leftOut, bodies) => {
    const reader = new Reader(() => policy);
    reader.socket.stall();
    await publish(reader, message(0));
    await publish(reader, ...numbered(30).slice(1));
    expect(reader.transport.waitingBytes).toBeLessThanOrEqual(2 * LIMIT + 1_100);
    expect(reader.leftOut).toBe(leftOut);
    await readAll(reader);
    expect(reader.bodies).toEqual(bodies);
    expect(reader.givenUp).toBeUndefined();
    expect(reader.transport.waitingBytes).toBe(0);
    await publish(reader, message('again'));
    expect(reader.bodies.at(-1)).toBe('#again');
  });

  it('is given up where a destination has no other policy', async () => {
    const reader = new Reader((destination) => (destination === '/topic/a' ? 'conflate' : 'disconnect'));
    reader.socket.stall();
    await publish(reader, message(0), ...numbered(50));
    expect(reader.givenUp).toBeUndefined();
    await publish(reader, message('b', '/topic/b'));
    expect(reader.givenUp).toBe('More than 10000 bytes wait to be sent');
    expect(reader.transport.waitingBytes).toBe(reader.socket.writableLength);
  });

  it('is given up when even the latest values are too many', async () => {
    const reader = new Reader(() => 'conflate');
    reader.socket.stall();
    for (let i = 0; i < 50; i++) await publish(reader, message(i, `/topic/${i}`));
    expect(reader.givenUp).toBe('More than 10000 bytes wait to be sent');
  });

  it('is not sent what waits for a subscription that it has ended', async () => {
    const reader = new Reader(() => 'drop-newest');
    reader.socket.stall();
    await publish(reader, ...numbered(12), message('other', '/topic/b', '1'));
    reader.transport.forget('0');
    await readAll(reader);
    expect(reader.bodies.at(-1)).toBe('#other');
    expect(reader.bodies).not.toContain('#11');
  });

  it('gets receipts all the same', async () => {
    const reader = new Reader(() => 'drop-newest');
    reader.socket.stall();
    await publish(reader, ...numbered(15));
    reader.transport.send(new EncodedFrame([Buffer.from('#receipt')], false));
    await readAll(reader);
    expect(reader.bodies).toContain('#receipt');
    expect(reader.bodies.filter((body) => body !== '#receipt')).toEqual(
      Array.from({ length: 15 }, (_, i) => `#${i}`),
    );
  });

  it('is sent what waits before its session ends well, and not when it is given up', async () => {
    for (const [code, last] of [
      [1012, '#14'],
      [4500, '#9'],
    ] as const) {
      const reader = new Reader(() => 'drop-newest');
      reader.socket.stall();
      await publish(reader, message(0));
      await publish(reader, ...numbered(15).slice(1));
      reader.transport.close(code, '');
      await readAll(reader);
      expect(reader.bodies.at(-1)).toBe(last);
      expect(reader.givenUp).toBeUndefined();
    }
  });

  it('leaves nothing behind when it goes', async () => {
    const reader = new Reader(() => 'drop-newest');
    reader.socket.stall();
    await publish(reader, ...numbered(15));
    reader.transport.closed();
    expect(reader.transport.waitingBytes).toBe(reader.socket.writableLength);
    await readAll(reader);
    expect(reader.bodies).not.toContain('#14');
  });
});

describe('slow readers among healthy ones', () => {
  it.each<OverflowPolicy>(['drop-newest', 'drop-oldest', 'conflate'])(
    'hold a bounded number of bytes with %s, and the healthy ones miss nothing',
    async (policy) => {
      const batch = new WriteBatch();
      const readers = (count: number): Reader[] =>
        Array.from({ length: count }, () => new Reader(() => policy, batch));
      const [slow, healthy] = [readers(READERS), readers(READERS)];
      for (const { socket } of slow) socket.stall();
      for (let i = 0; i < 100; i++) {
        const shared = message(i, `/topic/${i % 5}`);
        for (const { transport } of [...slow, ...healthy]) transport.send(shared);
        await settled();
        const held = slow.reduce((sum, { transport }) => sum + transport.waitingBytes, 0);
        expect(held).toBeLessThanOrEqual(READERS * (2 * LIMIT + 1_100));
        expect(healthy.every(({ transport }) => transport.waitingBytes === 0)).toBe(true);
      }
      const all = Array.from({ length: 100 }, (_, i) => `#${i}`);
      for (const reader of healthy) expect(reader.bodies).toEqual(all);
      for (const reader of slow) {
        expect(reader.givenUp).toBeUndefined();
        expect(reader.leftOut).toBeGreaterThanOrEqual(80);
      }
    },
  );
});
