import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What has to be known of a machine to read figures that were taken on it. */
export interface Machine {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly system: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  /** Processes that wanted to run at the beginning: more than 0.2 a core, and something else is at work. */
  readonly loadAverage: number;
  readonly fileLimit: number;
}

export function describeMachine(root: string): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commitOf(root),
    node: process.version,
    system: `${type()} ${release()}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadAverage: loadavg()[0] ?? 0,
    fileLimit: fileLimit(),
  };
}

/** Sockets and files that one process may have open: Node raises its limit to this one by itself. */
export function fileLimit(): number {
  const line = /^Max open files +\S+ +(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
  return Number(line?.[1] ?? 1024);
}

function commitOf(root: string): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', root, ...args])
        .toString()
        .trim();
    const isClean = git('status', '--porcelain', '--untracked-files=no') === '';
    return git('rev-parse', '--short', 'HEAD') + (isClean ? '' : ' and changes');
  } catch {
    return 'unknown';
  }
}
