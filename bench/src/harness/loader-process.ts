import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoaderAnswer, LoaderTask } from '../loader/protocol.js';

const MAIN = fileURLToPath(new URL('../loader/main.js', import.meta.url));

/** How long a task may take beyond everything that it waits for itself. */
const TASK_LIMIT_MS = 240_000;

/** The process that loads the servers, told what to do one task at a time. */
export class LoaderProcess {
  #current: ChildProcess | undefined;

  /** @throws Error when the task fails, takes too long, or the process has ended */
  async run<T>(task: LoaderTask): Promise<T> {
    const child = this.#child();
    const answer = await new Promise<LoaderAnswer>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${task.kind} took too long`)), TASK_LIMIT_MS);
      const exited = (): void => reject(new Error(`The loading process ended during ${task.kind}`));
      child.once('exit', exited);
      child.once('message', (message: LoaderAnswer) => {
        clearTimeout(timer);
        child.off('exit', exited);
        resolve(message);
      });
      child.send(task);
    });
    if (!answer.ok) throw new Error(answer.error);
    return answer.result as T;
  }

  stop(): void {
    if (this.#current?.connected === true) this.#current.disconnect();
  }

  /** One that has ended is replaced: a measurement that went wrong must not end the others. */
  #child(): ChildProcess {
    if (this.#current?.connected !== true) this.#current = fork(MAIN, { execArgv: [] });
    return this.#current;
  }
}
