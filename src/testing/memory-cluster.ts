import {
  ClusterBusError,
  type ClusterBus,
  type ClusterBusConnection,
  type ClusterBusListener,
} from '../broker/cluster/cluster-bus.js';

/** What the largest message may be: that of NATS unless it is told otherwise. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/**
 * An engine for a cluster within one process: several applications of a test share it, each with a {@link bus} of its own. It
 * can be ill as a real one can.
 *
 * ```ts
 * const cluster = new MemoryCluster();
 * const options = () => ({ simpleBroker: { cluster: { bus: cluster.bus() } }, … });
 * ```
 *
 * @publicApi
 */
export class MemoryCluster {
  readonly #connections = new Set<MemoryConnection>();
  #isUp = true;
  #isStalled = false;
  #stalled: (() => void)[] = [];

  /** @param maxMessageBytes the largest message it carries @default 1048576 (1 MiB) */
  constructor(readonly maxMessageBytes = MAX_MESSAGE_BYTES) {}

  /** Addresses that somebody has subscribed to, of all connections, one after the other. */
  get addresses(): readonly string[] {
    return [...this.#connections].flatMap(({ addresses }) => [...addresses]);
  }

  /** For one application. */
  bus(): ClusterBus {
    return {
      name: 'the memory of the test',
      connect: (listener) => this.#connect(listener),
    };
  }

  /** It is gone, and so are all connections and whatever was under way. */
  kill(): void {
    this.#isUp = false;
    this.#isStalled = false;
    for (const connection of this.#connections) {
      connection.lose(new ClusterBusError('STOMP_CLUSTER_LOST', 'The memory of the test was killed'));
    }
    this.#connections.clear();
    // What it was asked and had not done: of connections that are gone, and connects, which fail now.
    for (const step of this.#stalled.splice(0)) step();
  }

  /** It is back. Nobody is connected. */
  revive(): void {
    this.#isUp = true;
    this.#isStalled = false;
  }

  /** It answers nothing until {@link resume}, and its connections stand. */
  stall(): void {
    this.#isStalled = true;
  }

  resume(): void {
    this.#isStalled = false;
    for (const step of this.#stalled.splice(0)) step();
  }

  /** Says something as no node would. */
  inject(address: string, bytes: Uint8Array): void {
    this.#publish(address, bytes);
  }

  /** @internal a step of the engine: in a turn of its own, in order, and not while it stands still */
  step<T>(action: () => T): Promise<T> {
    return new Promise((resolve) => {
      queueMicrotask(() => {
        if (this.#isStalled) this.#stalled.push(() => resolve(action()));
        else resolve(action());
      });
    });
  }

  async #connect(listener: ClusterBusListener): Promise<ClusterBusConnection> {
    await this.step(() => undefined);
    if (!this.#isUp) {
      throw new ClusterBusError('STOMP_CLUSTER_UNREACHABLE', 'The memory of the test is down. Call revive()');
    }
    const connection = new MemoryConnection(this, listener, {
      publish: (address, bytes) => this.#publish(address, bytes),
      close: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    return connection;
  }

  #publish(address: string, bytes: Uint8Array): void {
    for (const connection of this.#connections) connection.deliver(address, bytes);
  }
}

class MemoryConnection implements ClusterBusConnection {
  readonly addresses = new Set<string>();
  pendingBytes = 0;
  #lost: Error | undefined;

  constructor(
    private readonly cluster: MemoryCluster,
    private readonly listener: ClusterBusListener,
    private readonly engine: {
      publish(address: string, bytes: Uint8Array): void;
      close(): void;
    },
  ) {}

  get maxMessageBytes(): number {
    return this.cluster.maxMessageBytes;
  }

  subscribe(addresses: readonly string[]): Promise<void> {
    return this.#ask(() => {
      for (const address of addresses) this.addresses.add(address);
    });
  }

  unsubscribe(addresses: readonly string[]): Promise<void> {
    return this.#ask(() => {
      for (const address of addresses) this.addresses.delete(address);
    });
  }

  publish(address: string, bytes: Uint8Array): void {
    this.pendingBytes += bytes.length;
    void this.cluster.step(() => {
      this.pendingBytes -= bytes.length;
      if (this.#lost === undefined) this.engine.publish(address, bytes);
    });
  }

  flush(): Promise<void> {
    return this.#ask(() => undefined);
  }

  async close(): Promise<void> {
    // What was published before is ahead of it; an engine that stands still is not waited for.
    await Promise.race([this.cluster.step(() => undefined), new Promise((resolve) => setImmediate(resolve))]);
    this.#lost ??= new Error('closed');
    this.engine.close();
  }

  deliver(address: string, bytes: Uint8Array): void {
    // Once for each match, as Redis does.
    for (const wanted of this.addresses) if (matches(wanted, address)) this.listener.message(bytes);
  }

  lose(error: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.#rejects.forEach((reject) => reject(error));
    this.listener.lost(error);
  }

  readonly #rejects = new Set<(error: Error) => void>();

  #ask(action: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) {
        reject(this.#lost);
        return;
      }
      this.#rejects.add(reject);
      void this.cluster.step(() => {
        this.#rejects.delete(reject);
        action();
        resolve();
      });
    });
  }
}

/** `*` is one word, a last `>` one or more. */
function matches(wanted: string, address: string): boolean {
  if (wanted === address) return true;
  const words = address.split('.');
  const pattern = wanted.split('.');
  for (const [index, word] of pattern.entries()) {
    if (word === '>') return words.length > index;
    if (word !== '*' && word !== words[index]) return false;
  }
  return words.length === pattern.length;
}
