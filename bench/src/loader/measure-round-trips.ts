import { clientFrame } from './client-frame.js';
import { LatencyHistogram } from './latency-histogram.js';
import { Stopwatch, type Measured } from './measured.js';
import { numberedJson, sequenceOfJson } from './sequence.js';
import type { SessionPool } from './session-pool.js';
import type { WebSocketClient } from './web-socket-client.js';

/** Sessions that each ask, wait for the reply, and ask again. */
export interface RoundTripLoad {
  readonly sessions: number;
  readonly bodyBytes: number;
  readonly handler: 'plain' | 'enhanced';
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** `}` of JSON is followed by one octet in every dialect. */
const REPLY_TRAILER = 1;
const PATIENCE_MS = 30_000;

/** Measures calls of a handler that replies to its caller. Each reply has to answer the question asked last. */
export async function measureRoundTrips(
  pool: SessionPool,
  serverPid: number,
  { sessions, bodyBytes, handler, warmUpMs, measureMs }: RoundTripLoad,
): Promise<Measured> {
  const { dialect } = pool;
  const { request } = dialect;
  if (request === undefined) throw new Error('This server has no handlers');
  let trips = 0;
  let latencies = new LatencyHistogram();
  let isOver = false;
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  let active = 0;
  let rested: () => void = () => undefined;

  const ask = (client: WebSocketClient, sequence: number): void => {
    client.write(clientFrame(request.call(dialect, numberedJson(sequence, bodyBytes), handler)));
  };
  const clients = await pool.open(sessions, (client) => {
    const subscribe = dialect.subscribeReplies?.();
    if (subscribe !== undefined) client.send(subscribe);
  });
  for (const client of clients) {
    let sequence = 0;
    let askedAt = performance.now();
    client.onMessage = (octets, start, end) => {
      if (!dialect.isDelivery(octets, start, end)) {
        dialect.answer?.(client, octets, start, end);
        return;
      }
      const answered = sequenceOfJson(octets, end - REPLY_TRAILER);
      if (answered !== sequence) fail(new Error(`Reply ${answered} in place of ${sequence}`));
      const now = performance.now();
      latencies.add(now - askedAt);
      trips++;
      if (isOver) {
        if (--active === 0) rested();
        return;
      }
      askedAt = now;
      ask(client, ++sequence);
    };
    active++;
    ask(client, sequence);
  }
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const during = (ms: number): Promise<void> => Promise.race([pause(ms), failed, pool.lost]);
  await during(warmUpMs);
  trips = 0;
  latencies = new LatencyHistogram();
  const stopwatch = new Stopwatch([serverPid]);
  await during(measureMs);
  const measured = stopwatch.stop(trips, [latencies]);
  isOver = true;
  const rest = new Promise<void>((resolve) => (rested = resolve));
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`${active} replies are missing`)), PATIENCE_MS).unref();
  });
  await Promise.race([rest, late, failed, pool.lost]);
  return measured;
}
