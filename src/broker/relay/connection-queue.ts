import type { BrokerConnection, BrokerConnectionListener } from './broker-connection.js';

/** Makes one connection. */
export type Dialler = (listener: BrokerConnectionListener) => BrokerConnection;

interface Waiting {
  readonly listener: BrokerConnectionListener;
  connection: BrokerConnection | undefined;
  isCancelled: boolean;
}

/**
 * Opens connections a few at a time, in the order in which they are asked for: when a broker comes back, all sessions want
 * theirs at once. As many can wait as there are sessions.
 */
export class ConnectionQueue {
  readonly #waiting = new Set<Waiting>();
  #connecting = 0;

  constructor(
    private readonly dial: Dialler,
    private readonly limit: number,
  ) {}

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** @returns how to take it back; a connection that stands is not touched by that */
  connect(listener: BrokerConnectionListener): { readonly cancel: () => void } {
    const waiting: Waiting = { listener, connection: undefined, isCancelled: false };
    this.#waiting.add(waiting);
    this.#next();
    return { cancel: () => this.#cancel(waiting) };
  }

  #cancel(waiting: Waiting): void {
    waiting.isCancelled = true;
    this.#waiting.delete(waiting);
    const { connection } = waiting;
    if (connection === undefined || connection.isOpen) return;
    connection.destroy();
    waiting.connection = undefined;
    this.#done();
  }

  #next(): void {
    for (const waiting of this.#waiting) {
      if (this.#connecting >= this.limit) return;
      this.#waiting.delete(waiting);
      this.#connecting++;
      this.#dial(waiting);
    }
  }

  #dial(waiting: Waiting): void {
    const { listener } = waiting;
    let isConnecting = true;
    const connected = (): void => {
      if (!isConnecting) return;
      isConnecting = false;
      this.#done();
    };
    waiting.connection = this.dial({
      opened: (connection) => {
        connected();
        listener.opened(connection);
      },
      frame: (frame) => listener.frame(frame),
      ended: (error) => {
        connected();
        listener.ended(error);
      },
    });
  }

  #done(): void {
    this.#connecting--;
    this.#next();
  }
}
