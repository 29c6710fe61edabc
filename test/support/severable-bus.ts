import type {
  ClusterBus,
  ClusterBusConnection,
  ClusterBusListener,
} from '../../src/broker/cluster/cluster-bus.js';

/** The way of one node to an engine, which can be cut without either of them being told. */
export class SeverableBus implements ClusterBus {
  #isSevered = false;

  constructor(private readonly bus: ClusterBus) {}

  get name(): string {
    return this.bus.name;
  }

  /** Nothing passes any more, in either direction. */
  sever(): void {
    this.#isSevered = true;
  }

  mend(): void {
    this.#isSevered = false;
  }

  async connect(listener: ClusterBusListener): Promise<ClusterBusConnection> {
    if (this.#isSevered) throw new Error('Nobody answers');
    const inner = await this.bus.connect({
      message: (bytes) => {
        if (!this.#isSevered) listener.message(bytes);
      },
      lost: (error) => listener.lost(error),
    });
    return {
      maxMessageBytes: inner.maxMessageBytes,
      pendingBytes: 0,
      subscribe: (addresses) => inner.subscribe(addresses),
      unsubscribe: (addresses) => inner.unsubscribe(addresses),
      publish: (address, bytes) => {
        if (!this.#isSevered) inner.publish(address, bytes);
      },
      flush: () => inner.flush(),
      close: () => inner.close(),
    };
  }
}
