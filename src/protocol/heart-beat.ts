import { quoteInput } from './quote-input.js';
import { StompProtocolError } from './stomp-protocol-error.js';

/**
 * What one party offers and asks for, in milliseconds (STOMP 1.2, Heart-beating).
 *
 * @publicApi
 */
export interface HeartBeat {
  /** The party can send at least this often; 0 when it cannot. */
  readonly sendMs: number;
  /** The party wants to receive at least this often; 0 when it does not care. */
  readonly receiveMs: number;
}

/** Timers of Node fire at once when asked for more than this. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const TWO_NUMBERS = /^ *([0-9]{1,10}) *, *([0-9]{1,10}) *$/;

/**
 * Reads a `heart-beat` header. Absent means `0,0` (STOMP 1.2, Heart-beating). Spaces around the numbers are ignored.
 *
 * @throws StompProtocolError `STOMP_ERR_BAD_HEART_BEAT` unless it is two whole numbers of 1 to 10 digits and a comma
 * @publicApi
 */
export function parseHeartBeat(header: string | undefined): HeartBeat {
  if (header === undefined) return { sendMs: 0, receiveMs: 0 };
  const numbers = TWO_NUMBERS.exec(header);
  if (numbers === null) {
    throw new StompProtocolError(
      'STOMP_ERR_BAD_HEART_BEAT',
      `heart-beat ${quoteInput(header)} is not two whole numbers of milliseconds with a comma between them`,
    );
  }
  return { sendMs: Number(numbers[1]), receiveMs: Number(numbers[2]) };
}

/**
 * The value of a `heart-beat` header.
 *
 * @publicApi
 */
export function formatHeartBeat({ sendMs, receiveMs }: HeartBeat): string {
  return `${sendMs},${receiveMs}`;
}

/**
 * What the server has to do once both parties have spoken: send every `sendMs`, and expect to receive within
 * `receiveMs`; 0 means not at all (STOMP 1.2, Heart-beating).
 *
 * Either is at most 2^31-1 ms, so that it can be given to a timer.
 *
 * @publicApi
 */
export function negotiateHeartBeat(client: HeartBeat, server: HeartBeat): HeartBeat {
  return {
    sendMs: interval(server.sendMs, client.receiveMs),
    receiveMs: interval(client.sendMs, server.receiveMs),
  };
}

function interval(canSendMs: number, wantsMs: number): number {
  if (canSendMs === 0 || wantsMs === 0) return 0;
  return Math.min(Math.max(canSendMs, wantsMs), MAX_TIMER_MS);
}
