import { IncomingMessage, type IncomingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';

/** An HTTP request as the server sees it, on a connection with TLS or without. */
export function requestWith(
  headers: IncomingHttpHeaders,
  { method = 'GET', encrypted = false }: { readonly method?: string; readonly encrypted?: boolean } = {},
): IncomingMessage {
  const socket = encrypted ? Object.assign(new Socket(), { encrypted: true }) : new Socket();
  return Object.assign(new IncomingMessage(socket), { method, headers });
}
