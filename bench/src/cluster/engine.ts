/** What several nodes can have between them. */
export interface Engine {
  readonly name: string;
  readonly title: string;
  /** Whether nodes listen through it to what their clients want: a relay has a connection for each client instead. */
  readonly isBus: boolean;
  /** How many nodes it is measured with at most: without anything between them, one. */
  readonly maxNodes: number;
  /** What is missing, with the command that installs it; `undefined` when nothing is. */
  missing(): string | undefined;
  start(): Promise<RunningEngine>;
}

/** One that runs. */
export interface RunningEngine {
  /** `undefined` when it has no process of its own. */
  readonly pid?: number;
  /** What a node has to be told to find it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}
