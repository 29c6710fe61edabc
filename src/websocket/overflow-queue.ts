import type { EncodedFrame } from '../session/encoded-frame.js';

/**
 * What becomes of a client that reads more slowly than it is sent messages, and of the messages:
 *
 * - `disconnect`: it is given up with close code 4500
 * - `drop-oldest`, `drop-newest`: messages wait as far as there is room, then the oldest or the newest are left out
 * - `conflate`: of each subscription and destination, only the latest message waits
 *
 * @publicApi
 */
export type OverflowPolicy = 'disconnect' | 'drop-oldest' | 'drop-newest' | 'conflate';

/** Policies under which a message may wait. */
export type PatientPolicy = Exclude<OverflowPolicy, 'disconnect'>;

interface Held {
  readonly frame: EncodedFrame;
  readonly policy: PatientPolicy;
  /** What it is the latest of; `undefined` when that does not matter. */
  readonly key: string | undefined;
}

/** Messages that wait above a socket which does not take them, in the order in which they were published. */
export class OverflowQueue {
  readonly #held = new Set<Held>();
  readonly #latest = new Map<string, Held>();
  #bytes = 0;

  /** @param maxBytes what may wait; one message alone may be larger */
  constructor(private readonly maxBytes: number) {}

  get size(): number {
    return this.#held.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes a message in, as far as its policy has room for it.
   *
   * @returns how many messages, be it this or others, will not be sent for it; `'full'` when it neither fits nor may be
   * left out
   */
  offer(frame: EncodedFrame, policy: PatientPolicy): number | 'full' {
    let leftOut = 0;
    const leaveOut = (held: Held): void => {
      this.#remove(held);
      leftOut++;
    };
    const key = policy === 'conflate' ? keyOf(frame) : undefined;
    const before = key === undefined ? undefined : this.#latest.get(key);
    if (before !== undefined) leaveOut(before);
    while (!this.#fits(frame)) {
      if (policy === 'conflate') return 'full';
      const oldest = policy === 'drop-oldest' ? this.#oldestToDrop() : undefined;
      if (oldest === undefined) return leftOut + 1;
      leaveOut(oldest);
    }
    const held = { frame, policy, key };
    this.#held.add(held);
    if (key !== undefined) this.#latest.set(key, held);
    this.#bytes += frame.byteLength;
    return leftOut;
  }

  /** The message that is next, which stays. */
  peek(): EncodedFrame | undefined {
    const [first] = this.#held;
    return first?.frame;
  }

  /** Takes the next message out. */
  shift(): void {
    const [first] = this.#held;
    if (first !== undefined) this.#remove(first);
  }

  /** Leaves out what waits for a subscription that is no more. */
  forget(subscriptionId: string): void {
    for (const held of this.#held) {
      if (held.frame.delivery?.subscriptionId === subscriptionId) this.#remove(held);
    }
  }

  clear(): void {
    this.#held.clear();
    this.#latest.clear();
    this.#bytes = 0;
  }

  #fits(frame: EncodedFrame): boolean {
    return this.#held.size === 0 || this.#bytes + frame.byteLength <= this.maxBytes;
  }

  #oldestToDrop(): Held | undefined {
    for (const held of this.#held) if (held.policy === 'drop-oldest') return held;
    return undefined;
  }

  #remove(held: Held): void {
    this.#held.delete(held);
    this.#bytes -= held.frame.byteLength;
    if (held.key !== undefined) this.#latest.delete(held.key);
  }
}

/** With the length in front, no other pair has the same key. */
function keyOf({ delivery }: EncodedFrame): string {
  return `${delivery?.subscriptionId.length} ${delivery?.subscriptionId} ${delivery?.destination}`;
}
