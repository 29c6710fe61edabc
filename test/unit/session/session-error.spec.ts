import { describe, expect, it } from '@jest/globals';
import {
  MessageConversionError,
  MessageDeliveryError,
  MessageHandlingError,
  MessageRejectedError,
} from '../../../src/messaging/messaging-error.js';
import { RefusalReason } from '../../../src/messaging/refusal-reason.js';
import { StompProtocolError } from '../../../src/protocol/stomp-protocol-error.js';
import { StompHeaders } from '../../../src/protocol/stomp-headers.js';
import type { StompCommand } from '../../../src/protocol/stomp-command.js';
import type { StompFrame } from '../../../src/protocol/stomp-frame.js';
import {
  causeOf,
  isHandlerFailure,
  receiptOf,
  reportOf,
  SessionError,
} from '../../../src/session/session-error.js';

function frame(command: StompCommand, headers: Readonly<Record<string, string>> = {}): StompFrame {
  return { command, headers: StompHeaders.of(headers), body: Buffer.alloc(0) };
}

/** As the errors of a room that this one does not know. */
class PatternSyntaxError extends Error {
  constructor(readonly code: string) {
    super('bad pattern');
  }
}

describe('reportOf', () => {
  it.each<[string, number, Error]>([
    ['STOMP_ERR_INVALID_FRAME', 1002, new SessionError('STOMP_ERR_INVALID_FRAME', 'm')],
    ['STOMP_ERR_CONNECT_TIMEOUT', 1008, SessionError.connectTimeout(5)],
    ['STOMP_ERR_HEART_BEAT_LOST', 1002, SessionError.heartBeatLost(5)],
    ['STOMP_ERR_BARE_CR', 1002, new StompProtocolError('STOMP_ERR_BARE_CR', 'm')],
    ['STOMP_ERR_BODY_LIMIT', 1009, new StompProtocolError('STOMP_ERR_BODY_LIMIT', 'm', { limit: 1 })],
    [
      'STOMP_ERR_HEADER_COUNT_LIMIT',
      1008,
      new StompProtocolError('STOMP_ERR_HEADER_COUNT_LIMIT', 'm', { limit: 1 }),
    ],
    ['STOMP_ERR_DELIVERY', 1008, new MessageDeliveryError('m')],
    ['STOMP_ERR_REJECTED', 1008, new MessageRejectedError('m')],
    ['STOMP_ERR_HANDLER', 1011, new MessageHandlingError('m')],
    ['STOMP_ERR_CONVERSION', 1002, new MessageConversionError('m')],
    ['STOMP_ERR_PATTERN_SYNTAX', 1002, new PatternSyntaxError('STOMP_ERR_PATTERN_SYNTAX')],
    ['STOMP_ERR_PATTERN_LIMIT', 1008, new PatternSyntaxError('STOMP_ERR_PATTERN_LIMIT')],
    ['STOMP_ERR_SELECTOR_SYNTAX', 1002, new PatternSyntaxError('STOMP_ERR_SELECTOR_SYNTAX')],
    ['STOMP_ERR_SELECTOR_LIMIT', 1008, new PatternSyntaxError('STOMP_ERR_SELECTOR_LIMIT')],
    ['STOMP_ERR_OF_A_PLUGIN', 1011, new PatternSyntaxError('STOMP_ERR_OF_A_PLUGIN')],
  ])('tells the client of %s with its own text, and closes with %i', (code, closeCode, error) => {
    expect(reportOf(error)).toMatchObject({ code, message: error.message, closeCode });
  });

  it.each<[string, unknown]>([
    ['an error', new Error('password of the database')],
    ['an error with a code', Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' })],
    ['a string', 'a string'],
    ['undefined', undefined],
    ['null', null],
    ['an object that is no error', { code: 'STOMP_ERR_REJECTED', message: 'not an error' }],
  ])('keeps to itself what was not made for the client: %s [A184]', (_, error) => {
    expect(reportOf(error)).toEqual({
      code: 'STOMP_ERR_INTERNAL',
      message: 'Internal server error',
      closeCode: 1011,
    });
  });
});

describe('isHandlerFailure', () => {
  it('knows the failure of an annotated method, also one of a second copy of the package', () => {
    expect(isHandlerFailure(new MessageHandlingError('m'))).toBe(true);
    expect(isHandlerFailure(Object.assign(new Error('m'), { code: 'STOMP_ERR_HANDLER' }))).toBe(true);
    expect(isHandlerFailure(new MessageRejectedError('m'))).toBe(false);
    expect(isHandlerFailure(new Error('m'))).toBe(false);
  });
});

describe('causeOf', () => {
  it('adds nothing to an error that says it all', () => {
    expect(causeOf(new SessionError('STOMP_ERR_INVALID_FRAME', 'm'))).toBe('');
    expect(causeOf(new StompProtocolError('STOMP_ERR_BARE_CR', 'm'))).toBe('');
    expect(causeOf(new MessageDeliveryError('m'))).toBe('');
  });

  it('does not repeat what was logged where the handler failed', () => {
    expect(causeOf(new MessageHandlingError('m', { cause: new Error('inner') }))).toBe('');
  });

  it('gives the stack of an error that the client was not told', () => {
    const cause = new Error('no database');
    expect(causeOf(new MessageDeliveryError('m', { cause }))).toBe(` (${String(cause.stack)})`);
    expect(causeOf(cause)).toBe(` (${String(cause.stack)})`);
  });

  it('gives the text of a reason to refuse, whose stack would lead to nothing', () => {
    const cause = new RefusalReason('denied by rule 2');
    expect(causeOf(new MessageRejectedError('Access denied', { cause }))).toBe(' (denied by rule 2)');
  });

  it('gives the message of an error without a stack', () => {
    const cause = new Error('no stack');
    Reflect.deleteProperty(cause, 'stack');
    expect(causeOf(cause)).toBe(' (no stack)');
  });

  const ring: { self?: unknown } = {};
  ring.self = ring;

  it.each([
    ['a string', 'just text', " ('just text')"],
    ['an object', { reason: 'quota' }, " ({ reason: 'quota' })"],
    ['an object that holds itself', ring, ' (<ref *1> { self: [Circular *1] })'],
    ['a bigint', 10n, ' (10n)'],
    ['null', null, ' (null)'],
    ['nothing', undefined, ''],
  ])('survives %s that was thrown', (_, thrown, expected) => {
    expect(causeOf(thrown)).toBe(expected);
  });
});

describe('receiptOf', () => {
  it('is the receipt of the frame that failed', () => {
    expect(receiptOf(new Error('m'), frame('SEND', { receipt: 'r1' }))).toBe('r1');
    expect(receiptOf(new Error('m'), frame('SEND'))).toBeUndefined();
    expect(receiptOf(new Error('m'), undefined)).toBeUndefined();
  });

  it('is what the decoder could read of a frame that it refused', () => {
    const error = new StompProtocolError('STOMP_ERR_BODY_LIMIT', 'm', { receiptId: 'r2', limit: 1 });
    expect(receiptOf(error, undefined)).toBe('r2');
  });

  it.each(['CONNECT', 'STOMP'] as const)('is never that of %s', (command) => {
    expect(receiptOf(new Error('m'), frame(command, { receipt: 'r1' }))).toBeUndefined();
  });
});
