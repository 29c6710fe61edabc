// socket.io by itself, whose rooms do the broadcasting.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { serve } from './serve.js';

const http = createServer();
const server = new Server(http, { pingInterval: 10_000, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('subscribe', () => void socket.join('bench'));
  socket.on('publish', (body: string) => server.to('bench').emit('message', body));
  socket.on('plain', (data: object) => socket.emit('reply', data));
});
await serve(http);
