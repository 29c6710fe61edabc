import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from './free-ports.js';
import { firstOf, ServerProcess } from './server-process.js';

const run = promisify(execFile);
const HOW =
  'Apache Artemis is missing. Unpack org.apache.activemq:apache-artemis:2.40.0:tar.gz:bin (mvn dependency:copy) and ' +
  'let ARTEMIS_HOME name the folder.';

/** An Apache Artemis of a test's own, with STOMP on a free port of the loopback, and no prefixes at its acceptor. */
export class Artemis {
  #server: ServerProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Artemis> {
    const home = process.env.ARTEMIS_HOME ?? '/opt/apache-artemis';
    const artemis = firstOf([join(home, 'bin', 'artemis')], HOW);
    const [port] = await freePorts(1);
    const folder = mkdtempSync(join(tmpdir(), 'stomp-artemis-'));
    const instance = join(folder, 'instance');
    const flags = [
      '--require-login',
      '--no-web',
      '--no-autotune',
      '--no-fsync',
      '--silent',
      '--no-amqp-acceptor',
    ];
    const more = ['--no-hornetq-acceptor', '--no-mqtt-acceptor', '--no-stomp-acceptor'];
    await run(artemis, ['create', instance, '--user', 'guest', '--password', 'guest', ...flags, ...more]);
    const config = join(instance, 'etc', 'broker.xml');
    const acceptor = `<acceptor name="stomp">tcp://127.0.0.1:${port}?protocols=STOMP</acceptor>`;
    const text = readFileSync(config, 'utf8').replace(/<acceptor name="artemis">.*<\/acceptor>/, acceptor);
    // Artemis keeps what it makes by itself unless it is told otherwise; its own default is to delete.
    writeFileSync(config, text.replace(/<auto-delete-(\w+)>false</g, '<auto-delete-$1>true<'));
    const broker = new Artemis(port, folder);
    await broker.up();
    return broker;
  }

  async up(): Promise<void> {
    const instance = join(this.folder, 'instance');
    const env = { JAVA_ARGS_APPEND: '-Xms64m -Xmx256m' };
    this.#server = new ServerProcess(join(instance, 'bin', 'artemis'), ['run'], env, instance);
    await this.#server.listens(this.port);
  }

  async kill(): Promise<void> {
    await this.#server?.stop('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
