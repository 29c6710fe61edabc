import { ClusterPacketError } from './cluster-packet.js';

/** What has to be the same on all nodes: a message has to mean on one what it means on the other. */
export interface ClusterAgreement {
  readonly destinationPrefixes: readonly string[];
  readonly userDestinationPrefix: string;
  readonly pathSeparator: string;
}

/** A session as other nodes know it. */
export interface ClusterSession {
  readonly id: string;
  /** By the name in user destinations; `undefined` for an anonymous one. */
  readonly user: string | undefined;
  readonly subscriptions: readonly ClusterSubscription[];
}

export interface ClusterSubscription {
  readonly id: string;
  /** As the client wrote it. */
  readonly destination: string;
}

/** What has become of the sessions of a node. */
export interface ClusterSessionChanges {
  /** Ids of those that are over. */
  readonly removed: readonly string[];
  /** How the new ones stand, and those that have changed. */
  readonly put: readonly ClusterSession[];
}

/** How sessions are to be ended elsewhere. */
export interface ClusterDisconnect {
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
  readonly cause?: string | undefined;
}

/** What a node says of itself. */
export interface AliveControl {
  readonly kind: 'alive';
  readonly name: string;
  readonly agreement: ClusterAgreement;
  /** Of its directory of sessions. */
  readonly revision: number;
  /** Whether everybody is to answer at once: it has just come, or come back. */
  readonly hello: boolean;
  /** Whether it serves already, or is about to begin. */
  readonly hasBegun?: boolean;
}

/** What a node says to nodes: about itself, its sessions, or theirs. */
export type ClusterControl =
  | AliveControl
  /** It ends. */
  | { readonly kind: 'leave' }
  /** It wants to know all sessions of the node that it says this to. */
  | { readonly kind: 'ask' }
  /** A part of the answer. */
  | {
      readonly kind: 'sessions';
      readonly revision: number;
      /** Which answer of this node it belongs to: two may be under way at once. */
      readonly whole: number;
      /** Counts the parts, from 0. */
      readonly part: number;
      readonly isLast: boolean;
      readonly sessions: readonly ClusterSession[];
    }
  /** What has changed since the revision before. */
  | ({ readonly kind: 'changes'; readonly revision: number } & ClusterSessionChanges)
  /** Some sessions of the node that it says this to are to end. */
  | { readonly kind: 'disconnect'; readonly sessionIds: readonly string[]; readonly how: ClusterDisconnect };

export function encodeControl(control: ClusterControl): Buffer {
  return Buffer.from(JSON.stringify(control), 'utf8');
}

/**
 * @returns `undefined` for something that only a later version knows
 * @throws ClusterPacketError when it has not the form that its kind has
 */
export function decodeControl(content: Buffer): ClusterControl | undefined {
  let control: Shape;
  try {
    control = JSON.parse(content.toString('utf8')) as Shape;
  } catch {
    throw new ClusterPacketError('A record is not JSON');
  }
  const kind = isObject(control) ? control['kind'] : undefined;
  if (typeof kind !== 'string') throw new ClusterPacketError('A record does not say what it is');
  const isWell = FORMS.get(kind);
  if (isWell === undefined) return undefined;
  if (!isWell(control)) throw new ClusterPacketError(`A record "${kind}" is malformed`);
  return control as unknown as ClusterControl;
}

type Shape = Readonly<Record<string, unknown>>;

/** How each kind is told from something that only looks like it. A map, since an object answers to `constructor` as well. */
const FORMS: ReadonlyMap<string, (control: Shape) => boolean> = new Map<string, (control: Shape) => boolean>([
  [
    'alive',
    ({ name, agreement, revision, hello }) =>
      typeof name === 'string' && isCount(revision) && typeof hello === 'boolean' && isAgreement(agreement),
  ],
  ['leave', () => true],
  ['ask', () => true],
  [
    'sessions',
    ({ revision, whole, part, isLast, sessions }) =>
      [revision, whole, part].every(isCount) && typeof isLast === 'boolean' && isSessions(sessions),
  ],
  ['changes', ({ revision, removed, put }) => isCount(revision) && isTexts(removed) && isSessions(put)],
  ['disconnect', ({ sessionIds, how }) => isTexts(sessionIds) && isDisconnect(how)],
]);

function isAgreement(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { destinationPrefixes, userDestinationPrefix, pathSeparator } = value;
  return isTexts([userDestinationPrefix, pathSeparator]) && isTexts(destinationPrefixes);
}

function isDisconnect(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { code, reason, cause } = value;
  return (
    (code === undefined || isCount(code)) && isTexts([reason, cause].filter((text) => text !== undefined))
  );
}

function isSessions(value: unknown): boolean {
  return Array.isArray(value) && value.every(isSession);
}

function isSession(session: unknown): boolean {
  if (!isObject(session)) return false;
  const { id, user, subscriptions } = session;
  if (typeof id !== 'string' || (user !== undefined && typeof user !== 'string')) return false;
  return (
    Array.isArray(subscriptions) &&
    subscriptions.every(
      (subscription) =>
        isObject(subscription) &&
        typeof subscription.id === 'string' &&
        typeof subscription.destination === 'string',
    )
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isObject(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null;
}
