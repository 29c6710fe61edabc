import { destinationUserNameOf } from '../../messaging/principal.js';
import type { SimpSession } from '../../messaging/simp-session.js';
import {
  SessionConnectedEvent,
  SessionDisconnectEvent,
  SessionSubscribedEvent,
  SessionUnsubscribedEvent,
  type StompEvent,
} from '../../session/stomp-event.js';
import type { TimerWheel, WheelTimer } from '../../session/timer-wheel.js';
import type { ClusterControl, ClusterSession, ClusterSubscription } from './cluster-control.js';

/** Sessions that are told at once, so that no turn is long. */
const PART_SESSIONS = 500;
/** What a part may grow to before it is told; less for a bus that carries less. */
const PART_BYTES = 128 * 1024;
/** What is told of one session's subscriptions: a thousand with short names. Clients choose their number and their names. */
const SESSION_BYTES = 64 * 1024;
/** Parts in which changes are told at once. Beyond that they wait for the next time, so no client makes a node shout. */
const PARTS_AT_ONCE = 8;
/** How long changes are gathered: a registry of other nodes may lag that much behind. */
const GATHER_MS = 200;

interface Known {
  readonly session: SimpSession;
  /** As it was at the beginning: a principal may be a record that somebody changes. */
  readonly user: string | undefined;
}

/** Some of the sessions that are to be told. */
interface Part {
  readonly put: readonly ClusterSession[];
  readonly removed: readonly string[];
  /** How many of those that were to be told are in it. */
  readonly count: number;
}

/**
 * The sessions of this node as it tells others of them: all when asked, and else what has changed. It says how a session stands, not
 * what happened to it; so whoever hears some of it twice, or in the midst of the whole, still gets it right. Of a session with very many
 * subscriptions, or very long ones, only the first are told: {@link SESSION_BYTES}.
 */
export class LocalDirectory {
  readonly #sessions = new Map<string, Known>();
  readonly #changed = new Set<string>();
  #revision = 0;
  #wholes = 0;
  #timer: WheelTimer | undefined;

  /**
   * @param tell says something to all nodes
   * @param maxBytes how much can be said at once
   */
  constructor(
    private readonly wheel: Pick<TimerWheel, 'schedule'>,
    private readonly tell: (control: ClusterControl) => void,
    private readonly maxBytes: () => number = () => Infinity,
  ) {}

  /** Grows with every change that is told. */
  get revision(): number {
    return this.#revision;
  }

  /** The listener of session events. */
  readonly onEvent = (event: StompEvent): void => {
    if (event instanceof SessionConnectedEvent) {
      const { session } = event;
      const user = session.user === undefined ? undefined : destinationUserNameOf(session.user);
      this.#sessions.set(session.id, { session, user });
    } else if (event instanceof SessionDisconnectEvent) {
      if (!this.#sessions.delete(event.session.id)) return;
    } else if (!(event instanceof SessionSubscribedEvent || event instanceof SessionUnsubscribedEvent)) {
      return;
    }
    this.#changed.add(event.session.id);
    this.#schedule();
  };

  /**
   * Tells one node everything, in parts, each in a turn of its own: a hundred thousand sessions must not stop the others.
   *
   * @param tell says something to that node
   */
  tellAll(tell: (control: ClusterControl) => void): void {
    const revision = this.#revision;
    const whole = this.#wholes++;
    const ids = [...this.#sessions.keys()];
    const next = (at: number, part: number): void => {
      const { put, count } = this.#partOf(ids, at);
      const isLast = at + count >= ids.length;
      tell({ kind: 'sessions', revision, whole, part, isLast, sessions: put });
      if (!isLast) setImmediate(() => next(at + count, part + 1));
    };
    next(0, 0);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #schedule(): void {
    this.#timer ??= this.wheel.schedule(GATHER_MS, () => this.#tellChanges());
  }

  #tellChanges(): void {
    this.#timer = undefined;
    const ids = [...this.#changed];
    for (let at = 0, part = 0; at < ids.length; part++) {
      if (part === PARTS_AT_ONCE) {
        this.#schedule();
        return;
      }
      const { put, removed, count } = this.#partOf(ids, at);
      for (const id of ids.slice(at, at + count)) this.#changed.delete(id);
      this.tell({ kind: 'changes', revision: ++this.#revision, removed, put });
      at += count;
    }
  }

  #partOf(ids: readonly string[], from: number): Part {
    const put: ClusterSession[] = [];
    const removed: string[] = [];
    let bytes = 0;
    let at = from;
    // With one session more, the largest, a part still is what the bus carries.
    const partBytes = Math.min(PART_BYTES, this.maxBytes() / 4);
    const sessionBytes = Math.min(SESSION_BYTES, this.maxBytes() / 4);
    for (; at < ids.length && at - from < PART_SESSIONS && bytes < partBytes; at++) {
      const id = ids[at];
      const known = this.#sessions.get(id);
      if (known === undefined) {
        removed.push(id);
        bytes += jsonBytesOf(id);
        continue;
      }
      const [session, more] = stateOf(id, known, sessionBytes);
      put.push(session);
      bytes += more;
    }
    return { put, removed, count: at - from };
  }
}

/** @returns how a session stands, and the octets that it takes to say so */
function stateOf(id: string, { session, user }: Known, mostBytes: number): [ClusterSession, number] {
  const subscriptions: ClusterSubscription[] = [];
  let bytes = 0;
  for (const [subscriptionId, destination] of session.subscriptions) {
    const subscription = { id: subscriptionId, destination };
    const more = jsonBytesOf(subscription);
    if (bytes + more > mostBytes) break;
    bytes += more;
    subscriptions.push(subscription);
  }
  return [{ id, user, subscriptions }, bytes + jsonBytesOf({ id, user })];
}

function jsonBytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
