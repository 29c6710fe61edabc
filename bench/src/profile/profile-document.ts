import { readFileSync } from 'node:fs';
import type { Machine } from '../harness/machine.js';

/** What one server does with its time in one row. */
export interface Profile {
  readonly row: string;
  readonly server: string;
  /** CPU of the process for one delivery or trip, in microseconds. */
  readonly cpuMicros: number;
  /** Parts of that, by where they are spent. */
  readonly places: Readonly<Record<string, number>>;
  /** Parts of that, of the functions that take most. */
  readonly functions: Readonly<Record<string, number>>;
}

/** What a run has written. */
export interface ProfileDocument {
  readonly machine: Machine;
  readonly profiles: readonly Profile[];
}

export function readProfiles(path: string): ProfileDocument {
  return JSON.parse(readFileSync(path, 'utf8')) as ProfileDocument;
}
