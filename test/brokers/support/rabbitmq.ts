import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freePorts } from './free-ports.js';
import { firstOf, ServerProcess } from './server-process.js';

const run = promisify(execFile);
const HOW = 'RabbitMQ is missing. Install it: apt-get install rabbitmq-server';

export interface RabbitMqSetup {
  /** Lines for rabbitmq.conf. */
  readonly config?: readonly string[];
}

/**
 * A RabbitMQ of a test's own, with STOMP on a free port of the loopback: its data, its Erlang node and its port mapper are in
 * nobody's way, and all of it is gone after {@link stop}.
 */
export class RabbitMq {
  #server: ServerProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly portMapper: ServerProcess,
  ) {}

  static async start({ config = [] }: RabbitMqSetup = {}): Promise<RabbitMq> {
    firstOf(['/usr/lib/rabbitmq/bin/rabbitmq-server'], HOW);
    const [port, distPort, epmdPort] = await freePorts(3);
    const folder = mkdtempSync(join(tmpdir(), 'stomp-rabbitmq-'));
    mkdirSync(join(folder, 'mnesia'));
    mkdirSync(join(folder, 'log'));
    writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_stomp].');
    const lines = ['listeners.tcp = none', `stomp.listeners.tcp.1 = 127.0.0.1:${port}`, ...config];
    writeFileSync(join(folder, 'rabbitmq.conf'), `${lines.join('\n')}\n`);
    const env = {
      HOME: folder,
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(epmdPort),
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
      RABBITMQ_DIST_PORT: String(distPort),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
      RABBITMQ_NODENAME: `stomp${port}@localhost`,
      // Half of the cores is enough for a test.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
    };
    // Started here, because RabbitMQ would start one that outlives it.
    const portMapper = new ServerProcess('epmd', ['-port', String(epmdPort)], env, folder);
    await portMapper.listens(epmdPort);
    const broker = new RabbitMq(port, folder, env, portMapper);
    await broker.up();
    return broker;
  }

  /** Starts it again, with the data that it had. */
  async up(): Promise<void> {
    this.#server = new ServerProcess('/usr/lib/rabbitmq/bin/rabbitmq-server', [], this.env, this.folder);
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

  /** What `rabbitmqctl` answers, a line an element. */
  async ctl(...args: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await run(
      '/usr/lib/rabbitmq/bin/rabbitmqctl',
      ['-q', '-n', this.env.RABBITMQ_NODENAME ?? '', ...args],
      {
        env: { PATH: process.env.PATH ?? '', ...this.env },
        timeout: 60_000,
      },
    );
    return stdout.split('\n').filter(Boolean);
  }

  /** Names of all queues. */
  async queues(): Promise<readonly string[]> {
    const [, ...names] = await this.ctl('list_queues', 'name');
    return names;
  }

  async stop(): Promise<void> {
    this.thaw();
    await this.#server?.stop('SIGKILL');
    await this.portMapper.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
