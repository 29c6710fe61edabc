import { detached } from '../../messaging/detached-text.js';
import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import { BySubscription } from '../by-subscription.js';
import { Deferred } from '../deferred.js';
import { isPatternAddress, type ClusterAddresses } from './cluster-address.js';
import type { ClusterBusConnection } from './cluster-bus.js';

/** An address that this node wants, or wanted a moment ago. */
interface Wanted {
  /** Subscriptions of clients that need it; those who leave the last may come back at once. */
  users: number;
  /** There while the bus has not confirmed it. */
  confirmation: Deferred | undefined;
}

/**
 * Addresses that nobody wants any more and that are listened to for a moment longer; beyond that the oldest go at once. A client
 * that subscribes and unsubscribes for ever would make node and engine remember thousands a second.
 */
const MAX_IDLE = 1000;

/**
 * What this node wants to hear: as long as a client here has subscribed, and a moment longer. It tells the bus the
 * difference between that and what the bus was told before, one call at a time, so that the last word of a quick change is
 * also the last the bus hears.
 */
export class ClusterInterest {
  readonly #wanted = new Map<string, Wanted>();
  readonly #subscriptions = new BySubscription<readonly string[]>();
  /** Nobody wants them any more, since when. */
  readonly #idle = new Map<string, number>();
  readonly #missing = new Set<string>();
  readonly #surplus = new Set<string>();
  #connection: ClusterBusConnection | undefined;
  #telling: Promise<void> | undefined;
  #sweep: WheelTimer | undefined;
  #patterns = 0;

  /**
   * @param maxPatterns how many different addresses with wildcards the bus bears, that of everything included; beyond that this
   * node hears everything
   * @param lingerMs how long an address outlives the last who wanted it; at most {@link MAX_IDLE} do
   * @param fail told when the bus could not do it: its connection is of no use
   */
  constructor(
    private readonly addresses: ClusterAddresses,
    private readonly maxPatterns: number,
    private readonly lingerMs: number,
    private readonly wheel: Pick<TimerWheel, 'schedule' | 'now'>,
    private readonly fail: (connection: ClusterBusConnection, error: Error) => void,
  ) {}

  /** Addresses that the bus has been told, or will be. */
  get size(): number {
    return this.#wanted.size;
  }

  /** Wants an address for ever. */
  hold(address: string): void {
    void this.#use(address);
  }

