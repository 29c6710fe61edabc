import type { RemoteSession, RemoteSubscription } from './remote-users.js';

/*
 * What nodes write to each other of their sessions: JSON, short because there is much of it, and with a version, because
 * during a deployment old and new nodes hear each other.
 */

/** Another one is not read. */
const VERSION = 1;

/** Of one report, in bytes. Brokers take more, but this is sent without anybody having asked for it. */
export const MAX_REPORT_BYTES = 64 * 1024;

/** One thing that a node says of itself. */
export type RegistryReport =
  /** A part of all its sessions: `part` counts from 0 to `parts` - 1, and `round` tells one telling from the next. */
  | {
      readonly kind: 'all';
      readonly node: string;
      readonly round: number;
      readonly part: number;
      readonly parts: number;
      readonly sessions: readonly RemoteSession[];
    }
  /** What has changed since. */
  | {
      readonly kind: 'changed';
      readonly node: string;
      readonly sessions: readonly RemoteSession[];
      readonly removed: readonly string[];
    }
  /** It stops. */
  | { readonly kind: 'gone'; readonly node: string };

/** Session, user or null, and its subscriptions: id and destination in turn. */
type WrittenSession = readonly [id: string, user: string | null, subscriptions: readonly string[]];

/** A node's sessions in as many reports as they need. */
export function reportsOfAll(
  node: string,
  round: number,
  sessions: Iterable<RemoteSession>,
): readonly Uint8Array[] {
  const chunks = chunksOf(sessions);
  if (chunks.length === 0) chunks.push([]);
  return chunks.map((chunk, part) =>
    bytesOf({ kind: 'all', node, round, part, parts: chunks.length }, chunk),
  );
}

/** Changes in as many reports as they need. */
export function reportsOfChanges(
  node: string,
  sessions: Iterable<RemoteSession>,
  removed: readonly string[],
): readonly Uint8Array[] {
  const reports: Uint8Array[] = [];
  // Ids are ours, 36 letters each.
  for (let start = 0; start < removed.length; start += 1000) {
    reports.push(bytesOf({ kind: 'changed', node, removed: removed.slice(start, start + 1000) }, []));
  }
  for (const chunk of chunksOf(sessions))
    reports.push(bytesOf({ kind: 'changed', node, removed: [] }, chunk));
  return reports;
}

export function reportOfEnd(node: string): Uint8Array {
  return bytesOf({ kind: 'gone', node }, []);
}

/** @throws Error when it is none of a version that is known here */
export function readReport(bytes: Uint8Array): RegistryReport {
  // What one node may write another may read; a quarter more for what a later version says beside that.
  if (bytes.byteLength > MAX_REPORT_BYTES * 1.25) throw new Error(`It has ${bytes.byteLength} bytes`);
  const said: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  if (!isRecord(said)) throw new Error('It is no object');
  const { v, kind, node, round, part, parts, sessions, removed } = said;
  if (v !== VERSION) throw new Error(`Its version is ${JSON.stringify(v)}, and ${VERSION} is read here`);
  if (typeof node !== 'string' || node === '') throw new Error('It names no node');
  if (kind === 'gone') return { kind, node };
  const read = list(sessions).map(readSession);
  if (kind === 'changed') return { kind, node, sessions: read, removed: list(removed).map(text) };
  if (kind !== 'all') throw new Error('Its kind is not known');
  return { kind, node, round: count(round), part: count(part), parts: count(parts), sessions: read };
}

function bytesOf(head: Readonly<Record<string, unknown>>, sessions: readonly string[]): Uint8Array {
  const start = JSON.stringify({ v: VERSION, ...head });
  return Buffer.from(`${start.slice(0, -1)},"sessions":[${sessions.join(',')}]}`);
}

/** Leaves room for the head of a report. */
const CHUNK_BYTES = MAX_REPORT_BYTES - 1024;

function chunksOf(sessions: Iterable<RemoteSession>): string[][] {
  const chunks: string[][] = [];
  let bytes = Infinity;
  for (const session of sessions) {
    const written = write(session);
    const size = Buffer.byteLength(written) + 1;
    if (bytes + size > CHUNK_BYTES) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)?.push(written);
    bytes += size;
  }
  return chunks;
}

/** A session whose subscriptions are too much for one report is told with half of them, or a quarter … */
function write({ id, user, subscriptions }: RemoteSession): string {
  const flat = subscriptions.flatMap((subscription) => [subscription.id, subscription.destination]);
  for (let kept = subscriptions.length; ; kept = Math.floor(kept / 2)) {
    const session: WrittenSession = [id, user ?? null, flat.slice(0, 2 * kept)];
    const written = JSON.stringify(session);
    if (kept === 0 || Buffer.byteLength(written) < CHUNK_BYTES) return written;
  }
}

function readSession(written: unknown): RemoteSession {
  const [id, user, subscriptions] = list(written);
  const flat = list(subscriptions).map(text);
  const read: RemoteSubscription[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) read.push({ id: flat[i], destination: flat[i + 1] });
  return { id: text(id), user: user === null ? undefined : text(user), subscriptions: read };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error('A list is missing');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('A text is missing');
}

function count(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new Error('A number is missing');
}
