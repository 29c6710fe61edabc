import { quoteForLog } from '../../messaging/quoted-text.js';
import type { StompFrame } from '../../protocol/stomp-frame.js';
import { isTlsFailure } from '../tls-failure.js';

/**
 * - `unreachable`: there was no connection
 * - `silent`: the broker said nothing for too long
 * - `refused`: it answered CONNECT, or something else, with ERROR
 * - `not-stomp`: what it says cannot be read
 * - `closed`: the connection ended
 */
export type BrokerConnectionFailure = 'unreachable' | 'silent' | 'refused' | 'not-stomp' | 'closed';

/** Whom a connection to the broker is for. */
export type BrokerConnectionRole = 'system' | 'client';

/** Why a connection to the broker ended, or never began. The message names the option to look at. */
export class BrokerConnectionError extends Error {
  override readonly name = 'BrokerConnectionError';

  constructor(
    readonly failure: BrokerConnectionFailure,
    message: string,
    readonly frame?: StompFrame,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  static unreachable(address: string, cause: NodeJS.ErrnoException, isTls: boolean): BrokerConnectionError {
    const { code = '', message } = cause;
    // A port without TLS resets whoever begins with it.
    const text =
      isTlsFailure(cause) || (isTls && code === 'ECONNRESET')
        ? `TLS with the broker at ${address} failed (${code}, ${message}). Correct brokerRelay.tls, or brokerRelay.port ` +
          'if that is not its TLS port.'
        : `No broker answers at ${address} (${code || message}). Start it, or correct brokerRelay.host and brokerRelay.port.`;
    return new BrokerConnectionError('unreachable', text, undefined, { cause });
  }

  static notConnected(address: string, limitMs: number): BrokerConnectionError {
    return new BrokerConnectionError(
      'silent',
      `The broker at ${address} has not answered CONNECT within ${limitMs} ms. Look whether brokerRelay.port is its ` +
        'STOMP port, and whether it has reached a limit of connections.',
    );
  }

  static refused(address: string, role: BrokerConnectionRole, frame: StompFrame): BrokerConnectionError {
    const { headers, body } = frame;
    // The first line says what is wrong; ActiveMQ goes on with a stack.
    const [detail = ''] = body.subarray(0, 300).toString('utf8').split('\n');
    const said = quoteForLog(`${headers.get('message') ?? ''} ${detail}`.trim());
    return new BrokerConnectionError(
      'refused',
      `The broker at ${address} refused ${role === 'system' ? 'the system connection' : "a client's connection"}: ` +
        `${said}. Correct brokerRelay.${role}Login and brokerRelay.${role}Passcode, or brokerRelay.virtualHost.`,
      frame,
    );
  }

  static closedEarly(address: string): BrokerConnectionError {
    return new BrokerConnectionError(
      'closed',
      `The broker at ${address} closed the connection before it answered CONNECT. If this is its TLS port, set ` +
        'brokerRelay.tls; else look into its log.',
    );
  }

  static notStomp(address: string, reason: string): BrokerConnectionError {
    return new BrokerConnectionError(
      'not-stomp',
      `What the broker at ${address} says cannot be read as STOMP (${reason}). Look whether brokerRelay.port is its ` +
        'STOMP port, and brokerRelay.messageSizeLimit is large enough.',
    );
  }

  static closed(address: string, reason = ''): BrokerConnectionError {
    return new BrokerConnectionError('closed', `The broker at ${address} closed the connection${reason}.`);
  }

  static silent(address: string, silentMs: number): BrokerConnectionError {
    return new BrokerConnectionError(
      'silent',
      `Nothing was heard of the broker at ${address} for ${silentMs} ms.`,
    );
  }
}
