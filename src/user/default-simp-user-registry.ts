import { destinationUserNameOf } from '../messaging/principal.js';
import type { SimpSession } from '../messaging/simp-session.js';
import { SessionConnectedEvent, SessionDisconnectEvent, type StompEvent } from '../session/stomp-event.js';
import {
  SimpUserRegistry,
  type DisconnectOptions,
  type SimpSubscription,
  type SimpUser,
  type SimpUserSession,
} from './simp-user-registry.js';
import { SimpUserSessionSnapshot, SimpUserSnapshot } from './simp-user-snapshot.js';

/** The users of this process, kept up to date by the events of their sessions. */
export class DefaultSimpUserRegistry extends SimpUserRegistry {
  readonly #sessions = new Map<string, SimpSession>();
  readonly #users = new Map<string, Set<SimpSession>>();
  /** By session, as they were at its beginning: a principal may be a record that somebody changes. */
  readonly #names = new Map<string, string>();
  #anonymousCount = 0;

  /** The listener of session events. It has to be the first, so that all others find what they are told of. */
  readonly onEvent = (event: StompEvent): void => {
    if (event instanceof SessionConnectedEvent) this.#add(event.session);
    else if (event instanceof SessionDisconnectEvent) this.#remove(event.session);
  };

  get userCount(): number {
    return this.#users.size;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  get anonymousSessionCount(): number {
    return this.#anonymousCount;
  }

  get users(): readonly SimpUser[] {
    return [...this.#users].map(([name, sessions]) => new SimpUserSnapshot(name, sessions));
  }

  get anonymousSessions(): readonly SimpUserSession[] {
    return [...this.#sessions.values()]
      .filter(({ user }) => user === undefined)
      .map((session) => new SimpUserSessionSnapshot(session, undefined));
  }

  getUser(name: string): SimpUser | undefined {
    const sessions = this.#users.get(name);
    return sessions === undefined ? undefined : new SimpUserSnapshot(name, sessions);
  }

  /** The ids of a user's sessions, without all else that {@link getUser} has to make. */
  sessionIdsOf(name: string): readonly string[] {
    return [...(this.#users.get(name) ?? [])].map(({ id }) => id);
  }

  /** Whether a session is connected. */
  hasSession(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  findSubscriptions(matcher: (subscription: SimpSubscription) => boolean): readonly SimpSubscription[] {
    const sessions = [...this.users.flatMap((user) => user.sessions), ...this.anonymousSessions];
    return sessions.flatMap(({ subscriptions }) => subscriptions).filter(matcher);
  }

  disconnectUser(name: string, options?: DisconnectOptions): number {
    const sessions = [...(this.#users.get(name) ?? [])];
    for (const session of sessions) disconnect(session, options);
    return sessions.length;
  }

  disconnectSession(sessionId: string, options?: DisconnectOptions): boolean {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return false;
    disconnect(session, options);
    return true;
  }

  #add(session: SimpSession): void {
    this.#sessions.set(session.id, session);
    if (session.user === undefined) {
      this.#anonymousCount++;
      return;
    }
    const name = destinationUserNameOf(session.user);
    this.#names.set(session.id, name);
    const sessions = this.#users.get(name);
    if (sessions === undefined) this.#users.set(name, new Set([session]));
    else sessions.add(session);
  }

  /** Sessions that never connected end too. */
  #remove(session: SimpSession): void {
    if (!this.#sessions.delete(session.id)) return;
    if (session.user === undefined) {
      this.#anonymousCount--;
      return;
    }
    const name = this.#names.get(session.id) as string;
    this.#names.delete(session.id);
    const sessions = this.#users.get(name);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#users.delete(name);
  }
}

function disconnect(
  session: SimpSession,
  { code = 1008, reason = 'Disconnected by the server', cause }: DisconnectOptions = {},
): void {
  session.close(code, reason, cause);
}
