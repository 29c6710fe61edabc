import type { ConnectionOptions } from 'node:tls';
import type { HeartBeat } from '../../protocol/heart-beat.js';
import { EMPTY_BODY, type StompFrame } from '../../protocol/stomp-frame.js';
import { formatHeartBeat } from '../../protocol/heart-beat.js';
import type { StompDecoderLimits } from '../../protocol/stomp-decoder-limits.js';
import { StompHeaders } from '../../protocol/stomp-headers.js';
import type { BrokerConnectionRole } from './broker-connection-error.js';

/** Where a broker listens. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** Who a connection is, to the broker. */
export interface BrokerCredentials {
  /** Without it the broker is sent neither login nor passcode. */
  readonly login?: string | undefined;
  readonly passcode?: string | undefined;
}

/** What all connections of a relay have in common. */
export interface BrokerConnectionSettings {
  readonly virtualHost: string | undefined;
  /** What is offered and asked for on a connection to the broker. */
  readonly heartBeat: HeartBeat;
  readonly tls: ConnectionOptions | undefined;
  /** From the first octet to CONNECTED. */
  readonly connectTimeoutMs: number;
  readonly limits: StompDecoderLimits;
}

/** One connection to be made. */
export interface BrokerTarget extends BrokerConnectionSettings {
  readonly role: BrokerConnectionRole;
  readonly address: BrokerAddress;
  readonly credentials: BrokerCredentials;
}

/** `host:port`, for log lines. */
export function textOf({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Spring's CONNECT, with 1.2 first in mind: no `host` unless there is a virtual host, because RabbitMQ takes any other
 * name for one that it does not have.
 */
export function connectFrame({ credentials, virtualHost, heartBeat }: BrokerTarget): StompFrame {
  const headers = new StompHeaders().append('accept-version', '1.1,1.2');
  const { login, passcode } = credentials;
  if (login !== undefined) headers.append('login', login).append('passcode', passcode ?? '');
  if (virtualHost !== undefined) headers.append('host', virtualHost);
  headers.append('heart-beat', formatHeartBeat(heartBeat));
  return { command: 'CONNECT', headers, body: EMPTY_BODY };
}
