import type { Message, MessageHeaders, SimpMessageType } from '../../src/messaging/message.js';
import type { Principal } from '../../src/messaging/principal.js';

/** A message as it comes from a client, without the socket. */
export function clientMessage(
  simpMessageType: SimpMessageType,
  simpDestination?: string,
  simpUser?: Principal,
  more: Partial<MessageHeaders> = {},
): Message {
  return {
    payload: new Uint8Array(),
    headers: { simpMessageType, simpDestination, simpUser, nativeHeaders: new Map(), ...more },
  };
}

export const BOB: Principal = { name: 'bob', roles: ['USER'], authorities: ['orders:read'] };
export const ADA: Principal = { name: 'ada', roles: ['ADMIN'] };
