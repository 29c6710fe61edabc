import type { MaybePromise } from '../messaging/maybe-promise.js';
import { CONCURRENT_SENDS } from './session.constants.js';

/** SENDs of one session that were handed over without waiting for them. */
export class ConcurrentSends {
  /** Made with the first: most applications never have one. */
  #pending: Set<Promise<void>> | undefined;

  /** @param port told when the failure of a SEND could not be dealt with either; nobody else would hear of it */
  constructor(private readonly port: { broken(error: unknown): void }) {}

  /** Whether the next SEND has to be waited for. */
  get isFull(): boolean {
    return this.#pending !== undefined && this.#pending.size >= CONCURRENT_SENDS;
  }

  /** @param fail deals with the failure of this SEND */
  add(done: Promise<void>, fail: (error: unknown) => MaybePromise<void>): void {
    const pending = (this.#pending ??= new Set());
    const settled = done
      .catch(fail)
      .catch((error: unknown) => this.port.broken(error))
      .finally(() => pending.delete(settled));
    pending.add(settled);
  }

  /** Resolved when those that are there now have ended; `undefined` when there are none. */
  whenSettled(): Promise<unknown> | undefined {
    return this.#pending === undefined || this.#pending.size === 0 ? undefined : Promise.all(this.#pending);
  }
}