  /**
   * A client has subscribed. What its subscription needed before is let go.
   *
   * @returns resolved when the subscription hears the whole cluster; `undefined` when it does already, or when the bus is
   * away and nobody knows when that will be
   */
  add(sessionId: string, subscriptionId: string, addresses: readonly string[]): Promise<void> | undefined {
    const before = this.#subscriptions.get(sessionId, subscriptionId);
    const used = new Set<string>();
    const confirmations: (Promise<void> | undefined)[] = [];
    for (const address of addresses) {
      // One after the other, since each may be the last that the bus bears.
      const bounded = this.#bounded(address);
      if (used.has(bounded)) continue;
      used.add(bounded);
      confirmations.push(this.#use(bounded));
    }
    this.#subscriptions.set(sessionId, detached(subscriptionId), [...used]);
    if (before !== undefined) this.#letGo(before);
    const pending = confirmations.filter((confirmation) => confirmation !== undefined);
    if (pending.length === 0 || this.#connection === undefined) return undefined;
    return Promise.all(pending).then(() => undefined);
  }

  /** A subscription has ended; nothing happens if it is not there. */
  remove(sessionId: string, subscriptionId: string): void {
    const addresses = this.#subscriptions.delete(sessionId, subscriptionId);
    if (addresses !== undefined) this.#letGo(addresses);
  }

  /** All of a session have ended. */
  removeSession(sessionId: string): void {
    for (const addresses of this.#subscriptions.deleteSession(sessionId)) this.#letGo(addresses);
  }

  /**
   * A new connection, which has been told nothing.
   *
   * @returns resolved when it has confirmed all that is wanted now
   */
  connected(connection: ClusterBusConnection): Promise<void> {
    this.#connection = connection;
    this.#surplus.clear();
    for (const [address, wanted] of this.#wanted) {
      wanted.confirmation ??= new Deferred();
      this.#missing.add(address);
    }
    const all = [...this.#wanted.values()].flatMap(({ confirmation }) => confirmation?.promise ?? []);
    this.#tell();
    return Promise.all(all).then(() => undefined);
  }

  /** Nobody waits any longer: here the subscriptions stand, and the others will hear when the bus is back. */
  disconnected(): void {
    this.#connection = undefined;
    this.#telling = undefined;
    this.#missing.clear();
    this.#surplus.clear();
    for (const wanted of this.#wanted.values()) this.#confirm(wanted);
  }

  stop(): void {
    this.disconnected();
    this.#sweep?.cancel();
  }

  #use(address: string): Promise<void> | undefined {
    let wanted = this.#wanted.get(address);
    if (wanted === undefined) {
      wanted = { users: 0, confirmation: undefined };
      this.#wanted.set(address, wanted);
      if (isPatternAddress(address)) this.#patterns++;
      if (this.#connection !== undefined) {
        wanted.confirmation = new Deferred();
        this.#missing.add(address);
        this.#tell();
      }
    }
    wanted.users++;
    this.#idle.delete(address);
    return wanted.confirmation?.promise;
  }

  #bounded(address: string): string {
    if (!isPatternAddress(address) || this.#wanted.has(address)) return address;
    const { everyDestination } = this.addresses;
    // A place is kept for the one that stands for all.
    const others = this.#patterns - Number(this.#wanted.has(everyDestination));
    return others < this.maxPatterns - 1 ? address : everyDestination;
  }

  #letGo(addresses: readonly string[]): void {
    for (const address of addresses) {
      const wanted = this.#wanted.get(address);
      if (wanted === undefined || --wanted.users > 0) continue;
      this.#idle.set(address, this.wheel.now());
      if (this.#idle.size > MAX_IDLE) this.#forgetOldest();
      this.#sweep ??= this.wheel.schedule(this.lingerMs, () => this.#forgetIdle());
    }
  }

  #forgetIdle(): void {
    this.#sweep = undefined;
    const due = this.wheel.now() - this.lingerMs;
    for (const [address, since] of this.#idle) {
      if (since > due) break;
      this.#forget(address);
    }
    if (this.#idle.size > 0) this.#sweep = this.wheel.schedule(this.lingerMs, () => this.#forgetIdle());
    this.#tell();
  }

  #forgetOldest(): void {
    for (const address of this.#idle.keys()) {
      this.#forget(address);
      break;
    }
    this.#tell();
  }

  #forget(address: string): void {
    this.#idle.delete(address);
    const wanted = this.#wanted.get(address);
    this.#wanted.delete(address);
    if (isPatternAddress(address)) this.#patterns--;
    if (wanted !== undefined) this.#confirm(wanted);
    // What the bus has not been told yet it need not be told, and a new connection has been told nothing.
    if (!this.#missing.delete(address) && this.#connection !== undefined) this.#surplus.add(address);
  }

  #tell(): void {
    const connection = this.#connection;
    if (connection === undefined || this.#telling !== undefined) return;
    const telling = this.#tellAll(connection)
      .catch((error: unknown) => this.fail(connection, error as Error))
      .finally(() => {
        if (this.#telling !== telling) return;
        this.#telling = undefined;
        if (this.#missing.size + this.#surplus.size > 0) this.#tell();
      });
    this.#telling = telling;
  }

  async #tellAll(connection: ClusterBusConnection): Promise<void> {
    // All that this turn brings goes in one call.
    await Promise.resolve();
    while (this.#connection === connection) {
      const surplus = [...this.#surplus];
      const missing = [...this.#missing];
      if (surplus.length === 0 && missing.length === 0) return;
      this.#surplus.clear();
      this.#missing.clear();
      if (surplus.length > 0) await connection.unsubscribe(surplus);
      if (this.#connection !== connection) return;
      if (missing.length > 0) await connection.subscribe(missing);
      if (this.#connection !== connection) return;
      for (const address of missing) {
        const wanted = this.#wanted.get(address);
        // One that was given up and is wanted again waits for the next call.
        if (wanted !== undefined && !this.#missing.has(address)) this.#confirm(wanted);
      }
    }
  }

  #confirm(wanted: Wanted): void {
    wanted.confirmation?.resolve();
    wanted.confirmation = undefined;
  }
}
