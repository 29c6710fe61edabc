/** A subscription of a session of another node, as its client wrote it. */
export interface RemoteSubscription {
  readonly id: string;
  readonly destination: string;
}

/** What one node tells the others of a session. */
export interface RemoteSession {
  readonly id: string;
  /** The name in user destinations; `undefined` for an anonymous session. */
  readonly user: string | undefined;
  readonly subscriptions: readonly RemoteSubscription[];
}

/** What has become of a node's sessions since it last told. */
export interface RemoteSessionChanges {
  /** Ids of sessions that are over. These are taken out before {@link put} comes in. */
  readonly removed?: readonly string[];
  /** Sessions that are new, or have changed: each as a whole. */
  readonly put?: readonly RemoteSession[];
}

/** How much is held of other nodes: they are trusted, but a mistake of theirs shall not fill this one's memory. */
export interface RemoteUsersLimits {
  /** @default 1000, some ten times the largest cluster of Node.js processes we have heard of */
  readonly nodes?: number;
  /** Of all nodes together. @default 1000000; one with two subscriptions takes about 500 bytes */
  readonly sessions?: number;
}

/** The sessions of other nodes, by node and by user. It knows nothing of the way on which they are told. */
export class RemoteUsers {
  /** Called when a user gets the first session elsewhere, and with false when the last is gone. */
  onUser: (name: string, isThere: boolean) => void = () => undefined;
  readonly #nodes = new Map<string, Map<string, RemoteSession>>();
  readonly #users = new Map<string, Set<RemoteSession>>();
  readonly #anonymous = new Set<RemoteSession>();
  readonly #maxNodes: number;
  readonly #maxSessions: number;
  #sessionCount = 0;

  constructor({ nodes = 1000, sessions = 1_000_000 }: RemoteUsersLimits = {}) {
    this.#maxNodes = nodes;
    this.#maxSessions = sessions;
  }

  /** Nodes that have told of themselves, those without sessions included. */
  get nodeIds(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  /** Users with at least one session elsewhere. */
  get userNames(): Iterable<string> {
    return this.#users.keys();
  }

  get userCount(): number {
    return this.#users.size;
  }

  get sessionCount(): number {
    return this.#sessionCount;
  }

  /** Sessions elsewhere without a user. */
  get anonymousSessions(): ReadonlySet<RemoteSession> {
    return this.#anonymous;
  }

  hasUser(name: string): boolean {
    return this.#users.has(name);
  }

  /** A user's sessions on all other nodes. */
  sessionsOf(name: string): Iterable<RemoteSession> {
    return this.#users.get(name) ?? [];
  }

  /** The node that a session is connected to. */
  nodeOf(sessionId: string): string | undefined {
    for (const [nodeId, sessions] of this.#nodes) if (sessions.has(sessionId)) return nodeId;
    return undefined;
  }

  /** Whether a session elsewhere is a user's, or has no user and is called by its id. */
  isSessionOf(user: string, sessionId: string): boolean {
    const nodeId = this.nodeOf(sessionId);
    if (nodeId === undefined) return false;
    const session = this.#nodes.get(nodeId)?.get(sessionId);
    return session?.user === user || (session?.user === undefined && user === sessionId);
  }

  /**
   * A node's sessions are these, and no others.
   *
   * @returns how many of them there was no room for
   */
  replace(nodeId: string, sessions: readonly RemoteSession[]): number {
    const kept = new Set(sessions.map(({ id }) => id));
    const removed = [...(this.#nodes.get(nodeId)?.keys() ?? [])].filter((id) => !kept.has(id));
    return this.apply(nodeId, { removed, put: sessions });
  }

  /**
   * Some of a node's sessions have changed, and the rest has not.
   *
   * @returns how many of them there was no room for
   */
  apply(nodeId: string, { removed = [], put = [] }: RemoteSessionChanges): number {
    const node = this.#node(nodeId);
    if (node === undefined) return put.length;
    for (const id of removed) this.#remove(node, id);
    let leftOut = 0;
    for (const session of put) if (!this.#put(node, session)) leftOut++;
    return leftOut;
  }

  /** A node is gone, with all its sessions. */
  forget(nodeId: string): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return;
    for (const id of node.keys()) this.#remove(node, id);
    this.#nodes.delete(nodeId);
  }

  #node(nodeId: string): Map<string, RemoteSession> | undefined {
    const known = this.#nodes.get(nodeId);
    if (known !== undefined || this.#nodes.size >= this.#maxNodes) return known;
    const node = new Map<string, RemoteSession>();
    this.#nodes.set(nodeId, node);
    return node;
  }

  #put(node: Map<string, RemoteSession>, session: RemoteSession): boolean {
    const before = node.get(session.id);
    if (before === session) return true;
    if (before === undefined && this.#sessionCount >= this.#maxSessions) return false;
    // The new one first: a user with this session alone has not been away meanwhile.
    this.#index(session);
    if (before !== undefined) this.#unindex(before);
    node.set(session.id, session);
    return true;
  }

  #remove(node: Map<string, RemoteSession>, id: string): void {
    const session = node.get(id);
    if (session === undefined) return;
    node.delete(id);
    this.#unindex(session);
  }

  #index(session: RemoteSession): void {
    this.#sessionCount++;
    const { user } = session;
    if (user === undefined) {
      this.#anonymous.add(session);
      return;
    }
    const sessions = this.#users.get(user);
    if (sessions !== undefined) {
      sessions.add(session);
      return;
    }
    this.#users.set(user, new Set([session]));
    this.onUser(user, true);
  }

  #unindex(session: RemoteSession): void {
    this.#sessionCount--;
    const { user } = session;
    if (user === undefined) {
      this.#anonymous.delete(session);
      return;
    }
    const sessions = this.#users.get(user);
    sessions?.delete(session);
    if (sessions?.size !== 0) return;
    this.#users.delete(user);
    this.onUser(user, false);
  }
}
