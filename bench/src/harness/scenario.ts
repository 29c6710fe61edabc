import type { LoaderProcess } from './loader-process.js';
import type { Peer } from './peer.js';
import type { Sample } from './results.js';
import type { RunningServer } from './server-process.js';
import type { ServerAddress } from '../loader/protocol.js';

/** How much is measured. */
export interface Effort {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Multiplies subscribers and sessions: 1, or little for a smoke test. */
  readonly scale: number;
  readonly heartBeatMs: number;
  readonly idleMs: number;
}

/** One server and the process that loads it, for one round. */
export interface Round {
  readonly peer: Peer;
  readonly server: RunningServer;
  readonly address: ServerAddress;
  readonly loader: LoaderProcess;
  readonly effort: Effort;
  record(row: string, parameters: Readonly<Record<string, number | string>>, sample: Sample): void;
  /** A row that could not be measured does not end the others. */
  attempt(row: string, work: () => Promise<void>): Promise<void>;
}

/** A set of rows measured on the same servers. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Which servers take part. */
  suits(peer: Peer): boolean;
  /** Whether each round needs a fresh process, such as for memory. */
  readonly isFresh?: boolean;
  readonly maxRounds?: number;
  run(round: Round): Promise<void>;
}
