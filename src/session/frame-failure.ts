import type { StompCommand } from '../protocol/stomp-command.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import { isHandlerFailure, reportOf } from './session-error.js';

/**
 * What becomes of a session when the application or the broker refuses one of its frames: it ends with an ERROR
 * (STOMP 1.2, ERROR), or it lives on and the client is told on its error destination.
 *
 * @publicApi
 */
export type RejectionPolicy = 'disconnect' | 'report';

/**
 * What a client is told of a frame that failed, on its error destination (`/user/queue/errors`), as JSON.
 *
 * @publicApi
 */
export interface FailureReport {
  /** A code of `docs/errors.md`. */
  readonly code: string;
  /** A short text. It never holds more than the client may know. */
  readonly message: string;
  readonly command: StompCommand;
  /** The frame's destination, if it had one. */
  readonly destination?: string | undefined;
  /** The frame's `receipt`, if it had one. */
  readonly receipt?: string | undefined;
  /** The frame's `id`, if it had one: that of the subscription. */
  readonly subscription?: string | undefined;
}

/** Errors that concern the frame alone: the conversation is in order, the answer is no. */
const REFUSALS: ReadonlySet<string> = new Set([
  'STOMP_ERR_BROKER_REFUSED',
  'STOMP_ERR_BROKER_UNAVAILABLE',
  'STOMP_ERR_CLUSTER_TOO_LARGE',
  'STOMP_ERR_DELIVERY',
  'STOMP_ERR_NOT_ROUTABLE',
  'STOMP_ERR_PATTERN_LIMIT',
  'STOMP_ERR_PATTERN_SYNTAX',
  'STOMP_ERR_REJECTED',
  'STOMP_ERR_SELECTOR_LIMIT',
  'STOMP_ERR_SELECTOR_SYNTAX',
  'STOMP_ERR_SUBSCRIPTION_LIMIT',
  // Follows from a refused SUBSCRIBE: the client gives up what it never had.
  'STOMP_ERR_UNKNOWN_SUBSCRIPTION',
]);

const REFUSABLE: ReadonlySet<StompCommand> = new Set(['SEND', 'SUBSCRIBE', 'UNSUBSCRIBE']);

/**
 * Whether a session may go on after a frame of it has failed. A handler's failure is the application's own and ends
 * nothing by itself.
 */
export function mayOutlive(error: unknown, { command }: StompFrame, rejections: RejectionPolicy): boolean {
  if (isHandlerFailure(error) || isOutlivable(error)) return true;
  return rejections === 'report' && REFUSABLE.has(command) && REFUSALS.has(reportOf(error).code);
}

/** A broker elsewhere, or the other nodes, are away for a while: no session ends for that. */
function isOutlivable(error: unknown): boolean {
  return error instanceof Error && (error as { readonly outlivable?: unknown }).outlivable === true;
}

/** The same, although its client waits for a receipt, when it has been told on its error destination. */
export function outlivesReceipt(error: unknown): boolean {
  return error instanceof Error && (error as { readonly outlivesReceipt?: unknown }).outlivesReceipt === true;
}

/** What a client may know of a frame that failed. */
export function failureReportOf(error: unknown, { command, headers }: StompFrame): FailureReport {
  const { code, message } = reportOf(error);
  return {
    code,
    message,
    command,
    destination: headers.get('destination'),
    receipt: headers.get('receipt'),
    subscription: headers.get('id'),
  };
}
