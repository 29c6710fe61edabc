import { WebSocket } from 'ws';

/** What ends a conversation. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** One WebSocket message as it came. */
export interface RawMessage {
  readonly data: Buffer;
  readonly isBinary: boolean;
}

const NUL = '\0';
const NOTHING: RawMessage = { data: Buffer.alloc(0), isBinary: false };
const open = new Set<WebSocket>();

/**
 * A WebSocket that speaks what the test writes, frame by frame and octet by octet, and queues every message it
 * receives, so that nothing is missed between two awaits.
 */
export class RawClient {
  readonly closed: Promise<Closed>;
  readonly #queue: RawMessage[] = [];
  readonly #waiting: ((message: RawMessage) => void)[] = [];
  #end: Closed | undefined;

  private constructor(readonly socket: WebSocket) {
    open.add(socket);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#end = { code, reason: reason.toString() };
        open.delete(socket);
        for (const waiter of this.#waiting.splice(0)) waiter(NOTHING);
        resolve(this.#end);
      });
    });
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      const waiter = this.#waiting.shift();
      if (waiter === undefined) this.#queue.push({ data, isBinary });
      else waiter({ data, isBinary });
    });
  }

  /** Opens a WebSocket without a STOMP session. */
  static async open(url: string, protocols: string[] = [], options: object = {}): Promise<RawClient> {
    const socket = new WebSocket(url, protocols, options);
    const client = new RawClient(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return client;
  }

  /** Opens a session of STOMP 1.2 without heart-beats; CONNECTED is consumed. */
  static async connect(url: string, headers = 'accept-version:1.2\nheart-beat:0,0\n'): Promise<RawClient> {
    const client = await RawClient.open(url);
    client.send(`CONNECT\n${headers}\n${NUL}`);
    const answer = await client.next();
    if (!answer.startsWith('CONNECTED\n')) throw new Error(`Not connected: ${answer}`);
    return client;
  }

  send(data: string | Buffer): void {
    this.socket.send(data);
  }

  /** The next message from the server; '' when the connection has ended. */
  async next(): Promise<string> {
    return (await this.nextMessage()).data.toString('utf8');
  }

  /** The next message with its octets and opcode; an empty one when the connection has ended. */
  nextMessage(): Promise<RawMessage> {
    const queued = this.#queue.shift();
    if (queued !== undefined) return Promise.resolve(queued);
    if (this.#end !== undefined) return Promise.resolve(NOTHING);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * Subscribes and unsubscribes, and returns everything that came before the RECEIPT. Whatever the server had to say
   * to earlier frames is in there, because receipts are sent in frame order.
   */
  async sync(): Promise<string[]> {
    this.send(
      `SUBSCRIBE\nid:sync\ndestination:/topic/sync\n\n${NUL}UNSUBSCRIBE\nid:sync\nreceipt:sync\n\n${NUL}`,
    );
    const before: string[] = [];
    for (;;) {
      const message = await this.next();
      if (message === `RECEIPT\nreceipt-id:sync\n\n${NUL}`) break;
      if (message === '') throw new Error(`Closed instead of RECEIPT; before it: ${before.join('|')}`);
      before.push(message);
    }
    return before;
  }

  terminate(): void {
    this.socket.terminate();
  }
}

/** For `afterEach`. */
export function terminateRawClients(): void {
  for (const socket of open) socket.terminate();
}
