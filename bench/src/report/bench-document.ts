import { readFileSync } from 'node:fs';
import type { Machine } from '../harness/machine.js';
import type { Failure, Result } from '../harness/results.js';
import type { Spread } from '../harness/statistics.js';

/** What a run has written. */
export interface BenchDocument {
  readonly machine: Machine;
  readonly mode: string;
  readonly rounds: number;
  readonly minutes: number;
  /** What has to be known of this run beside that. */
  readonly note?: string;
  readonly missing: Readonly<Record<string, string>>;
  readonly failures: readonly Failure[];
  readonly results: readonly Result[];
}

export function readDocument(path: string): BenchDocument {
  return JSON.parse(readFileSync(path, 'utf8')) as BenchDocument;
}

/** The figure of a server in a row; `undefined` when it was not measured. */
export function figure(
  { results }: BenchDocument,
  scenario: string,
  row: string,
  server: string,
  name: string,
): Spread | undefined {
  return results.find(
    (result) => result.scenario === scenario && result.row === row && result.server === server,
  )?.figures[name];
}
