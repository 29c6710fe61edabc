import type { Message, SimpMessageType } from '../messaging/message.js';
import type { NativeHeaders } from '../messaging/native-headers.js';
import type { SimpSession } from '../messaging/simp-session.js';
import type { StompCommand } from '../protocol/stomp-command.js';
import type { StompFrame } from '../protocol/stomp-frame.js';
import type { StompHeaders } from '../protocol/stomp-headers.js';
import { StompCredentials } from './stomp-credentials.js';

const MESSAGE_TYPES: Partial<Record<StompCommand, SimpMessageType>> = {
  CONNECT: 'CONNECT',
  STOMP: 'CONNECT',
  SEND: 'MESSAGE',
  SUBSCRIBE: 'SUBSCRIBE',
  UNSUBSCRIBE: 'UNSUBSCRIBE',
  DISCONNECT: 'DISCONNECT',
};

/** Turns a client's frame into the message that travels `clientInboundChannel`. */
export function messageOf(
  frame: StompFrame,
  session: SimpSession,
  subscriptionId?: string,
): Message<Uint8Array> {
  const { command, headers } = frame;
  return {
    payload: frame.body,
    // Written out: a spread of this many headers costs more than all else here. What is added on the way has its place
    // already, because one more header on a copy costs V8 a hundred times the copy.
    headers: {
      simpMessageType: MESSAGE_TYPES[command] ?? 'OTHER',
      simpSessionId: session.id,
      simpUser: session.user,
      simpSession: session,
      simpSessionAttributes: session.attributes,
      stompCommand: command,
      simpDestination: headers.get('destination'),
      simpSubscriptionId: subscriptionId,
      contentType: headers.get('content-type'),
      nativeHeaders: nativeHeadersOf(headers),
      lookupDestination: undefined,
      destinationVariables: undefined,
    },
  };
}

/**
 * The CONNECT message. The passcode moves out of sight of everything that prints headers: the STOMP header says
 * `PROTECTED`, the value is in `stompCredentials`.
 */
export function connectMessageOf(frame: StompFrame, session: SimpSession): Message<Uint8Array> {
  const message = messageOf(frame, session);
  const { headers } = frame;
  const nativeHeaders = new Map(message.headers.nativeHeaders);
  if (nativeHeaders.has('passcode')) nativeHeaders.set('passcode', ['PROTECTED']);
  return {
    payload: message.payload,
    headers: {
      ...message.headers,
      nativeHeaders,
      stompCredentials: new StompCredentials(headers.get('login'), headers.get('passcode')),
    },
  };
}

/** The DISCONNECT that stands for a connection that ended without one. */
export function disconnectMessageOf(session: SimpSession): Message<Uint8Array> {
  return {
    payload: Buffer.alloc(0),
    headers: {
      simpMessageType: 'DISCONNECT',
      simpSessionId: session.id,
      simpUser: session.user,
      simpSession: session,
      simpSessionAttributes: session.attributes,
      nativeHeaders: new Map(),
    },
  };
}

function nativeHeadersOf(headers: StompHeaders): NativeHeaders {
  const native = new Map<string, string[]>();
  headers.forEach((name, value) => {
    const values = native.get(name);
    if (values === undefined) native.set(name, [value]);
    else values.push(value);
  });
  return native;
}
