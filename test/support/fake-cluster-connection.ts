import type { ClusterBusConnection } from '../../src/broker/cluster/cluster-bus.js';
import { Deferred } from './deferred.js';

interface Call {
  readonly kind: 'subscribe' | 'unsubscribe' | 'flush';
  readonly addresses: readonly string[];
  readonly done: Deferred;
}

/** A connection to a bus that does nothing until the test says so, and remembers what it was told. */
export class FakeClusterConnection implements ClusterBusConnection {
  maxMessageBytes = 1000;
  pendingBytes = 0;
  isClosed = false;
  /** What the bus delivers: it has confirmed it. */
  readonly confirmed = new Set<string>();
  readonly published: { readonly address: string; readonly bytes: Uint8Array }[] = [];
  /** What it was asked to do and has not done yet. */
  readonly calls: Call[] = [];
  /** What no connection may be asked: to subscribe twice, to end what was not begun, two things at once. */
  readonly violations: string[] = [];
  readonly #told = new Set<string>();

  subscribe(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) {
      if (this.#told.has(address)) this.violations.push(`subscribes twice to ${address}`);
      this.#told.add(address);
    }
    return this.#call('subscribe', addresses);
  }

  unsubscribe(addresses: readonly string[]): Promise<void> {
    for (const address of addresses)
      if (!this.#told.delete(address)) this.violations.push(`has not subscribed to ${address}`);
    return this.#call('unsubscribe', addresses);
  }

  publish(address: string, bytes: Uint8Array): void {
    if (bytes.length > this.maxMessageBytes) this.violations.push(`publishes ${bytes.length} bytes`);
    this.published.push({ address, bytes });
  }

  flush(): Promise<void> {
    return this.#call('flush', []);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** Does the oldest thing that it was asked to do. */
  answer(): void {
    const call = this.calls.shift();
    for (const address of call?.addresses ?? []) {
      if (call?.kind === 'subscribe') this.confirmed.add(address);
      else this.confirmed.delete(address);
    }
    call?.done.resolve();
  }

  /** Cannot do the oldest thing that it was asked to do. */
  refuse(error = new Error('refused')): void {
    this.calls.shift()?.done.reject(error);
  }

  #call(kind: Call['kind'], addresses: readonly string[]): Promise<void> {
    if (kind !== 'flush' && this.calls.some((call) => call.kind !== 'flush'))
      this.violations.push('two calls at once');
    const call = { kind, addresses: [...addresses], done: new Deferred() };
    this.calls.push(call);
    return call.done.promise;
  }
}
