import { Client, type IFrame, type IMessage, type StompConfig, Versions } from '@stomp/stompjs';
import { WebSocket } from 'ws';
import type { Version } from './stage.js';

const active = new Set<StompJsClient>();

/**
 * StompJS over `ws`, with its callbacks as queues that a test can wait on. It judges the server by what it makes of
 * the frames, so nothing here helps it.
 */
export class StompJsClient {
  readonly client: Client;
  readonly connects = new Arrivals<IFrame>();
  readonly errors = new Arrivals<IFrame>();
  readonly closes = new Arrivals<{ readonly code: number; readonly reason: string }>();
  /** What StompJS could not make sense of. */
  readonly strange: string[] = [];

  constructor(url: string, versions: readonly Version[] = ['1.2', '1.1', '1.0'], config: StompConfig = {}) {
    const stompVersions = new Versions([...versions]);
    this.client = new Client({
      stompVersions,
      webSocketFactory: () => new WebSocket(url, stompVersions.protocolVersions()),
      heartbeatIncoming: 0,
      heartbeatOutgoing: 0,
      reconnectDelay: 0,
      onConnect: (frame) => this.connects.add(frame),
      onStompError: (frame) => this.errors.add(frame),
      onWebSocketClose: (event: { code: number; reason: string }) => this.closes.add(event),
      onUnhandledMessage: (message) => this.strange.push(`MESSAGE ${message.body}`),
      onUnhandledReceipt: (frame) => this.strange.push(frame.command),
      onUnhandledFrame: (frame) => this.strange.push(frame.command),
    });
    this.client.configure(config);
    active.add(this);
  }

  /** Activates the client and waits for CONNECTED. */
  async connect(): Promise<IFrame> {
    this.client.activate();
    return this.connects.next();
  }

  /** Subscribes, waits until the server says that the subscription is live, and gives its messages. */
  async subscribe(destination: string, headers: Record<string, string> = {}): Promise<Arrivals<IMessage>> {
    const messages = new Arrivals<IMessage>();
    await this.receiptOf((receipt) => {
      this.client.subscribe(destination, (message) => messages.add(message), { ...headers, receipt });
    });
    return messages;
  }

  /** Waits for the RECEIPT of whatever is sent with the receipt id. */
  receiptOf(send: (receipt: string) => void): Promise<IFrame> {
    const receipt = `receipt-${Math.random()}`;
    return new Promise((resolve) => {
      this.client.watchForReceipt(receipt, resolve);
      send(receipt);
    });
  }
}

/** What has arrived and was not taken yet. */
export class Arrivals<T> {
  readonly #queue: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  /** Arrivals that nobody has taken. */
  get size(): number {
    return this.#queue.length;
  }

  add(item: T): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#queue.push(item);
    else waiter(item);
  }

  async next(): Promise<T> {
    const queued = this.#queue.shift();
    return queued ?? new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** For `afterEach`. */
export async function deactivateStompJsClients(): Promise<void> {
  const clients = [...active];
  active.clear();
  await Promise.all(clients.map(({ client }) => client.deactivate({ force: true })));
}
