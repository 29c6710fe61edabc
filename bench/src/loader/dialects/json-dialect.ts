import type { Dialect } from './dialect.js';

const OPEN = '{'.charCodeAt(0);

/** JSON with an `event` and its `data`, as Nest's gateways on `WsAdapter` have it. */
export class JsonDialect implements Dialect {
  readonly path = '/';
  /** `"}` behind a body that is a string. A reply is JSON itself and has `}` only, see {@link request}. */
  readonly trailerLength = 2;
  readonly hasHeartBeats = false;

  isDelivery(octets: Buffer, start: number): boolean {
    return octets[start] === OPEN;
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  subscribe(subscriptionId: string): string {
    return JSON.stringify({ event: 'subscribe', data: subscriptionId });
  }

  publish(body: string): string {
    return JSON.stringify({ event: 'publish', data: body });
  }

  publishThroughHandler(body: string): string {
    return this.publish(body);
  }

  subscribeReplies(): undefined {
    return undefined;
  }

  request(json: string, handler: 'plain' | 'enhanced'): string {
    return `{"event":"${handler}","data":${json}}`;
  }
}
