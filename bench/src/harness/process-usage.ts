import { readFileSync } from 'node:fs';

/** What a process has used, all its threads together. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Linux counts CPU time for `/proc` in hundredths of a second, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** Fields of `/proc/<pid>/stat`, counted from the one behind the name: state is 0. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
const RESIDENT_PAGES = 21;

/**
 * Reads `/proc`, so that servers in Java and Erlang are measured by the same rule as those in Node.
 *
 * @throws Error when the process has ended, or there is no `/proc`
 */
export function usageOf(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name stands in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    cpuSeconds: (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND,
    residentBytes: Number(fields[RESIDENT_PAGES]) * PAGE_BYTES,
  };
}
