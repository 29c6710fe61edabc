import type {
  ClusterBus,
  ClusterBusConnection,
  ClusterBusListener,
} from '../../src/broker/cluster/cluster-bus.js';
import { Deferred } from './deferred.js';

/** A node in this process that listens to the address `all`. */
export class IpcNode implements ClusterBusListener {
  connection!: ClusterBusConnection;
  readonly losses: Error[] = [];
  readonly #loss = new Deferred<Error>();
  readonly #arrived: string[] = [];
  #wake: () => void = () => undefined;

  static async join(bus: ClusterBus): Promise<IpcNode> {
    const node = new IpcNode();
    node.connection = await bus.connect(node);
    await node.connection.subscribe(['all']);
    return node;
  }

  /** Resolved when the connection is lost. */
  get loss(): Promise<Error> {
    return this.#loss.promise;
  }

  say(text: string): void {
    this.connection.publish('all', Buffer.from(text));
  }

  async next(): Promise<string> {
    while (this.#arrived.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#arrived.shift() as string;
  }

  message(bytes: Uint8Array): void {
    this.#arrived.push(Buffer.from(bytes).toString());
    this.#wake();
  }

  lost(error: Error): void {
    this.losses.push(error);
    this.#loss.resolve(error);
  }
}
