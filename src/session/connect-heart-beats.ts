import { firstNativeHeader, type Message } from '../messaging/message.js';
import { negotiateHeartBeat, parseHeartBeat, type HeartBeat } from '../protocol/heart-beat.js';
import type { StompVersion } from '../protocol/stomp-version.js';
import { HeartBeats, type HeartBeatPort } from './heart-beats.js';
import type { TimerWheel } from './timer-wheel.js';

/**
 * The heart-beats that a CONNECT and the server's own wishes come to; STOMP 1.0 has none.
 *
 * @param connect as the interceptors left it
 */
export function connectHeartBeats(
  connect: Message | undefined,
  server: HeartBeat,
  version: StompVersion,
  wheel: TimerWheel,
  port: HeartBeatPort,
): HeartBeats | undefined {
  if (version === '1.0') return undefined;
  const client = parseHeartBeat(connect && firstNativeHeader(connect, 'heart-beat'));
  return new HeartBeats(wheel, negotiateHeartBeat(client, server), port);
}

/** What the broker's answer to CONNECT says that the server can send and wants to receive. */
export function serverHeartBeatOf({ headers }: Message): HeartBeat {
  const [sendMs, receiveMs] = headers.simpHeartbeat ?? [0, 0];
  return { sendMs, receiveMs };
}
