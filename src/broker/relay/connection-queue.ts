import type { BrokerConnection, BrokerConnectionListener } from './broker-connection.js';

/** Makes one connection. */
export type Dialler = (listener: BrokerConnectionListener) => BrokerConnection;

interface Waiting {
  readonly listener: BrokerConnectionListener;
  connection: BrokerConnection | undefined;
  /** From the dialling until it stands or has failed: while it counts. */
  isConnecting: boolean;
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
    const waiting: Waiting = { listener, connection: undefined, isConnecting: false };
    this.#waiting.add(waiting);
    this.#next();
    return { cancel: () => this.#cancel(waiting) };
  }

  #cancel(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (!waiting.isConnecting) return;
    waiting.connection?.destroy();
    this.#done(waiting);
  }

  #next(): void {
    for (const waiting of this.#waiting) {
      if (this.#connecting >= this.limit) return;
      this.#waiting.delete(waiting);
      waiting.isConnecting = true;
      this.#connecting++;
      this.#dial(waiting);
    }
  }

  #dial(waiting: Waiting): void {
    const { listener } = waiting;
    waiting.connection = this.dial({
      opened: (connection) => {
        this.#done(waiting);
        listener.opened(connection);
      },
      frame: (frame) => listener.frame(frame),
      ended: (error) => {
        this.#done(waiting);
        listener.ended(error);
      },
    });
  }

  /** Once for each: what has ended may still be cancelled. */
  #done(waiting: Waiting): void {
    if (!waiting.isConnecting) return;
    waiting.isConnecting = false;
    this.#connecting--;
    this.#next();
  }
}
