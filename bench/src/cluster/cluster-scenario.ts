import type { LoaderProcess } from '../harness/loader-process.js';
import type { Sample } from '../harness/results.js';
import type { Effort } from '../harness/scenario.js';
import type { Engine } from './engine.js';
import type { NodeGroup } from './node-group.js';

/** The nodes with one engine, and the process that loads them, for one round. */
export interface ClusterRound {
  readonly engine: Engine;
  readonly group: NodeGroup;
  readonly loader: LoaderProcess;
  readonly effort: Effort;
  record(row: string, parameters: Readonly<Record<string, number | string>>, sample: Sample): void;
  /** A row that could not be measured does not end the others. */
  attempt(row: string, work: () => Promise<void>): Promise<void>;
}

/** A set of rows measured on the same nodes. */
export interface ClusterScenario {
  readonly name: string;
  readonly title: string;
  /** With how many nodes a round begins, as far as the engine has several. */
  readonly nodes: number;
  /** Whether each round needs fresh processes. */
  readonly isFresh?: boolean;
  suits(engine: Engine): boolean;
  run(round: ClusterRound): Promise<void>;
}
