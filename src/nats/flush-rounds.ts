/** Who waits for the same answer, and how much was published for it. */
class Round {
  bytes = 0;
  #promise: Promise<void> | undefined;
  resolve: () => void = () => {};
  reject: (error: Error) => void = () => {};

  /** Made when the first one waits: most rounds only count. */
  get promise(): Promise<void> {
    return (this.#promise ??= new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    }));
  }

  get isAskedFor(): boolean {
    return this.bytes > 0 || this.#promise !== undefined;
  }
}

/**
 * NATS does not answer a publication, but it answers a PING in order with them. One PING is under way at a time, and all that
 * is published or asked meanwhile shares the next: so there is one in the time that an answer takes, however much is
 * published, and the number of octets of which nothing is known goes down by itself.
 */
export class FlushRounds {
  #next = new Round();
  #underWay: Round | undefined;
  #isScheduled = false;
  #failure: Error | undefined;

  /** @param ping resolved when NATS has answered; a rejection is told by {@link fail} as well */
  constructor(private readonly ping: () => Promise<void>) {}

  /** Octets of which NATS has not said that it has them. */
  get bytes(): number {
    return this.#next.bytes + (this.#underWay?.bytes ?? 0);
  }

  /**
   * Some octets are about to be published in this turn. Called before the client is: then its microtask that writes comes after
   * ours that adds the PING, and both leave by one write.
   */
  add(bytes: number): void {
    if (this.#failure !== undefined) return;
    this.#next.bytes += bytes;
    this.#schedule();
  }

  /** Resolved when NATS has all that was said to it before. */
  flush(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { promise } = this.#next;
    this.#schedule();
    return promise;
  }

  /** No answer comes any more. */
  fail(error: Error): void {
    this.#failure ??= error;
    const rounds = [this.#underWay, this.#next];
    this.#underWay = undefined;
    this.#next = new Round();
    for (const round of rounds) round?.reject(error);
  }

  #schedule(): void {
    if (this.#underWay !== undefined || this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#begin());
  }

  #begin(): void {
    this.#isScheduled = false;
    if (this.#failure !== undefined) return;
    const round = this.#next;
    this.#underWay = round;
    this.#next = new Round();
    // A refusal of a publication comes before the answer, but the client tells of it a few microtasks later.
    const later = (): unknown => setImmediate(() => this.#end(round));
    this.ping().then(later, () => {});
  }

  #end(round: Round): void {
    if (this.#underWay !== round) return;
    this.#underWay = undefined;
    if (this.#next.isAskedFor) this.#schedule();
    round.resolve();
  }
}
