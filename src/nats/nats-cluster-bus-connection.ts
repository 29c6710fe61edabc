import type { Msg, NatsConnection, Status, Subscription } from '@nats-io/transport-node';
import type { ClusterBusConnection } from '../broker/cluster/cluster-bus.js';
import type { GuardedListener } from '../broker/cluster/guarded-listener.js';
import { withinLimit } from '../broker/cluster/within-limit.js';
import { FlushRounds } from './flush-rounds.js';
import { lost, refused, whatItSays } from './nats-bus-errors.js';

/** How long {@link NatsClusterBusConnection.close} waits for what was published: a process that ends is in a hurry. */
const CLOSE_LIMIT_MS = 1000;

/** The subject that an error denies us, when it does. */
export type DeniedSubject = (error: Error) => string | undefined;

/** Ends with the first sign that something is wrong: the client that it stands on never connects again by itself. */
export class NatsClusterBusConnection implements ClusterBusConnection {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #rounds: FlushRounds;
  /** One for all subscriptions. */
  readonly #callback = (error: Error | null, message: Msg): void => {
    if (error === null) this.listener.message(message.data);
    else this.#onError(error);
  };
  #failure: Error | undefined;

  constructor(
    private readonly name: string,
    private readonly connection: NatsConnection,
    private readonly listener: GuardedListener,
    private readonly deniedSubject: DeniedSubject,
  ) {
    this.#rounds = new FlushRounds(() => connection.flush());
    void this.#watch();
    void connection.closed().then((error) => {
      this.#end(lost(name, error === undefined ? 'it was closed' : whatItSays(error), error));
    });
  }

  /** NATS says it when the connection begins, and again when its configuration changes. */
  get maxMessageBytes(): number {
    return this.connection.info?.max_payload ?? 0;
  }

  get pendingBytes(): number {
    return this.#rounds.bytes;
  }

  async subscribe(addresses: readonly string[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    for (const address of addresses) {
      this.#subscriptions.set(address, this.connection.subscribe(address, { callback: this.#callback }));
    }
    await this.#rounds.flush();
  }

  async unsubscribe(addresses: readonly string[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    for (const address of addresses) {
      this.#subscriptions.get(address)?.unsubscribe();
      this.#subscriptions.delete(address);
    }
    await this.#rounds.flush();
  }

  publish(address: string, bytes: Uint8Array): void {
    // The client throws when it is closed, which may be a moment before it tells us.
    if (this.#failure !== undefined || this.connection.isClosed()) return;
    this.#rounds.add(bytes.byteLength);
    this.connection.publish(address, bytes);
  }

  flush(): Promise<void> {
    return this.#rounds.flush();
  }

  async close(): Promise<void> {
    this.listener.end();
    const tooLong = (): Error => lost(this.name, 'it was closed while it did not answer');
    const end = await withinLimit(CLOSE_LIMIT_MS, this.flush(), tooLong).then(
      () => lost(this.name, 'it was closed'),
      (error: Error) => error,
    );
    this.#end(end);
    await this.connection.closed();
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) this.#onStatus(status);
  }

  #onStatus(status: Status): void {
    switch (status.type) {
      case 'error':
        this.#onError(status.error);
        break;
      case 'staleConnection':
        // The client goes on to wait until it can write, which may be never.
        this.#end(lost(this.name, 'it does not answer'));
        break;
      case 'ldm':
        this.#end(lost(this.name, 'it is about to stop'));
        break;
      default:
    }
  }

  #onError(error: Error): void {
    const subject = this.deniedSubject(error);
    this.#end(
      subject === undefined ? lost(this.name, whatItSays(error), error) : refused(this.name, subject, error),
    );
  }

  #end(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#rounds.fail(error);
    this.#subscriptions.clear();
    this.connection.close().catch(() => {});
    this.listener.lost(error);
  }
}
