import { setTimeout as delay } from 'node:timers/promises';
import { clientFrame } from './client-frame.js';
import { Stopwatch, type Measured } from './measured.js';
import type { SessionPool } from './session-pool.js';

const LINE_END = clientFrame('\n');

/** Measures what it costs to let sessions in: handshake, CONNECT and a subscription each. */
export async function measureConnects(
  pool: SessionPool,
  serverPid: number,
  sessions: number,
): Promise<Measured> {
  const stopwatch = new Stopwatch([serverPid]);
  await pool.open(sessions, (client) => {
    const subscribe = pool.dialect.subscribe('sub-0');
    if (subscribe !== undefined) client.send(subscribe);
  });
  return stopwatch.stop(sessions);
}

/** Opens sessions that stay. */
export async function openIdle(pool: SessionPool, sessions: number, heartBeatMs: number): Promise<void> {
  await pool.open(
    sessions,
    (client) => {
      const subscribe = pool.dialect.subscribe('sub-0');
      if (subscribe !== undefined) client.send(subscribe);
    },
    { heartBeatMs },
  );
}

/** Measures what sessions cost that do nothing but their heart-beats. */
export async function measureIdle(
  pool: SessionPool,
  serverPid: number,
  { heartBeatMs, measureMs }: { readonly heartBeatMs: number; readonly measureMs: number },
): Promise<Measured> {
  const { clients } = pool;
  const stopwatch = new Stopwatch([serverPid]);
  let sent = 0;
  // In many small steps, so that heart-beats are spread over their interval as they are in life.
  while (stopwatch.elapsedMs < measureMs) {
    if (pool.dialect.hasHeartBeats && heartBeatMs > 0) {
      const due = Math.floor((stopwatch.elapsedMs / (heartBeatMs * 0.9)) * clients.length);
      for (; sent < due; sent++) clients[sent % clients.length]?.write(LINE_END);
    }
    await Promise.race([delay(20), pool.lost]);
  }
  return stopwatch.stop(clients.length);
}
