import { describe, expect, it } from '@jest/globals';
import { allowsBody, isClientCommand, isStompCommand } from '../../../src/protocol/stomp-command.js';

const CLIENT = [
  'CONNECT',
  'STOMP',
  'SEND',
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'ACK',
  'NACK',
  'BEGIN',
  'COMMIT',
  'ABORT',
  'DISCONNECT',
] as const;
const SERVER = ['CONNECTED', 'MESSAGE', 'RECEIPT', 'ERROR'] as const;

describe('isStompCommand', () => {
  it.each([...CLIENT, ...SERVER])('knows %s', (command) => {
    expect(isStompCommand(command)).toBe(true);
  });

  it.each(['send', 'Send', 'SEND ', ' SEND', 'SEND\r', '', 'FOO', '__proto__', 'constructor', 'toString'])(
    'does not know "%s" [A16]',
    (text) => {
      expect(isStompCommand(text)).toBe(false);
    },
  );
});

describe('isClientCommand', () => {
  it.each(CLIENT)('takes %s for one of a client', (command) => {
    expect(isClientCommand(command)).toBe(true);
  });

  it.each(SERVER)('does not take %s for one of a client [A19]', (command) => {
    expect(isClientCommand(command)).toBe(false);
  });
});

describe('allowsBody', () => {
  it('allows a body on SEND, MESSAGE and ERROR only [A59] [A62]', () => {
    expect([...CLIENT, ...SERVER].filter(allowsBody)).toEqual(['SEND', 'MESSAGE', 'ERROR']);
  });
});
