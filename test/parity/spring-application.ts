import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { VARIANTS, type Variant } from './scenario.js';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('spring/', import.meta.url));

/** Why Spring cannot be asked on this machine; `undefined` when it can. */
export async function whatSpringLacks(): Promise<string | undefined> {
  for (const program of ['java', 'mvn']) {
    try {
      await run(program, ['-version']);
    } catch {
      return `${program} is not installed: apt-get install --yes default-jdk-headless maven`;
    }
  }
  return undefined;
}

/** The reference application on Spring Boot, built and running in all its variants. */
export class SpringApplication {
  private constructor(
    readonly origins: ReadonlyMap<Variant, string>,
    readonly process: ChildProcess,
  ) {}

  static async start(): Promise<SpringApplication> {
    await run('mvn', ['--batch-mode', '--quiet', 'package'], { cwd: FOLDER, timeout: 600_000 });
    const child = spawn('java', ['-jar', `${FOLDER}target/parity.jar`, ...VARIANTS], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const origins = new Map<Variant, string>();
    const deadline = setTimeout(() => child.kill(), 180_000);
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'PARITY READY') {
        clearTimeout(deadline);
        return new SpringApplication(origins, child);
      }
      const [, variant, port] = /^PARITY (\S+) (\d+)$/.exec(line) ?? [];
      if (variant !== undefined) origins.set(variant as Variant, `127.0.0.1:${port}`);
    }
    throw new Error('Spring Boot ended, or was not ready within three minutes');
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = once(this.process, 'exit');
    const deadline = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
    this.process.stdin?.end();
    await ended;
    clearTimeout(deadline);
  }
}
