// The limit: bytes framed once are written to every socket, all of one turn of the event loop in one system call.
// Nothing is parsed, looked up, counted or checked. `ws` accepts the sockets and reads from them.
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { serve } from './serve.js';

const http = createServer();
const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const subscribers = new Set<Duplex>();
const corked = new Set<Duplex>();
const SUBSCRIBE = 'S'.charCodeAt(0);

function write(socket: Duplex, frame: Buffer): void {
  if (!corked.has(socket)) {
    if (corked.size === 0) setImmediate(uncorkAll);
    corked.add(socket);
    socket.cork();
  }
  socket.write(frame);
}

function uncorkAll(): void {
  for (const socket of corked) socket.uncork();
  corked.clear();
}

function framed(payload: Buffer): Buffer {
  if (payload.length < 126) return Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
  const head = Buffer.from([0x81, 126, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

http.on('upgrade', (request, socket, head) => {
  server.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on('message', (data: Buffer) => {
      if (data[0] === SUBSCRIBE) subscribers.add(socket);
      // A question of a round trip has no headers and is for its sender alone.
      else if (data[8] === 0x0a) write(socket, framed(data));
      else {
        const frame = framed(data);
        for (const subscriber of subscribers) write(subscriber, frame);
      }
    });
    webSocket.on('close', () => subscribers.delete(socket));
    webSocket.on('error', () => undefined);
  });
});
await serve(http);
