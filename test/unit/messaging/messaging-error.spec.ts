import { describe, expect, it } from '@jest/globals';
import {
  isStompError,
  MessageConversionError,
  MessageDeliveryError,
  MessageHandlingError,
  MessageRejectedError,
  MessagingError,
} from '../../../src/messaging/messaging-error.js';

describe('the errors of the message flow', () => {
  it.each([
    [MessageConversionError, 'MessageConversionError', 'STOMP_ERR_CONVERSION'],
    [MessageDeliveryError, 'MessageDeliveryError', 'STOMP_ERR_DELIVERY'],
    [MessageHandlingError, 'MessageHandlingError', 'STOMP_ERR_HANDLER'],
    [MessageRejectedError, 'MessageRejectedError', 'STOMP_ERR_REJECTED'],
  ])('have a name, a stable code, a text and a cause: %p', (Type, name, code) => {
    const cause = new Error('inner');
    const error = new Type('text', { cause });
    expect(error).toBeInstanceOf(MessagingError);
    expect(error).toMatchObject({ name, code, message: 'text', cause });
    expect(String(error)).toBe(`${name}: text`);
    expect('cause' in new Type('text')).toBe(false);
  });

  it('have a base that says so', () => {
    expect(String(new MessagingError('STOMP_ERR_DELIVERY', 'text'))).toBe('MessagingError: text');
  });
});

describe('isStompError', () => {
  it('knows them by their code, also those of a second copy of the package', () => {
    expect(isStompError(new MessageRejectedError('m'))).toBe(true);
    expect(isStompError(Object.assign(new Error('m'), { code: 'STOMP_ERR_REJECTED' }))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['an error without a code', new Error('m')],
    ['an error with a number for a code', Object.assign(new Error('m'), { code: 42 })],
    ['an error with the code of another package', Object.assign(new Error('m'), { code: 'ECONNRESET' })],
    ['an object that is no error', { code: 'STOMP_ERR_REJECTED' }],
    ['a string', 'STOMP_ERR_REJECTED'],
    ['nothing', undefined],
  ])('does not know %s', (_, error) => {
    expect(isStompError(error)).toBe(false);
  });
});
