import type { WebSocketClient } from '../web-socket-client.js';
import { waitFor, type Dialect } from './dialect.js';

/** Packets of engine.io 4, and within its messages those of socket.io 5. */
const PING = '2'.charCodeAt(0);
const MESSAGE = '4'.charCodeAt(0);
const EVENT = '2'.charCodeAt(0);
const PONG = '3';

/** socket.io over WebSocket from the start, without polling first. */
export class SocketIoDialect implements Dialect {
  readonly path = '/socket.io/?EIO=4&transport=websocket';
  /** `"]` behind a body that is a string. A reply is JSON itself and has `]` only. */
  readonly trailerLength = 2;
  readonly hasHeartBeats = false;

  isDelivery(octets: Buffer, start: number): boolean {
    return octets[start] === MESSAGE && octets[start + 1] === EVENT;
  }

  async connect(client: WebSocketClient): Promise<void> {
    await waitFor(client, '0{');
    const joined = waitFor(client, '40');
    client.send('40');
    await joined;
  }

  subscribe(subscriptionId: string): string {
    return `42${JSON.stringify(['subscribe', subscriptionId])}`;
  }

  publish(body: string): string {
    return `42${JSON.stringify(['publish', body])}`;
  }

  publishThroughHandler(body: string): string {
    return this.publish(body);
  }

  subscribeReplies(): undefined {
    return undefined;
  }

  request(json: string, handler: 'plain' | 'enhanced'): string {
    return `42["${handler}",${json}]`;
  }

  answer(client: WebSocketClient, octets: Buffer, start: number): void {
    if (octets[start] === PING) client.send(PONG);
  }
}
