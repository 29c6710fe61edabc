import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import { Deferred } from '../deferred.js';
import type { ClusterBusConnection } from './cluster-bus.js';
import type { ClusterCounters } from './cluster-counters.js';
import { ClusterError } from './cluster-error.js';
import { numberRecord } from './cluster-packet.js';

export interface ClusterOutboxSettings {
  /** What may wait for a bus that does not keep up. */
  readonly sendBufferSizeLimit: number;
  /** What may wait for a bus that is away. */
  readonly outageBufferSizeLimit: number;
  /** How long it may wait for it. */
  readonly outageBufferMs: number;
  /** How long the bus may take to confirm. */
  readonly receiptTimeoutMs: number;
}

interface Waiting {
  readonly address: string;
  readonly record: Buffer;
  readonly since: number;
}

/**
 * What this node says. All that one turn of the event loop brings for an address leaves as one packet. While the bus is away a little of
 * it is kept a short while; what is dropped is counted, and told to whoever waits for it.
 */
export class ClusterOutbox {
  /** By address, in the order of the first record of each. */
  #pending = new Map<string, Buffer[]>();
  #pendingBytes = 0;
  #confirmation: Deferred | undefined;
  #scheduled: NodeJS.Immediate | undefined;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #expiry: WheelTimer | undefined;
  #connection: ClusterBusConnection | undefined;

  /** The beginning of every packet. */
  #head: Buffer = Buffer.alloc(0);
  /** Counts records in the order in which they are sent: what comes with an old number is a copy. */
  #sequence = 0;
  /** Whether something was dropped that nobody has been told of. */
  #hasDropped = false;
  #isStopped = false;

  /** @param number writes a number into a record that is about to be sent */
  constructor(
    private readonly settings: ClusterOutboxSettings,
    private readonly wheel: Pick<TimerWheel, 'schedule' | 'now'>,
    private readonly counters: ClusterCounters,
    private readonly number: (record: Buffer, sequence: number) => void = numberRecord,
  ) {}

  /** Octets that the bus has not taken. */
  get pendingBytes(): number {
    return this.#pendingBytes + this.#waitingBytes + (this.#connection?.pendingBytes ?? 0);
  }

  /** The largest record; as much as the bus carries, less the head of a packet. `Infinity` while nobody knows. */
  get maxRecordBytes(): number {
    return this.#connection === undefined ? Infinity : this.#connection.maxMessageBytes - this.#head.length;
  }

