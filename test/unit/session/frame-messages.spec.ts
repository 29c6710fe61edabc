import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { SimpSession } from '../../../src/messaging/simp-session.js';
import type { StompCommand } from '../../../src/protocol/stomp-command.js';
import type { StompFrame } from '../../../src/protocol/stomp-frame.js';
import { StompHeaders } from '../../../src/protocol/stomp-headers.js';
import { connectMessageOf, disconnectMessageOf, messageOf } from '../../../src/session/frame-messages.js';
import { StompCredentials } from '../../../src/session/stomp-credentials.js';
import { MessageFlow } from '../../support/message-flow.js';

const USER = { name: 'ada' };
const SESSION: SimpSession = {
  id: 's1',
  user: USER,
  attributes: new Map([['tenant', 't1']]),
  handshake: { url: '/stomp', headers: {}, remoteAddress: undefined },
  subscriptions: new Map(),
  close: () => undefined,
};

function frame(
  command: StompCommand,
  headers: readonly (readonly [string, string])[],
  body = '',
): StompFrame {
  return { command, headers: new StompHeaders(headers), body: Buffer.from(body) };
}

describe('messageOf', () => {
  it.each([
    ['CONNECT', 'CONNECT'],
    ['STOMP', 'CONNECT'],
    ['SEND', 'MESSAGE'],
    ['SUBSCRIBE', 'SUBSCRIBE'],
    ['UNSUBSCRIBE', 'UNSUBSCRIBE'],
    ['DISCONNECT', 'DISCONNECT'],
    ['ACK', 'OTHER'],
    ['NACK', 'OTHER'],
    ['BEGIN', 'OTHER'],
  ] as const)('makes of %s a message of type %s', (command, type) => {
    expect(messageOf(frame(command, []), SESSION).headers).toMatchObject({
      simpMessageType: type,
      stompCommand: command,
    });
  });

  it('says who sent it, where to, and what it is', () => {
    const sent = frame(
      'SEND',
      [
        ['destination', '/app/a'],
        ['content-type', 'text/plain'],
      ],
      'hi',
    );
    const { payload, headers } = messageOf(sent, SESSION, 'sub-0');
    expect(payload).toBe(sent.body);
    expect(headers).toMatchObject({
      simpDestination: '/app/a',
      simpSubscriptionId: 'sub-0',
      simpSessionId: 's1',
      simpUser: USER,
      contentType: 'text/plain',
    });
    expect(headers.simpSession).toBe(SESSION);
    expect(headers.simpSessionAttributes).toBe(SESSION.attributes);
  });

  it('lets the first of several destinations and content types count', () => {
    const { headers } = messageOf(
      frame('SEND', [
        ['destination', '/app/a'],
        ['destination', '/app/b'],
        ['content-type', 'text/plain'],
        ['content-type', 'text/html'],
      ]),
      SESSION,
    );
    expect(headers).toMatchObject({ simpDestination: '/app/a', contentType: 'text/plain' });
  });

  it('keeps STOMP headers in the order of first appearance, with all their values', () => {
    const { headers } = messageOf(
      frame('SEND', [
        ['b', '1'],
        ['a', '2'],
        ['b', '3'],
        ['empty', ''],
      ]),
      SESSION,
    );
    expect([...headers.nativeHeaders]).toEqual([
      ['b', ['1', '3']],
      ['a', ['2']],
      ['empty', ['']],
    ]);
  });

  it('takes __proto__, constructor and toString for names like any other [A199]', () => {
    const names = ['__proto__', 'constructor', 'toString', 'simpUser', 'nativeHeaders'];
    const { headers } = messageOf(
      frame(
        'SEND',
        names.map((name) => [name, 'x'] as const),
      ),
      SESSION,
    );
    expect([...headers.nativeHeaders.keys()]).toEqual(names);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
    expect(headers.simpUser).toBe(USER);
  });
});

describe('disconnectMessageOf', () => {
  it('stands for a DISCONNECT that nobody sent', () => {
    const { payload, headers } = disconnectMessageOf(SESSION);
    expect(payload).toHaveLength(0);
    expect(headers).toMatchObject({ simpMessageType: 'DISCONNECT', simpSessionId: 's1', simpUser: USER });
    expect(headers.nativeHeaders.size).toBe(0);
  });
});

describe('connectMessageOf', () => {
  const CONNECT = frame('CONNECT', [
    ['login', 'ada'],
    ['passcode', 'tops3cret'],
    ['passcode', 'tops3cret too'],
    ['x', 'y'],
  ]);

  it('gives login and passcode to whoever asks for them', () => {
    const credentials = connectMessageOf(CONNECT, SESSION).headers['stompCredentials'] as StompCredentials;
    expect(credentials.login).toBe('ada');
    expect(credentials.passcode).toBe('tops3cret');
  });

  it('writes PROTECTED where the passcode stood, and leaves the frame alone', () => {
    expect([...connectMessageOf(CONNECT, SESSION).headers.nativeHeaders]).toEqual([
      ['login', ['ada']],
      ['passcode', ['PROTECTED']],
      ['x', ['y']],
    ]);
    expect(CONNECT.headers.getAll('passcode')).toEqual(['tops3cret', 'tops3cret too']);
  });

  it('does not invent a passcode', () => {
    const { headers } = connectMessageOf(frame('STOMP', []), SESSION);
    const credentials = headers['stompCredentials'] as StompCredentials;
    expect(headers.nativeHeaders.has('passcode')).toBe(false);
    expect(credentials.login).toBeUndefined();
    expect(credentials.passcode).toBeUndefined();
  });

  it('keeps the passcode out of everything that prints, serialises or enumerates it [D99]', () => {
    const message = connectMessageOf(CONNECT, SESSION);
    const credentials = message.headers['stompCredentials'] as StompCredentials;
    expect(JSON.stringify(message)).not.toContain('tops3cret');
    expect(JSON.stringify([...message.headers.nativeHeaders])).not.toContain('tops3cret');
    expect(inspect(message, { depth: Infinity, showHidden: true })).not.toContain('tops3cret');
    expect(JSON.stringify(Object.fromEntries(Object.entries(credentials)))).toBe('{"login":"ada"}');
    expect(JSON.stringify(Object.getOwnPropertyDescriptors(credentials))).not.toContain('tops3cret');
    expect(JSON.stringify(structuredClone(credentials))).not.toContain('tops3cret');
  });
});

describe('the CONNECT of a live session', () => {
  it('can be printed and serialised without showing the passcode or the plumbing', () => {
    const flow = new MessageFlow();
    flow.connect('accept-version:1.2\nlogin:ada\npasscode:tops3cret\n');
    const [message] = flow.received;
    for (const text of [JSON.stringify(message), inspect(message, { depth: Infinity, showHidden: true })]) {
      expect(text).toContain('ada');
      expect(text).not.toContain('tops3cret');
      expect(text).not.toMatch(/transport|context|wheel|logger/);
    }
  });
});
