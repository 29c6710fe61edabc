import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const PROGRAM = 'sample/portfolio/dist/cluster.js';
/** The start of two applications, each of which may wait for a broker. */
const START_LIMIT_MS = 60_000;

/** Two instances of the sample behind its reverse proxy: what `npm run start:cluster` starts when it has built. */
export class SampleCluster {
  private constructor(
    private readonly child: ChildProcess,
    readonly proxy: string,
    readonly instances: readonly [string, string],
  ) {}

  /**
   * @param environment what it is told of the broker
   * @throws Error with all that it wrote, when it ends instead
   */
  static async start(environment: Readonly<NodeJS.ProcessEnv>): Promise<SampleCluster> {
    const child = spawn(process.execPath, [PROGRAM], {
      env: { ...process.env, BROKER: undefined, ...environment, PORT: '0', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'close');
    const output: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString('utf8')));
    const deadline = setTimeout(() => child.kill('SIGTERM'), START_LIMIT_MS);
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        output.push(line);
        if (!line.includes('behind it')) continue;
        const [proxy = '', one = '', other = ''] = line.match(/http:\/\/localhost:\d+/g) ?? [];
        return new SampleCluster(child, proxy, [one, other]);
      }
      const [code] = (await ended) as [number | null];
      throw new Error(`The sample ended with ${code}: ${output.join('\n')}`);
    } finally {
      clearTimeout(deadline);
      child.stdout.resume();
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
