import type { Subscription } from 'rxjs';
import type { SimpSession } from '../messaging/simp-session.js';

/** Streams that one session may have running at a time. */
const STREAMS_PER_SESSION = 1000;

/**
 * Observables that handlers have returned and that still emit. They end with the session that started them, or
 * with the subscription, if that did.
 */
export class ResultStreams {
  readonly #sessions = new Map<string, Set<{ subscriptionId: string | undefined; stop: () => void }>>();
  readonly #ended = new WeakSet<SimpSession>();

  /** Sessions that have streams running. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** @returns whether the session may start another one */
  mayStart(sessionId: string): boolean {
    return (this.#sessions.get(sessionId)?.size ?? 0) < STREAMS_PER_SESSION;
  }

  /** Keeps a stream until it ends by itself or is stopped; `onStop` is called in the second case. */
  add(sessionId: string, subscriptionId: string | undefined, stream: Subscription, onStop: () => void): void {
    if (stream.closed) return;
    let streams = this.#sessions.get(sessionId);
    if (streams === undefined) this.#sessions.set(sessionId, (streams = new Set()));
    const entry = {
      subscriptionId,
      stop: () => {
        stream.unsubscribe();
        onStop();
      },
    };
    streams.add(entry);
    stream.add(() => {
      const current = this.#sessions.get(sessionId);
      current?.delete(entry);
      if (current?.size === 0) this.#sessions.delete(sessionId);
    });
  }

  /** Whether a session is over: what a handler that was still at work returns then is not followed. */
  hasEnded(session: SimpSession | undefined): boolean {
    return session !== undefined && this.#ended.has(session);
  }

  /** Ends the streams of a session that is over, and lets it start no other. */
  end(sessionId: string, session: SimpSession | undefined): void {
    if (session !== undefined) this.#ended.add(session);
    this.stop(sessionId);
  }

  /** Ends the streams of a session, or of one of its subscriptions. */
  stop(sessionId: string, subscriptionId?: string): void {
    for (const entry of this.#sessions.get(sessionId) ?? []) {
      if (subscriptionId === undefined || entry.subscriptionId === subscriptionId) entry.stop();
    }
  }
}
