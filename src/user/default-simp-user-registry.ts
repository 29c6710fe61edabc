import { destinationUserNameOf } from '../messaging/principal.js';
import type { SimpSession } from '../messaging/simp-session.js';
import { sendableCloseCode } from '../session/session-error.js';
import { SessionConnectedEvent, SessionDisconnectEvent, type StompEvent } from '../session/stomp-event.js';
import { RemoteUsers } from './remote-users.js';
import {
  SimpUserRegistry,
  type DisconnectOptions,
  type SimpSubscription,
  type SimpUser,
  type SimpUserSession,
} from './simp-user-registry.js';
import { remoteSessionSnapshot, SimpUserSessionSnapshot, SimpUserSnapshot } from './simp-user-snapshot.js';

/**
 * The users of this process, kept up to date by the events of their sessions, and those of other nodes, as far as
 * somebody puts them into {@link remote}.
 */
export class DefaultSimpUserRegistry extends SimpUserRegistry {
  readonly #sessions = new Map<string, SimpSession>();
  readonly #users = new Map<string, Set<SimpSession>>();
  /** By session, as they were at its beginning: a principal may be a record that somebody changes. */
  readonly #names = new Map<string, string>();
  #anonymousCount = 0;
  /** Users with sessions here and elsewhere, so that no count has to go through all users. */
  #usersOnBothSides = 0;

  /** Ends sessions of another node; `undefined` while nobody can. */
  disconnectElsewhere:
    ((nodeId: string, sessionIds: readonly string[], options: DisconnectOptions) => void) | undefined;

  /** @param remote what other nodes have told */
  constructor(readonly remote = new RemoteUsers()) {
    super();
    remote.onUser = (name, isThere) => {
      if (this.#users.has(name)) this.#usersOnBothSides += isThere ? 1 : -1;
    };
  }

  /** The listener of session events. It has to be the first, so that all others find what they are told of. */
  readonly onEvent = (event: StompEvent): void => {
    if (event instanceof SessionConnectedEvent) this.#add(event.session);
    else if (event instanceof SessionDisconnectEvent) this.#remove(event.session);
  };

  get userCount(): number {
    return this.#users.size + this.remote.userCount - this.#usersOnBothSides;
  }

  get sessionCount(): number {
    return this.#sessions.size + this.remote.sessionCount;
  }

  get anonymousSessionCount(): number {
    return this.#anonymousCount + this.remote.anonymousSessions.size;
  }

  get users(): readonly SimpUser[] {
    const elsewhere = [...this.remote.userNames].filter((name) => !this.#users.has(name));
    return [...this.#users.keys(), ...elsewhere].map((name) => this.#snapshotOf(name));
  }

  get anonymousSessions(): readonly SimpUserSession[] {
    const here = [...this.#sessions.values()].filter(({ user }) => user === undefined);
    return [
      ...here.map(({ id, subscriptions }) => new SimpUserSessionSnapshot(id, subscriptions, undefined)),
      ...[...this.remote.anonymousSessions].map((session) => remoteSessionSnapshot(session, undefined)),
    ];
  }

  getUser(name: string): SimpUser | undefined {
    return this.#users.has(name) || this.remote.hasUser(name) ? this.#snapshotOf(name) : undefined;
  }

  /** Users with sessions in this process. */
  get localUserCount(): number {
    return this.#users.size;
  }

  get localAnonymousSessionCount(): number {
    return this.#anonymousCount;
  }

  /** Connected sessions of this process. */
  get localSessions(): Iterable<SimpSession> {
    return this.#sessions.values();
  }

  /** A connected session of this process. */
  localSession(sessionId: string): SimpSession | undefined {
    return this.#sessions.get(sessionId);
  }

  /** The name in user destinations that a session of this process has connected with. */
  userNameOf(sessionId: string): string | undefined {
    return this.#names.get(sessionId);
  }

  /** The ids of a user's sessions in this process, without all else that {@link getUser} has to make. */
  sessionIdsOf(name: string): readonly string[] {
    return [...(this.#users.get(name) ?? [])].map(({ id }) => id);
  }

  /** Whether a session of this process is a user's. */
  isSessionOf(name: string, sessionId: string): boolean {
    return this.#names.get(sessionId) === name;
  }

  /** Whether a session is connected to this process. */
  hasSession(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  /** Whether a session of another node is a user's, or has no user and is called by its id. */
  isElsewhere(user: string, sessionId: string): boolean {
    return this.remote.isSessionOf(user, sessionId);
  }

  findSubscriptions(matcher: (subscription: SimpSubscription) => boolean): readonly SimpSubscription[] {
    const sessions = [...this.users.flatMap((user) => user.sessions), ...this.anonymousSessions];
    return sessions.flatMap(({ subscriptions }) => subscriptions).filter(matcher);
  }

  disconnectUser(name: string, options?: DisconnectOptions): number {
    const sessions = [...(this.#users.get(name) ?? [])];
    for (const session of sessions) disconnect(session, options);
    return sessions.length + this.#disconnectElsewhere(this.remote.sessionsOf(name), options);
  }

  disconnectSession(sessionId: string, options?: DisconnectOptions): boolean {
    return (
      this.disconnectHere(sessionId, options) || this.#disconnectElsewhere([{ id: sessionId }], options) > 0
    );
  }

  /** Ends a session of this process. */
  disconnectHere(sessionId: string, options?: DisconnectOptions): boolean {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return false;
    disconnect(session, options);
    return true;
  }

  /** @returns how many there are */
  #disconnectElsewhere(sessions: Iterable<{ readonly id: string }>, options: DisconnectOptions = {}): number {
    if (this.disconnectElsewhere === undefined) return 0;
    if (options.code !== undefined) sendableCloseCode(options.code);
    const byNode = new Map<string, string[]>();
    for (const { id } of sessions) {
      const nodeId = this.remote.nodeOf(id);
      if (nodeId === undefined) continue;
      const ofNode = byNode.get(nodeId);
      if (ofNode === undefined) byNode.set(nodeId, [id]);
      else ofNode.push(id);
    }
    let count = 0;
    for (const [nodeId, ids] of byNode) {
      this.disconnectElsewhere(nodeId, ids, options);
      count += ids.length;
    }
    return count;
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
    if (sessions !== undefined) {
      sessions.add(session);
      return;
    }
    this.#users.set(name, new Set([session]));
    if (this.remote.hasUser(name)) this.#usersOnBothSides++;
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
    if (sessions?.size !== 0) return;
    this.#users.delete(name);
    if (this.remote.hasUser(name)) this.#usersOnBothSides--;
  }

  #snapshotOf(name: string): SimpUser {
    return new SimpUserSnapshot(name, this.#users.get(name) ?? [], this.remote.sessionsOf(name));
  }
}

function disconnect(
  session: SimpSession,
  { code = 1008, reason = 'Disconnected by the server', cause }: DisconnectOptions = {},
): void {
  session.close(code, reason, cause);
}
