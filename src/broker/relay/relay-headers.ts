import { MessageRejectedError } from '../../messaging/messaging-error.js';
import type { NativeHeaders } from '../../messaging/native-headers.js';

/** What a frame to the broker says itself, whatever the message has under these names. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'destination',
  'content-type',
  'content-length',
  'receipt',
  'transaction',
]);

/**
 * Headers by which a SEND would do more than be sent: make queues of its own kind, pass for another message or another
 * sender, or have the broker transform it.
 */
const RESERVED: ReadonlySet<string> = new Set([
  'message-id',
  'subscription',
  'ack',
  'redelivered',
  'user-id',
  'durable',
  'auto-delete',
  'exclusive',
  'transformation',
  'transformation-error',
  'destination-type',
  'subscription-type',
  'activemq.prefetchSize',
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-expires',
  'x-max-age',
  'x-max-length',
  'x-max-length-bytes',
  'x-max-priority',
  'x-message-ttl',
  'x-overflow',
  'x-queue-name',
  'x-queue-type',
  'x-single-active-consumer',
  'x-stream-max-segment-size-bytes',
]);

const RESERVED_START = /^(?:AMQ_|JMSX|_AMQ_|__AMQ_|simp[A-Z])/;

/** A time in milliseconds since 1970, with room for some thirty thousand years. */
const MAX_TIME = 999_999_999_999_999;

/**
 * Brokers close a connection, some without a word, on which one of these is no number, or a larger one than here: a priority of
 * AMQP is an octet, and RabbitMQ counts the milliseconds of `expiration` in 32 bits.
 */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['priority', 255],
  ['timestamp', MAX_TIME],
  ['expires', MAX_TIME],
  ['expiration', 4_294_967_295],
]);

/** What a SEND of the application takes along: all that it says. */
export function* headersOfApplication(headers: NativeHeaders): Iterable<readonly [string, string]> {
  for (const [name, values] of headers) {
    if (!OWN_HEADERS.has(name)) for (const value of values) yield [name, value];
  }
}

/**
 * What a client's SEND takes along: what cannot harm anybody.
 *
 * @throws MessageRejectedError for what would end the connection to the broker
 */
export function* headersOfClient(headers: NativeHeaders): Iterable<readonly [string, string]> {
  for (const [name, value] of headersOfApplication(headers)) {
    if (RESERVED.has(name) || RESERVED_START.test(name)) continue;
    const max = NUMBERS.get(name);
    if (max !== undefined && !(/^\d{1,15}$/.test(value) && Number(value) <= max)) {
      throw new MessageRejectedError(`The header ${name} has to be a whole number of at most ${max}`);
    }
    if (name === 'reply-to' && value.startsWith('/temp-')) {
      throw new MessageRejectedError('reply-to may not name a temporary destination');
    }
    yield [name, value];
  }
}

/** What a MESSAGE of the broker says about itself: written anew for each client, or nobody's business. */
const OF_DELIVERY: ReadonlySet<string> = new Set([
  ...OWN_HEADERS,
  'subscription',
  'message-id',
  'ack',
  'redelivered',
  'subscription-type',
  'destination-type',
]);

/** What a MESSAGE takes along to the client. */
export function headersOfMessage(headers: Iterable<readonly [string, string]>): NativeHeaders {
  const native = new Map<string, string[]>();
  for (const [name, value] of headers) {
    if (OF_DELIVERY.has(name) || RESERVED_START.test(name)) continue;
    const values = native.get(name);
    if (values === undefined) native.set(name, [value]);
    else values.push(value);
  }
  return native;
}
