import { DIALECTS, type DialectName } from './dialects/dialects.js';
import type { Dialect, SessionOptions } from './dialects/dialect.js';
import { WebSocketClient } from './web-socket-client.js';

/** Handshakes under way at a time: a flood of them measures the backlog of the listening socket. */
const CONCURRENCY = 64;

/** The sessions of one measurement with one server, or with several nodes in turn. */
export class SessionPool {
  readonly clients: WebSocketClient[] = [];
  readonly dialect: Dialect;
  /** Rejected when a server closes a connection, which it never has to do here. */
  readonly lost: Promise<never>;
  #lose: (error: Error) => void = () => undefined;

  constructor(
    private readonly ports: readonly number[],
    dialect: DialectName,
  ) {
    this.dialect = DIALECTS[dialect];
    this.lost = new Promise((_resolve, reject) => (this.#lose = reject));
    // Awaited by whoever measures; nobody may be measuring when it happens.
    this.lost.catch(() => undefined);
  }

  /** How many nodes there are: session `i` of an {@link open} is at node `i` modulo this. */
  get nodes(): number {
    return this.ports.length;
  }

  /**
   * Opens sessions.
   *
   * @param ready sends what each session begins with, such as a subscription
   */
  async open(
    count: number,
    ready: (client: WebSocketClient, index: number) => void = () => undefined,
    options: SessionOptions = { heartBeatMs: 0 },
  ): Promise<readonly WebSocketClient[]> {
    const opened: WebSocketClient[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < count) {
        const index = next++;
        const client = await this.#openOne(this.ports[index % this.ports.length] ?? 0, options);
        opened.push(client);
        ready(client, index);
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, count) }, work));
    return opened;
  }

  close(): void {
    for (const client of this.clients) client.destroy();
    this.clients.length = 0;
  }

  async #openOne(port: number, options: SessionOptions): Promise<WebSocketClient> {
    const { dialect } = this;
    const client = await WebSocketClient.open({
      port,
      path: dialect.path,
      subprotocol: dialect.subprotocol,
    });
    this.clients.push(client);
    await dialect.connect(client, options);
    client.onClose = (reason) => this.#lose(new Error(reason));
    client.onMessage = (octets, start, end) => dialect.answer?.(client, octets, start, end);
    return client;
  }
}
