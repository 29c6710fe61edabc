// What one writes by hand on `ws`: JSON, and a text of its own for each receiver.
import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { serve } from './serve.js';

interface Question {
  readonly event: 'subscribe' | 'publish' | 'plain';
  readonly data: string;
}

const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const subscribers = new Map<WebSocket, string>();

server.on('connection', (webSocket) => {
  webSocket.on('message', (octets: Buffer) => {
    const { event, data } = JSON.parse(octets.toString()) as Question;
    if (event === 'subscribe') subscribers.set(webSocket, data);
    else if (event === 'publish') {
      for (const [subscriber, subscription] of subscribers)
        subscriber.send(JSON.stringify({ destination: '/topic/bench', subscription, body: data }));
    } else webSocket.send(JSON.stringify({ event, data }));
  });
  webSocket.on('close', () => subscribers.delete(webSocket));
  webSocket.on('error', () => undefined);
});
await serve(http);
