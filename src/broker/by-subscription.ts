/** One thing for each of some subscriptions. They are named by session and id, as only both together are unique. */
export class BySubscription<T> {
  readonly #sessions = new Map<string, Map<string, T>>();

  /** Whether there is nothing, for nobody. */
  get isEmpty(): boolean {
    return this.#sessions.size === 0;
  }

  get(sessionId: string, subscriptionId: string): T | undefined {
    return this.#sessions.get(sessionId)?.get(subscriptionId);
  }

  /** What there is of a session, by subscription id. */
  ofSession(sessionId: string): ReadonlyMap<string, T> {
    return this.#sessions.get(sessionId) ?? new Map<string, T>();
  }

  /** Puts a thing in the place of what was there. */
  set(sessionId: string, subscriptionId: string, thing: T): void {
    const ofSession = this.#sessions.get(sessionId);
    if (ofSession === undefined) this.#sessions.set(sessionId, new Map([[subscriptionId, thing]]));
    else ofSession.set(subscriptionId, thing);
  }

  /** @returns what was there */
  delete(sessionId: string, subscriptionId: string): T | undefined {
    const ofSession = this.#sessions.get(sessionId);
    const thing = ofSession?.get(subscriptionId);
    if (ofSession?.delete(subscriptionId) === true && ofSession.size === 0) this.#sessions.delete(sessionId);
    return thing;
  }

  /** @returns what was there */
  deleteSession(sessionId: string): Iterable<T> {
    const ofSession = this.#sessions.get(sessionId);
    this.#sessions.delete(sessionId);
    return ofSession?.values() ?? [];
  }
}
