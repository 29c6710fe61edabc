import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import { MessageBrokerError } from './broker-error.js';

interface PendingReceipt {
  readonly resolve: () => void;
  readonly reject: (error: MessageBrokerError) => void;
  readonly timer: WheelTimer;
}

/**
 * What a connection's broker has been asked to confirm and has not yet. The names are our own: a client's receipt ids never
 * get to the broker.
 */
export class PendingReceipts {
  readonly #pending = new Map<string, PendingReceipt>();
  #count = 0;

  /** @param limitMs how long the broker may take */
  constructor(
    private readonly wheel: Pick<TimerWheel, 'schedule'>,
    private readonly limitMs: number,
  ) {}

  get size(): number {
    return this.#pending.size;
  }

  /**
   * @returns what to write into the `receipt` header, and what is resolved when the broker has answered
   */
  ask(): { readonly id: string; readonly confirmed: Promise<void> } {
    const id = `r${this.#count++}`;
    const confirmed = new Promise<void>((resolve, reject) => {
      const timer = this.wheel.schedule(this.limitMs, () =>
        this.#fail(id, MessageBrokerError.timeout(this.limitMs)),
      );
      this.#pending.set(id, { resolve, reject, timer });
    });
    return { id, confirmed };
  }

  /** The broker has confirmed. */
  settle(id: string): void {
    const pending = this.#take(id);
    pending?.resolve();
  }

  /**
   * The broker has refused.
   *
   * @param id what its ERROR names; RabbitMQ names nothing, but where only one receipt is pending, it is that
   * @returns whether somebody waited for it
   */
  refuse(id: string | undefined, error: MessageBrokerError): boolean {
    const [only] = this.#pending.keys();
    const named = id ?? (this.#pending.size === 1 ? only : undefined);
    return named !== undefined && this.#fail(named, error);
  }

  /** The connection is gone. */
  failAll(error: MessageBrokerError): void {
    for (const id of this.#pending.keys()) this.#fail(id, error);
  }

  #fail(id: string, error: MessageBrokerError): boolean {
    const pending = this.#take(id);
    pending?.reject(error);
    return pending !== undefined;
  }

  #take(id: string): PendingReceipt | undefined {
    const pending = this.#pending.get(id);
    pending?.timer.cancel();
    this.#pending.delete(id);
    return pending;
  }
}
