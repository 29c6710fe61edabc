import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** A node of a cluster in a process of its own, so that it can be killed. */
export class ClusterNodeProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /**
   * @param engine Redis, NATS or IPC
   * @param where a port of the loopback, or the path of a socket
   */
  static async start(engine: string, where: number | string): Promise<ClusterNodeProcess> {
    const loader = pathOf('support/typescript-loader.mjs');
    const args = [
      '--no-warnings',
      '--import',
      loader,
      pathOf('programs/cluster-node.ts'),
      engine,
      String(where),
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The node ended with ${String(code)} before it was there`);
    });
    const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
    const { url } = JSON.parse(String(line[0])) as { url: string };
    ended.catch(() => undefined);
    return new ClusterNodeProcess(child, url);
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Without a warning. */
  async kill(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}
