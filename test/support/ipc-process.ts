import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** `test/programs/ipc-node.ts` in a process of its own. */
export class IpcProcess {
  readonly lines: string[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #wake: () => void = () => undefined;

  private constructor(path: string) {
    const loader = pathOf('support/typescript-loader.mjs');
    const program = pathOf('programs/ipc-node.ts');
    this.#child = spawn(process.execPath, ['--no-warnings', '--import', loader, program, path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.lines.push(line);
      this.#wake();
    });
    // What is told to a process that is gone.
    this.#child.stdin.on('error', () => undefined);
  }

  /** Several at the same socket, ready to join. */
  static async start(path: string, count: number): Promise<IpcProcess[]> {
    const all = Array.from({ length: count }, () => new IpcProcess(path));
    await Promise.all(all.map((each) => each.until('ready')));
    return all;
  }

  static async join(path: string, count: number): Promise<IpcProcess[]> {
    const all = await IpcProcess.start(path, count);
    for (const each of all) each.tell('join');
    await Promise.all(all.map((each) => each.until('joined')));
    return all;
  }

  tell(command: string): void {
    this.#child.stdin.write(`${command}\n`);
  }

  /** Waits for a line that begins so, takes it and all before it away, and gives it. */
  async until(beginning: string): Promise<string> {
    for (;;) {
      const index = this.lines.findIndex((line) => line.startsWith(beginning));
      if (index >= 0) return this.lines.splice(0, index + 1).at(-1) as string;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolved with the code, or null after a signal. */
  async exit(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exit();
  }
}
