import type { MaybePromise } from '../../messaging/maybe-promise.js';
import type { Message } from '../../messaging/message.js';
import type { SimpSession } from '../../messaging/simp-session.js';
import { RelaySession, type RelaySessionPort } from './relay-session.js';

/** How connections of clients stand, now. */
export interface RelaySessionCounts {
  readonly open: number;
  /** Lost, and not yet made again. */
  readonly lost: number;
  /** Not read from, because their clients do not keep up. */
  readonly heldBack: number;
  readonly subscriptions: number;
  /** Frames that the broker has not confirmed yet. */
  readonly pendingReceipts: number;
}

/** Which sessions there are, and which of them have to do with the broker. */
export class RelaySessions {
  readonly #connected = new Map<string, SimpSession | undefined>();
  readonly #relayed = new Map<string, RelaySession>();

  constructor(private readonly port: RelaySessionPort) {}

  /** A session has begun. */
  connected(sessionId: string, session: SimpSession | undefined): void {
    this.#connected.set(sessionId, session);
  }

  /** A session's part of the relay, if it has one. */
  get(sessionId: string | undefined): RelaySession | undefined {
    return this.#relayed.get(sessionId ?? '');
  }

  /** The same, made if need be; `undefined` for a session that is over, which a slow interceptor may not know. */
  of({ headers }: Message): RelaySession | undefined {
    const { simpSessionId = '' } = headers;
    const known = this.#relayed.get(simpSessionId);
    if (known !== undefined || !this.#connected.has(simpSessionId)) return known;
    const session = new RelaySession(simpSessionId, this.port);
    this.#relayed.set(simpSessionId, session);
    return session;
  }

  /** The session itself. */
  simpSessionOf(sessionId: string): SimpSession | undefined {
    return this.#connected.get(sessionId);
  }

  /** A session is over. @param isConfirmed whether its client wants to know that all has arrived */
  leave(sessionId: string, isConfirmed: boolean): MaybePromise<void> {
    const session = this.#relayed.get(sessionId);
    this.#connected.delete(sessionId);
    this.#relayed.delete(sessionId);
    return session?.leave(isConfirmed);
  }

  /** The broker is there again. */
  restoreAll(): void {
    for (const session of this.#relayed.values()) session.restore();
  }

  /** Nobody is there any more. */
  clear(): void {
    for (const sessionId of this.#relayed.keys()) void this.leave(sessionId, false);
    this.#connected.clear();
  }

  /** Goes through all of them: for statistics. */
  counts(): RelaySessionCounts {
    let [open, lost, heldBack, subscriptions, pendingReceipts] = [0, 0, 0, 0, 0];
    for (const session of this.#relayed.values()) {
      if (session.isOpen) open++;
      if (session.isLost) lost++;
      if (session.isHeldBack) heldBack++;
      subscriptions += session.subscriptionCount;
      pendingReceipts += session.pendingReceipts;
    }
    return { open, lost, heldBack, subscriptions, pendingReceipts };
  }
}
