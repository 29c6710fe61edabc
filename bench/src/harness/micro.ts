import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { MicroRow } from '../micro/micro-row.js';
import type { Results } from './results.js';
import type { Effort } from './scenario.js';
import type { Progress } from './run-scenario.js';

/** A part of the project measured by itself, in a process of its own a round. */
export interface Micro {
  readonly name: string;
  readonly title: string;
}

/** All of them, in the order in which they run. */
export const MICROS: readonly Micro[] = [
  { name: 'codec', title: 'The codec alone' },
  { name: 'registry', title: 'The subscription registry alone' },
  { name: 'publish', title: 'A publish among subscriptions that do not match' },
];

const LIMIT_MS = 120_000;

/** Runs one, so many rounds. */
export async function runMicro(
  { name }: Micro,
  effort: Effort,
  results: Results,
  progress: Progress,
): Promise<void> {
  for (let round = 0; round < effort.rounds; round++) {
    progress(`${name}, round ${round + 1} of ${effort.rounds}`);
    try {
      for (const { row, parameters, server, sample } of await rowsOf(name, effort)) {
        results.add({ scenario: name, row, parameters, server }, sample);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      results.fail({ scenario: name, row: 'all', server: 'ours', reason });
    }
  }
}

function rowsOf(name: string, { measureMs }: Effort): Promise<readonly MicroRow[]> {
  return new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(`../micro/${name}.js`, import.meta.url));
    const child = fork(path, { env: { ...process.env, STOMP_BENCH_MEASURE_MS: String(measureMs / 3) } });
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.once('message', (rows: readonly MicroRow[]) => resolve(rows));
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended with ${code}`));
    });
  });
}
