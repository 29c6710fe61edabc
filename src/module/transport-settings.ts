import type { TransactionLimits } from '../session/open-transactions.js';
import type { InboundRateLimits } from '../session/inbound-limits.js';
import type { DrainSettings } from '../session/session-drain.js';
import { CloseCode } from '../session/session-error.js';
import type { AdmissionLimits } from '../websocket/admission.js';
import type { OverflowPolicy } from '../websocket/overflow-queue.js';
import { knownOnly } from './known-options.js';
import { overflowRules } from './overflow-rules.js';
import { whole, wrong } from './option-values.js';
import type { DrainOptions, TransportOptions } from './transport-options.js';

/** The options of `transport`, complete and checked; the size of a body is among the decoder's limits. */
export interface TransportSettings extends AdmissionLimits {
  readonly sendTimeLimit: number;
  readonly sendBufferSizeLimit: number;
  readonly timeToFirstMessage: number;
  readonly maxSubscriptions: number;
  readonly transactionLimits: TransactionLimits;
  readonly frameTimeLimit: number;
  readonly inboundRate: InboundRateLimits | undefined;
  readonly maxSessionsPerUser: number;
  readonly pingInterval: number;
  readonly drain: DrainSettings;
  readonly overflow: ((destination: string) => OverflowPolicy) | undefined;
}

/**
 * Checks the options of `transport`, none of which is unknown, and fills in the defaults.
 *
 * @throws StompConfigurationError naming the option and the remedy
 */
export function transportSettings(options: TransportOptions, separator: '/' | '.'): TransportSettings {
  const number = (name: NumberOption, byDefault: number, least: number): number =>
    whole(`transport.${name}`, options[name] ?? byDefault, least);
  return {
    sendTimeLimit: number('sendTimeLimit', 10_000, 1),
    sendBufferSizeLimit: number('sendBufferSizeLimit', 512 * 1024, 1),
    timeToFirstMessage: number('timeToFirstMessage', 60_000, 1),
    maxSubscriptions: number('maxSubscriptions', 1000, 1),
    transactionLimits: {
      transactions: number('maxTransactions', 16, 1),
      frames: number('maxTransactionFrames', 1024, 1),
      bytes: number('transactionSizeLimit', 8 * 1024 * 1024, 1),
    },
    frameTimeLimit: number('frameTimeLimit', 30_000, 1),
    inboundRate: inboundRate(options.inboundRate),
    maxSessions: number('maxSessions', 0, 0),
    maxSessionsPerUser: number('maxSessionsPerUser', 0, 0),
    maxSessionsPerAddress: number('maxSessionsPerAddress', 0, 0),
    maxHandshakesPerSecond: number('maxHandshakesPerSecond', 0, 0),
    pingInterval: number('pingInterval', 30_000, 0),
    drain: drain(options.drain ?? {}),
    overflow: overflowRules(options.overflow, separator),
  };
}

type NumberOption = {
  [K in keyof TransportOptions]-?: TransportOptions[K] extends number | undefined ? K : never;
}[keyof TransportOptions];

function inboundRate(options: TransportOptions['inboundRate']): InboundRateLimits | undefined {
  if (options === undefined) return undefined;
  knownOnly('transport.inboundRate', options);
  const { framesPerSecond, bytesPerSecond, burstSeconds = 10, patience = 60_000 } = options;
  const some = (name: string, value: number | undefined): number | undefined =>
    value === undefined ? undefined : whole(`transport.inboundRate.${name}`, value, 1);
  return {
    framesPerSecond: some('framesPerSecond', framesPerSecond),
    bytesPerSecond: some('bytesPerSecond', bytesPerSecond),
    burstSeconds: whole('transport.inboundRate.burstSeconds', burstSeconds, 1),
    patienceMs: whole('transport.inboundRate.patience', patience, 1),
  };
}

function drain(options: DrainOptions): DrainSettings {
  knownOnly('transport.drain', options);
  const { windowMs = 0, graceMs = 5_000, code = CloseCode.SERVICE_RESTART } = options;
  if (code !== CloseCode.SERVICE_RESTART && code !== CloseCode.GOING_AWAY) {
    throw wrong('transport.drain.code', code, 'Use 1012 (service restart) or 1001 (going away).');
  }
  return {
    windowMs: whole('transport.drain.windowMs', windowMs, 0),
    graceMs: whole('transport.drain.graceMs', graceMs, 0),
    code,
  };
}
