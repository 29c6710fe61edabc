import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.js';
import { firstOf, ServerProcess } from './server-process.js';

const HOW = 'NATS is missing. Install it: apt-get install nats-server';

export interface NatsServerSetup {
  /** Lines for its configuration. */
  readonly config?: readonly string[];
}

/** A NATS of a test's own on a free port of the loopback; all of it is gone after {@link stop}. */
export class NatsServer {
  #server: ServerProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly program: string,
  ) {}

  static async start({ config = [] }: NatsServerSetup = {}): Promise<NatsServer> {
    const program = firstOf(
      ['/usr/sbin/nats-server', '/usr/bin/nats-server', '/usr/local/bin/nats-server'],
      HOW,
    );
    const [port = 0] = await freePorts(1);
    const folder = mkdtempSync(join(tmpdir(), 'stomp-nats-'));
    const server = new NatsServer(port, folder, program);
    server.configure(config);
    await server.up();
    return server;
  }

  /** Lines for its configuration in the place of those that there were, for the next {@link up}. */
  configure(config: readonly string[]): void {
    const lines = [`listen: "127.0.0.1:${this.port}"`, ...config];
    writeFileSync(join(this.folder, 'nats.conf'), `${lines.join('\n')}\n`);
  }

  /** Starts it again. */
  async up(): Promise<void> {
    this.#server = new ServerProcess(this.program, ['-c', join(this.folder, 'nats.conf')], {}, this.folder);
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

  /** Has it say to its clients that they should go, before it does. */
  goLame(): void {
    this.#server?.signal('SIGUSR2');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
