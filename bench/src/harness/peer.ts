import type { DialectName } from '../loader/dialects/dialects.js';
import type { RunningServer } from './server-process.js';

/** A server that can be measured. */
export interface Peer {
  readonly name: string;
  readonly title: string;
  readonly dialect: DialectName;
  /** What it can do beyond broadcasting. */
  readonly handlers: 'none' | 'plain' | 'enhanced';
  /** Whether messages may overtake each other on their way to one subscriber. */
  readonly isUnordered?: boolean;
  /** More subscribers than these are not asked of it. */
  readonly maxSubscribers?: number;
  /** More idle sessions than these are not asked of it. */
  readonly maxSessions?: number;
  /** How long it is loaded before its first row: a virtual machine compiles while it runs. */
  readonly warmUpMs?: number;
  /** What is missing, with the command that installs it; `undefined` when nothing is. */
  missing(): string | undefined;
  start(): Promise<RunningServer>;
}
