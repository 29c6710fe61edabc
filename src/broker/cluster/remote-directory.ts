import type { ClusterControl, ClusterSession, ClusterSessionChanges } from './cluster-control.js';

/** Where the sessions of other nodes are kept. */
export interface ClusterUsers {
  /** All sessions of a node, in the place of what was known of it. @returns how many there was no room for */
  replace(nodeId: string, sessions: readonly ClusterSession[]): number;
  /** How some of them stand now. @returns how many there was no room for */
  apply(nodeId: string, changes: ClusterSessionChanges): number;
  /** The node is gone, and its sessions are. */
  forget(nodeId: string): void;
}

type Sessions = Extract<ClusterControl, { kind: 'sessions' }>;
type Changes = Extract<ClusterControl, { kind: 'changes' }>;

/** How often a node may say its revision while no further part of the whole comes. */
const PATIENCE = 3;

/**
 * What this node knows of the sessions of another one: a whole, and the changes since. When it has missed some, which the revision
 * tells, it asks for the whole again; until that is there, what was known stays.
 */
export class RemoteDirectory {
  /** `undefined` while the whole is not known. */
  #revision: number | undefined;
  #gathered: ClusterSession[] | undefined;
  /** Which answer is gathered, and what comes next of it: a part may be lost, or belong to another answer. */
  #whole = 0;
  #nextPart = 0;
  /** Changes that came between the parts of the whole. */
  readonly #later: Changes[] = [];
  #isAsking = false;
  /** Times that the node has said its revision and no part of the whole has come. */
  #waits = 0;

  /**
   * @param ask asks the node for the whole
   * @param leftOut hears of sessions for which there was no room
   */
  constructor(
    private readonly nodeId: string,
    private readonly users: ClusterUsers,
    private readonly ask: () => void,
    private readonly leftOut: (sessions: number) => void = () => undefined,
  ) {}

  /** The node has said what its revision is. It is asked at most once for each time that it says so. */
  compare(revision: number): void {
    if (this.#gathered !== undefined && ++this.#waits > PATIENCE) this.interrupted();
    if (this.#revision === revision || this.#gathered !== undefined) {
      this.#isAsking = false;
      return;
    }
    // An answer may be under way: the node is not asked twice in a row.
    this.#isAsking = !this.#isAsking;
    if (this.#isAsking) this.ask();
  }

  /** The rest of a whole will not come any more. */
  interrupted(): void {
    this.#gathered = undefined;
    this.#later.length = 0;
    this.#isAsking = false;
    this.#waits = 0;
  }

  sessions({ revision, whole, part, isLast, sessions }: Sessions): void {
    if (part === 0) this.#begin(whole);
    // Of an answer before this one, or of one whose beginning was not heard.
    if (this.#gathered === undefined || whole !== this.#whole) return;
    if (part !== this.#nextPart) {
      this.interrupted();
      return;
    }
    this.#waits = 0;
    this.#nextPart++;
    for (const session of sessions) this.#gathered.push(session);
    if (!isLast) return;
    const leftOut = this.users.replace(this.nodeId, this.#gathered);
    if (leftOut > 0) this.leftOut(leftOut);
    this.#gathered = undefined;
    this.#revision = revision;
    this.#isAsking = false;
    for (const later of this.#later.splice(0)) this.changes(later);
  }

  changes(changes: Changes): void {
    if (this.#gathered !== undefined) {
      this.#later.push(changes);
      return;
    }
    if (this.#revision === undefined || changes.revision <= this.#revision) return;
    if (changes.revision !== this.#revision + 1) {
      this.#revision = undefined;
      this.compare(changes.revision);
      return;
    }
    this.#revision = changes.revision;
    const leftOut = this.users.apply(this.nodeId, changes);
    if (leftOut > 0) this.leftOut(leftOut);
  }

  #begin(whole: number): void {
    this.#gathered = [];
    this.#whole = whole;
    this.#nextPart = 0;
    this.#later.length = 0;
  }
}