  /** @returns whether it will be sent, as far as one can know now */
  add(address: string, record: Buffer): boolean {
    if (this.#isStopped) return this.#drop(1);
    if (this.#connection === undefined) return this.#wait(address, record);
    if (this.pendingBytes + record.length > this.settings.sendBufferSizeLimit) return this.#drop(1);
    this.#push(address, record);
    return true;
  }

  /** A new connection, with the beginning of all packets on it. Messages wait until it is {@link available}. */
  connected(head: Buffer): void {
    this.#head = head;
  }

  /**
   * Sends something about the node itself, behind all that was added before. While the bus is away it is not sent.
   *
   * @returns whether the bus carries as much
   */
  sendNow(connection: ClusterBusConnection, address: string, record: Buffer): boolean {
    if (connection === this.#connection) this.flush();
    // Engines end a connection for what is too large, and the node would say the same on the next one.
    if (this.#head.length + record.length > connection.maxMessageBytes) return false;
    this.number(record, this.#sequence++);
    connection.publish(address, Buffer.concat([this.#head, record]));
    return true;
  }

  /**
   * Waits for the bus to take what has been added until now. While the bus is away and nothing waits for it, nobody can know.
   *
   * @throws ClusterError when it does not, or nobody can know
   */
  async confirmed(): Promise<void> {
    if (this.#isStopped) throw ClusterError.unavailable();
    if (this.#connection === undefined && this.#waiting.length === 0) throw ClusterError.unavailable();
    this.#confirmation ??= new Deferred();
    if (this.#connection !== undefined) this.#schedule();
    return this.#confirmation.promise;
  }

  /**
   * The same, for somebody who wants to know of all that was added since this was asked before, and not of one message.
   *
   * @throws ClusterError when some of it was dropped, too
   */
  async allConfirmed(): Promise<void> {
    const hasDropped = this.#hasDropped;
    this.#hasDropped = false;
    if (hasDropped) throw ClusterError.unavailable();
    await this.confirmed();
  }

  /** Gives all that was added to the bus. */
  flush(): void {
    const connection = this.#connection;
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (connection === undefined) return;
    const pending = this.#pending;
    if (pending.size > 0) this.#pending = new Map();
    this.#pendingBytes = 0;
    for (const [address, records] of pending) this.#publish(connection, address, records);
    const confirmation = this.#confirmation;
    this.#confirmation = undefined;
    if (confirmation !== undefined) this.#confirm(connection, confirmation);
  }

  /** The bus is there, and the other nodes had time to be: what is not too old leaves. */
  available(connection: ClusterBusConnection): void {
    this.#connection = connection;
    this.#expiry?.cancel();
    this.#expiry = undefined;
    this.#dropOld();
    for (const { address, record } of this.#waiting.splice(0)) this.#push(address, record);
    this.#waitingBytes = 0;
    this.flush();
  }

  disconnected(): void {
    this.#connection = undefined;
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const pending = this.#pending;
    this.#pending = new Map();
    this.#pendingBytes = 0;
    let isAllKept = true;
    for (const [address, records] of pending)
      for (const record of records) isAllKept = this.#wait(address, record) && isAllKept;
    if (!isAllKept) this.#refuse();
  }

  stop(): void {
    this.flush();
    this.disconnected();
    this.#isStopped = true;
    this.#expiry?.cancel();
    this.#expiry = undefined;
    this.#drop(this.#waiting.length);
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#refuse();
  }

  #drop(count: number): false {
    this.counters.dropped += count;
    this.#hasDropped ||= count > 0;
    return false;
  }

  /** Whoever waits for some of what was dropped is told so, and so is everybody who waits with him. */
  #refuse(): void {
    this.#confirmation?.reject(ClusterError.unavailable());
    this.#confirmation = undefined;
  }

  #push(address: string, record: Buffer): void {
    const records = this.#pending.get(address);
    if (records === undefined) this.#pending.set(address, [record]);
    else records.push(record);
    this.#pendingBytes += record.length;
    this.#schedule();
  }

  #schedule(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.flush();
    });
  }

  #publish(connection: ClusterBusConnection, address: string, records: readonly Buffer[]): void {
    const limit = connection.maxMessageBytes;
    let parts = [this.#head];
    let length = this.#head.length;
    for (const record of records) {
      if (this.#head.length + record.length > limit) {
        // Nobody knew the limit when it was added: the bus was away.
        this.#drop(1);
        this.#refuse();
        continue;
      }
      if (length + record.length > limit) {
        connection.publish(address, Buffer.concat(parts, length));
        parts = [this.#head];
        length = this.#head.length;
      }
      this.number(record, this.#sequence++);
      parts.push(record);
      length += record.length;
      this.counters.published++;
    }
    if (parts.length > 1) connection.publish(address, Buffer.concat(parts, length));
  }

  #confirm(connection: ClusterBusConnection, confirmation: Deferred): void {
    const { receiptTimeoutMs } = this.settings;
    const timer = this.wheel.schedule(receiptTimeoutMs, () =>
      confirmation.reject(ClusterError.timeout(receiptTimeoutMs)),
    );
    connection
      .flush()
      .then(
        () => confirmation.resolve(),
        () => confirmation.reject(ClusterError.lost()),
      )
      .finally(() => timer.cancel());
  }

  #wait(address: string, record: Buffer): boolean {
    this.#dropOld();
    const { outageBufferMs, outageBufferSizeLimit } = this.settings;
    if (this.#waitingBytes + record.length > outageBufferSizeLimit) return this.#drop(1);
    this.#waiting.push({ address, record, since: this.wheel.now() });
    this.#waitingBytes += record.length;
    this.#expiry ??= this.wheel.schedule(outageBufferMs, () => this.#expire());
    return true;
  }

  #expire(): void {
    this.#expiry = undefined;
    this.#dropOld();
    if (this.#waiting.length > 0) {
      this.#expiry = this.wheel.schedule(this.settings.outageBufferMs, () => this.#expire());
    }
  }

  #dropOld(): void {
    const oldest = this.wheel.now() - this.settings.outageBufferMs;
    let count = 0;
    while (count < this.#waiting.length && this.#waiting[count].since <= oldest) {
      this.#waitingBytes -= this.#waiting[count++].record.length;
    }
    if (count === 0) return;
    this.#waiting.splice(0, count);
    this.#drop(count);
    // Whoever waits for some of it has waited long enough for any.
    this.#refuse();
  }
}
