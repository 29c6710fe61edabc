import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.js';
import { firstOf, ServerProcess } from './server-process.js';

const HOW = 'Redis is missing. Install it: apt-get install redis-server';

export interface RedisServerSetup {
  /** Lines for redis.conf. */
  readonly config?: readonly string[];
}

/** A Redis of a test's own on a free port of the loopback, which keeps nothing; all of it is gone after {@link stop}. */
export class RedisServer {
  #server: ServerProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly program: string,
  ) {}

  static async start({ config = [] }: RedisServerSetup = {}): Promise<RedisServer> {
    const program = firstOf(['/usr/bin/redis-server', '/usr/local/bin/redis-server'], HOW);
    const [port = 0] = await freePorts(1);
    const folder = mkdtempSync(join(tmpdir(), 'stomp-redis-'));
    const server = new RedisServer(port, folder, program);
    server.configure(config);
    await server.up();
    return server;
  }

  /** Lines for redis.conf in the place of those that there were, for the next {@link up}. */
  configure(config: readonly string[]): void {
    const { port, folder } = this;
    const lines = ['bind 127.0.0.1', `port ${port}`, 'save ""', 'appendonly no', `dir ${folder}`, ...config];
    writeFileSync(join(folder, 'redis.conf'), `${lines.join('\n')}\n`);
  }

  /** Starts it again. */
  async up(): Promise<void> {
    this.#server = new ServerProcess(this.program, [join(this.folder, 'redis.conf')], {}, this.folder);
    await this.#server.listens(this.port);
  }

  /** Kills it without a warning. */
  async kill(): Promise<void> {
    await this.#server?.stop('SIGKILL');
  }

  /** Lets it take no step until {@link thaw}: its sockets stay open. */
  freeze(): void {
    this.#server?.signal('SIGSTOP');
  }

  thaw(): void {
    this.#server?.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
