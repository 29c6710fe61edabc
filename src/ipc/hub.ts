import type { Server, Socket } from 'node:net';
import { HubConnection, type HubConnectionListener } from './hub-connection.js';
import { HubInterest } from './hub-interest.js';
import type { HubLimits } from './hub-limits.js';
import type { HubSocket } from './hub-socket.js';

/** Nodes at one hub: more processes than one machine has use for. */
const MAX_NODES = 1024;

/** How often the hub looks whether its socket file is still its own. */
const WATCH_MS = 1000;

/** How long nodes have to take what waits for them when the hub ends: the contract allows `close` a second. */
const FAREWELL_MS = 1000;

/**
 * What passes messages on between the nodes of one machine. It lives in one of their processes, as long as the connection of
 * that node, and keeps no process alive.
 */
export class Hub implements HubConnectionListener {
  readonly #connections = new Set<HubConnection>();
  readonly #interest = new HubInterest<HubConnection>();
  readonly #server: Server;
  readonly #watch: NodeJS.Timeout;
  #waiting: HubConnection[] = [];
  #end: Promise<void> | undefined;
  #emptied: (() => void) | undefined;

  constructor(
    private readonly place: HubSocket,
    private readonly limits: HubLimits,
  ) {
    this.#server = place.server
      .on('connection', (socket) => this.#accept(socket))
      // This process has no descriptors left: whoever could not come in tries again.
      .on('error', () => undefined)
      .unref();
    this.#watch = setInterval(() => void this.#look(), WATCH_MS).unref();
  }

  subscribed(connection: HubConnection, address: string): void {
    this.#interest.add(address, connection);
  }

  unsubscribed(connection: HubConnection, address: string): void {
    this.#interest.remove(address, connection);
  }

  published(address: string, frame: Buffer): void {
    for (const connection of this.#interest.of(address)) connection.send(frame);
  }

  waiting(connection: HubConnection): void {
    this.#waiting.push(connection);
  }

  readChunk(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const connection of waiting) connection.flush();
  }

  ended(connection: HubConnection): void {
    for (const address of connection.addresses) this.#interest.remove(address, connection);
    connection.addresses.clear();
  }

  closed(connection: HubConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#emptied?.();
  }

  /** Lets the nodes have what was taken for them, and ends. They elect another hub. */
  close(reason: string): Promise<void> {
    return (this.#end ??= this.#close(reason));
  }

  async #close(reason: string): Promise<void> {
    clearInterval(this.#watch);
    // First of all, so that nobody comes who would have to leave again.
    await this.place.remove();
    this.#server.close();
    for (const connection of this.#connections) connection.leave(reason, false, FAREWELL_MS);
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      // This one does keep the process alive: messages are on their way.
      const patience = setTimeout(resolve, FAREWELL_MS);
      this.#emptied = () => {
        clearTimeout(patience);
        resolve();
      };
    });
    for (const connection of this.#connections) connection.destroy();
  }

  #accept(socket: Socket): void {
    const connection = new HubConnection(socket, this.limits, this);
    this.#connections.add(connection);
    if (this.#end !== undefined) connection.destroy();
    else if (this.#connections.size > MAX_NODES) {
      connection.leave(
        `it has ${MAX_NODES} nodes already. Give some of the processes another \`path\``,
        true,
        FAREWELL_MS,
      );
    }
  }

  /** Whoever takes the file away, or puts another in its place, parts the nodes that come from those that are here. */
  async #look(): Promise<void> {
    if (!(await this.place.isInPlace()))
      await this.close('its socket file is gone or belongs to another hub');
  }
}
