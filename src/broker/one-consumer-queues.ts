import type { Receiver } from '../messaging/client-outbound-channel.js';
import type { Message } from '../messaging/message.js';

/** What the choice of a consumer goes by. */
export interface ConsumerStates {
  /** Whether it would be sent the next message at once. */
  isFree(receiver: Receiver): boolean;
  /** Whether one more message of so many bytes may be kept for it. */
  hasRoom(receiver: Receiver, bytes: number): boolean;
}

/** Destinations each of whose messages goes to one of the subscribers: in turn, to those who are free first. */
export class OneConsumerQueues {
  /** When each was served last, by session and subscription. */
  readonly #served = new Map<string, Map<string, number>>();
  #turn = 0;

  /** @param prefixes of their destinations; a plain "starts with" */
  constructor(
    private readonly prefixes: readonly string[],
    private readonly states: ConsumerStates,
  ) {}

  /** Whether a message is for one consumer. What is for one user's sessions is for each of them. */
  isFor({ headers }: Message): boolean {
    const { simpDestination, simpUserSessionIds } = headers;
    if (this.prefixes.length === 0 || simpUserSessionIds !== undefined) return false;
    return this.prefixes.some((prefix) => simpDestination?.startsWith(prefix) === true);
  }

  /** @returns `undefined` when there is nobody who could keep it */
  choose(consumers: Iterable<Receiver>, bytes: number): Receiver | undefined {
    let chosen: Receiver | undefined;
    let chosenRank = Infinity;
    for (const consumer of consumers) {
      if (!this.states.hasRoom(consumer, bytes)) continue;
      // Whoever is free goes before everybody who is not.
      const rank =
        this.#servedAt(consumer) + (this.states.isFree(consumer) ? 0 : Number.MAX_SAFE_INTEGER / 2);
      if (rank >= chosenRank) continue;
      chosen = consumer;
      chosenRank = rank;
    }
    if (chosen !== undefined) this.#serve(chosen);
    return chosen;
  }

  /** One has ended. */
  remove(sessionId: string, subscriptionId: string): void {
    const ofSession = this.#served.get(sessionId);
    if (ofSession?.delete(subscriptionId) === true && ofSession.size === 0) this.#served.delete(sessionId);
  }

  /** All of a session have ended. */
  removeSession(sessionId: string): void {
    this.#served.delete(sessionId);
  }

  #servedAt({ sessionId, subscriptionId }: Receiver): number {
    return this.#served.get(sessionId)?.get(subscriptionId) ?? 0;
  }

  #serve({ sessionId, subscriptionId }: Receiver): void {
    let ofSession = this.#served.get(sessionId);
    if (ofSession === undefined) this.#served.set(sessionId, (ofSession = new Map()));
    ofSession.set(subscriptionId, ++this.#turn);
  }
}
