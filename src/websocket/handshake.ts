import type { IncomingMessage } from 'node:http';
import { isOriginAllowed, type AllowedOrigins } from './allowed-origins.js';
import { refusal, type HandshakeRefusal } from './handshake-refusal.js';

/** 16 octets in base64 (RFC 6455, section 4.1). */
const KEY = /^[+/0-9A-Za-z]{22}==$/;

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/**
 * Looks at a request on an endpoint, origin first: who may not connect learns nothing else.
 *
 * @returns `undefined` when it may be upgraded
 */
export function refusalOf(request: IncomingMessage, allowed: AllowedOrigins): HandshakeRefusal | undefined {
  const { headers, method } = request;
  if (!isOriginAllowed(request, allowed)) return refusal(403, 'Origin not allowed');
  if (method !== 'GET') return refusal(405, 'A WebSocket is opened with GET', { Allow: 'GET' });
  if (headers.upgrade?.toLowerCase() !== 'websocket') {
    return refusal(426, 'This is a WebSocket endpoint', { Upgrade: 'websocket' });
  }
  if (!namesUpgrade(headers.connection)) return refusal(400, '"Connection" must be "Upgrade"');
  if (!KEY.test(headers['sec-websocket-key'] ?? ''))
    return refusal(400, 'Sec-WebSocket-Key is missing or wrong');
  if (headers['sec-websocket-version'] !== '13') {
    return refusal(426, 'Only WebSocket version 13 is spoken here', {
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
    });
  }
  if (!areSubProtocols(headers['sec-websocket-protocol']))
    return refusal(400, 'Sec-WebSocket-Protocol is no list of different names');
  return undefined;
}

/** `ws` checks it, too, but only when the interceptors have done their work. */
function areSubProtocols(list: string | undefined): boolean {
  if (list === undefined) return true;
  const names = list.split(',').map((name) => name.replace(/^[\t ]+|[\t ]+$/g, ''));
  return names.every((name) => TOKEN.test(name)) && new Set(names).size === names.length;
}

function namesUpgrade(connection = ''): boolean {
  return connection.split(',').some((token) => token.trim().toLowerCase() === 'upgrade');
}
