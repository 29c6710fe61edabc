import type { Dialect } from './dialect.js';

const M = 'M'.charCodeAt(0);

/** No protocol at all: what is sent is what everybody receives. It has the size of a STOMP MESSAGE. */
export class RawDialect implements Dialect {
  readonly path = '/';
  readonly trailerLength = 1;
  readonly hasHeartBeats = false;

  isDelivery(octets: Buffer, start: number): boolean {
    return octets[start] === M;
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  subscribe(): string {
    return 'SUBSCRIBE';
  }

  publish(body: string): string {
    return (
      'MESSAGE\ndestination:/topic/bench\ncontent-type:text/plain\nsubscription:sub-0\n' +
      `message-id:0123456789ab-1234\ncontent-length:${body.length}\n\n${body}\0`
    );
  }

  subscribeReplies(): undefined {
    return undefined;
  }

  request(json: string): string {
    return `MESSAGE\n\n${json}\0`;
  }
}
