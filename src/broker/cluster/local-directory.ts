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
import type { ClusterControl, ClusterSession } from './cluster-control.js';

/** Sessions that are told at once; a record of them stays far below what any bus carries. */
const CHUNK = 500;
/** How long changes are gathered: a registry of other nodes may lag that much behind. */
const GATHER_MS = 200;

interface Known {
  readonly session: SimpSession;
  /** As it was at the beginning: a principal may be a record that somebody changes. */
  readonly user: string | undefined;
}

/**
 * The sessions of this node as it tells others of them: all when asked, and else what has changed. It says how a session stands, not
 * what happened to it; so whoever hears some of it twice, or in the midst of the whole, still gets it right.
 */
export class LocalDirectory {
  readonly #sessions = new Map<string, Known>();
  readonly #changed = new Set<string>();
  #revision = 0;
  #timer: WheelTimer | undefined;

  /** @param tell says something to all nodes */
  constructor(
    private readonly wheel: Pick<TimerWheel, 'schedule'>,
    private readonly tell: (control: ClusterControl) => void,
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
    this.#timer ??= this.wheel.schedule(GATHER_MS, () => this.#tellChanges());
  };

  /**
   * Tells one node everything, in parts, each in a turn of its own: a hundred thousand sessions must not stop the others.
   *
   * @param tell says something to that node
   */
  tellAll(tell: (control: ClusterControl) => void): void {
    const revision = this.#revision;
    const ids = [...this.#sessions.keys()];
    const next = (at: number): void => {
      const sessions = ids.slice(at, at + CHUNK).flatMap((id) => this.#stateOf(id) ?? []);
      const isLast = at + CHUNK >= ids.length;
      tell({ kind: 'sessions', revision, isFirst: at === 0, isLast, sessions });
      if (!isLast) setImmediate(() => next(at + CHUNK));
    };
    next(0);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #tellChanges(): void {
    this.#timer = undefined;
    const ids = [...this.#changed];
    this.#changed.clear();
    for (let at = 0; at < ids.length; at += CHUNK) {
      const chunk = ids.slice(at, at + CHUNK);
      const removed = chunk.filter((id) => !this.#sessions.has(id));
      const put = chunk.flatMap((id) => this.#stateOf(id) ?? []);
      this.tell({ kind: 'changes', revision: ++this.#revision, removed, put });
    }
  }

  #stateOf(id: string): ClusterSession | undefined {
    const known = this.#sessions.get(id);
    if (known === undefined) return undefined;
    const { session, user } = known;
    const subscriptions = [...session.subscriptions].map(([id, destination]) => ({ id, destination }));
    return { id, user, subscriptions };
  }
}
