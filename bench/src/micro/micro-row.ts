import type { Sample } from '../harness/results.js';

/** What a program of this folder tells the harness. */
export interface MicroRow {
  readonly row: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly server: string;
  readonly sample: Sample;
}

/** Milliseconds that each row may take. */
export const MEASURE_MS = Number(process.env['STOMP_BENCH_MEASURE_MS'] ?? 300);

/** Hands the rows to the harness. */
export function tell(rows: readonly MicroRow[]): void {
  process.send?.(rows, undefined, undefined, () => process.exit());
}
