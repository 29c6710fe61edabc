import type { WebSocketClient } from '../web-socket-client.js';
import { TOPIC, waitFor, type Dialect, type SessionOptions } from './dialect.js';

/** In what STOMP servers differ. */
export interface StompDialectOptions {
  readonly path: string;
  readonly subprotocol?: string;
  /** Headers of CONNECT, each with its line end. */
  readonly credentials?: string;
  readonly versions?: string;
  readonly hasHandlers: boolean;
  /** Whether a line end follows the NUL of every frame. */
  readonly endsInLine?: boolean;
}

const M = 'M'.charCodeAt(0);

/** STOMP, as StompJS speaks it: one frame in one WebSocket message. */
export class StompDialect implements Dialect {
  readonly path: string;
  readonly subprotocol: string;
  /** The NUL. */
  readonly trailerLength: number;
  readonly hasHeartBeats = true;
  readonly publishThroughHandler?: (body: string) => string;
  readonly subscribeReplies?: () => string;
  readonly request?: (json: string, handler: 'plain' | 'enhanced') => string;

  constructor(private readonly options: StompDialectOptions) {
    this.path = options.path;
    this.trailerLength = options.endsInLine === true ? 2 : 1;
    this.subprotocol = options.subprotocol ?? 'v12.stomp';
    if (!options.hasHandlers) return;
    this.publishThroughHandler = (body) => send('/app/broadcast', body, 'text/plain');
    this.subscribeReplies = () => 'SUBSCRIBE\nid:replies\ndestination:/user/queue/replies\n\n\0';
    this.request = (json, handler) => send(`/app/${handler}`, json, 'application/json');
  }

  isDelivery(octets: Buffer, start: number): boolean {
    // No other frame of a server begins like MESSAGE.
    return octets[start] === M;
  }

  async connect(client: WebSocketClient, { heartBeatMs }: SessionOptions): Promise<void> {
    const { credentials = '', versions = '1.2' } = this.options;
    const answer = waitFor(client, 'CONNECTED');
    client.send(
      `CONNECT\naccept-version:${versions}\nhost:/\n${credentials}heart-beat:${heartBeatMs},${heartBeatMs}\n\n\0`,
    );
    await answer;
  }

  subscribe(subscriptionId: string): string {
    return `SUBSCRIBE\nid:${subscriptionId}\ndestination:${TOPIC}\n\n\0`;
  }

  publish(body: string): string {
    return send(TOPIC, body, 'text/plain');
  }
}

function send(destination: string, body: string, contentType: string): string {
  return `SEND\ndestination:${destination}\ncontent-type:${contentType}\ncontent-length:${body.length}\n\n${body}\0`;
}
