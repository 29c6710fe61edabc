import { fork, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HeapReport } from '../servers/serve.js';

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 10_000;

/** A server under measurement. */
export interface RunningServer {
  readonly port: number;
  readonly pid: number;
  /** The heap after a collection; `undefined` where there is no such thing to ask for. */
  heap(): Promise<HeapReport | undefined>;
  stop(): Promise<void>;
}

/** A server in Node, which can be asked more. */
export interface NodeServer extends RunningServer {
  /** Sends a question and waits for the answer; one at a time. */
  ask<T>(question: unknown): Promise<T>;
}

/** Servers must not outlive the harness, however that ends. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

function kept<T extends ChildProcess>(child: T): T {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** A server in Node, of the folder `servers`. */
export async function startNodeServer(
  file: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<NodeServer> {
  const path = fileURLToPath(new URL(`../servers/${file}`, import.meta.url));
  const options = {
    execArgv: [
      '--expose-gc',
      '--no-warnings',
      ...(process.env['STOMP_BENCH_NODE_OPTIONS']?.split(' ') ?? []),
    ],
    env: { ...process.env, ...environment },
  };
  const child = kept(fork(path, options));
  const { port } = await bounded(
    new Promise<{ port: number }>((resolve) => child.once('message', resolve)),
    child,
    file,
  );
  const ask = <T>(question: unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      const exited = (): void => reject(new Error(`${file} has ended`));
      if (!child.connected) return exited();
      child.once('exit', exited);
      child.once('message', (answer: T) => {
        child.off('exit', exited);
        resolve(answer);
      });
      child.send(question as object);
    });
  return {
    port,
    pid: child.pid ?? 0,
    ask,
    heap: () => ask<HeapReport>('heap'),
    stop: () => {
      if (child.connected) child.send('exit');
      return ended(child);
    },
  };
}

/**
 * Any other program, ready when its output has a line that a pattern matches.
 *
 * @param ready its first group is the port
 */
export async function startProgram(
  command: string,
  args: readonly string[],
  ready: RegExp,
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningServer> {
  const child = kept(
    spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  let output = '';
  const found = new Promise<number>((resolve) => {
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
      const match = ready.exec(output);
      if (match !== null) resolve(Number(match[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  try {
    const port = await bounded(found, child, command);
    return {
      port,
      pid: child.pid ?? 0,
      heap: () => Promise.resolve(undefined),
      stop: () => {
        child.kill();
        return ended(child);
      },
    };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${output.slice(-2000)}`, {
      cause: error,
    });
  }
}

async function bounded<T>(ready: Promise<T>, child: ChildProcess, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      ready,
      new Promise<never>((_resolve, reject) => {
        timer = setTimeout(
          () => reject(new Error(`${name} was not ready after ${START_LIMIT_MS} ms`)),
          START_LIMIT_MS,
        );
        child.once('error', reject);
        child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready`)));
      }),
    ]);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
