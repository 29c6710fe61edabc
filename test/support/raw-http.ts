import { connect, type Socket } from 'node:net';

/** An HTTP response as it came over the wire. */
export interface RawResponse {
  readonly statusLine: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What came behind the head, as far as it is part of this response. */
  readonly body: string;
  /** The connection, still open after a 101. */
  readonly socket: Socket;
}

const open = new Set<Socket>();

/** Header lines of a handshake that every server accepts. */
export const HANDSHAKE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];

/**
 * Writes a request octet by octet, `Host` added, and reads the response.
 *
 * @param requestLine such as `GET /stomp`
 */
export function rawRequest(
  port: number,
  requestLine: string,
  headers: readonly string[] = [],
  body = '',
): Promise<RawResponse> {
  const socket = connect(port, '127.0.0.1');
  open.add(socket);
  socket.on('close', () => open.delete(socket));
  const host = headers.some((line) => line.startsWith('Host:')) ? [] : [`Host: 127.0.0.1:${port}`];
  socket.write([`${requestLine} HTTP/1.1`, ...host, ...headers, '', body].join('\r\n'), 'latin1');
  return rawResponse(socket);
}

/** Reads the next response from a connection. */
export function rawResponse(socket: Socket): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    let text = '';
    const look = (ended: boolean): void => {
      const response = parse(text, ended);
      if (response === undefined && !ended) return;
      socket.off('data', onData).off('close', onClose);
      if (response === undefined) return reject(new Error(`The connection ended after: ${text}`));
      socket.pause();
      if (response.rest.length > 0) socket.unshift(response.rest, 'latin1');
      resolve({ ...response, socket });
    };
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      look(false);
    };
    const onClose = (): void => look(true);
    socket.on('data', onData).on('close', onClose).resume();
    socket.on('error', () => undefined);
  });
}

function parse(
  text: string,
  ended: boolean,
): (Omit<RawResponse, 'socket'> & { readonly rest: string }) | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const tail = text.slice(end + 4);
  if (statusLine.includes(' 101 ')) return { statusLine, headers, body: '', rest: tail };
  const length = bodyLength(headers, tail, ended);
  if (tail.length < length) return undefined;
  return { statusLine, headers, body: tail.slice(0, length), rest: tail.slice(length) };
}

/** Octets of the body, in the form in which they are on the wire. */
function bodyLength(headers: Readonly<Record<string, string>>, tail: string, ended: boolean): number {
  const length = headers['content-length'];
  if (length !== undefined) return Number(length);
  const lastChunk = '0\r\n\r\n';
  if (headers['transfer-encoding'] === 'chunked' && tail.includes(lastChunk)) {
    return tail.indexOf(lastChunk) + lastChunk.length;
  }
  return ended ? tail.length : Infinity;
}

/** For `afterEach`; with another way to leave also for tests. */
export function destroyRawRequests(leave: 'destroy' | 'end' | 'resetAndDestroy' = 'destroy'): void {
  for (const socket of open) socket[leave]();
}
