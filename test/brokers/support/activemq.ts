import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.js';
import { firstOf, ServerProcess } from './server-process.js';

const JAR = '/usr/share/activemq/bin/activemq.jar';
const HOW = 'ActiveMQ Classic is missing. Install it: apt-get install activemq';

/** An ActiveMQ Classic of a test's own, in memory, with STOMP on a free port of the loopback. */
export class ActiveMq {
  #server: ServerProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<ActiveMq> {
    firstOf([JAR], HOW);
    const [port] = await freePorts(1);
    const folder = mkdtempSync(join(tmpdir(), 'stomp-activemq-'));
    for (const name of ['conf', 'data', 'tmp']) mkdirSync(join(folder, name));
    const broker = new ActiveMq(port, folder);
    await broker.up();
    return broker;
  }

  async up(): Promise<void> {
    const { folder, port } = this;
    const properties = [
      '-Dactivemq.home=/usr/share/activemq',
      `-Dactivemq.base=${folder}`,
      `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
    ];
    const uri = `broker:(stomp://127.0.0.1:${port})?persistent=false&useJmx=false`;
    this.#server = new ServerProcess(
      'java',
      ['-Xmx256m', ...properties, '-jar', JAR, 'start', uri],
      {},
      folder,
    );
    await this.#server.listens(port);
  }

  /** Kills it without a warning; what it holds is gone. */
  async kill(): Promise<void> {
    await this.#server?.stop('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
