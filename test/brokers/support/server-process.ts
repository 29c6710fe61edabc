import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { until } from '../../support/until.js';

/** A server that a test has started, and its children. */
export class ServerProcess {
  readonly #ended: Promise<void>;
  #hasEnded = false;
  #output = '';

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd: string) {
    this.child = spawn(command, args, { cwd, env: { PATH: process.env.PATH ?? '', ...env }, detached: true });
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString('utf8')).slice(-4000);
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#hasEnded = true;
        resolve();
      };
      this.child.once('exit', end).once('error', end);
    });
  }

  readonly child: ChildProcess;

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** What it wrote last. */
  get output(): string {
    return this.#output;
  }

  /** Its own id and those of all that it has started, the youngest first. */
  pids(): readonly number[] {
    const { pid } = this.child;
    return pid === undefined || this.#hasEnded ? [] : [...descendantsOf(pid)].reverse();
  }

  /** Signals it and all that it has started. */
  signal(signal: NodeJS.Signals): void {
    for (const pid of this.pids()) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended between the look and the signal.
      }
    }
  }

  /** Waits until something listens on a port. */
  async listens(port: number, limitMs = 60_000): Promise<void> {
    await until(
      `port ${port} is listened on`,
      () => {
        if (this.#hasEnded) throw new Error(`The server has ended. It said: ${this.#output}`);
        return isListenedOn(port);
      },
      limitMs,
    );
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 5000): Promise<void> {
    this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.#ended;
    clearTimeout(timer);
  }
}

/** Whether something accepts connections. */
export function isListenedOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

/** The first of some files that is there. */
export function firstOf(paths: readonly string[], howToInstall: string): string {
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(howToInstall);
  return found;
}

function* descendantsOf(pid: number): Iterable<number> {
  yield pid;
  let children = '';
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  } catch {
    return;
  }
  for (const child of children.split(' ').filter(Boolean)) yield* descendantsOf(Number(child));
}
