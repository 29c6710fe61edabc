import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Why a request on an endpoint does not become a WebSocket. */
export interface HandshakeRefusal {
  readonly status: number;
  /** The body of the answer: what the client may know. */
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A refusal with what it says to the client. */
export function refusal(
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): HandshakeRefusal {
  return { status, reason, headers };
}

/** Answers a request that Node has not taken for an upgrade. What it still sends is not worth reading. */
export function refuseRequest(response: ServerResponse, { status, reason, headers }: HandshakeRefusal): void {
  response.writeHead(status, {
    ...headers,
    Connection: connectionOf(headers),
    'Content-Type': 'text/plain',
  });
  response.end(reason);
}

/** Answers an upgrade with a response, and ends the connection. */
export function refuseUpgrade(socket: Duplex, { status, reason, headers }: HandshakeRefusal): void {
  const fields = {
    ...headers,
    Connection: connectionOf(headers),
    'Content-Type': 'text/plain',
    'Content-Length': String(Buffer.byteLength(reason)),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${reason}`,
    () => socket.destroy(),
  );
}

function connectionOf(headers: Readonly<Record<string, string>>): string {
  return 'Upgrade' in headers ? 'Upgrade, close' : 'close';
}
