import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import type { Peer } from './peer.js';
import { startProgram, type RunningServer } from './server-process.js';

/** Not the one of the path: that one changes to another user, and works on the system's own broker. */
const COMMAND = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** A RabbitMQ that runs: its port is that of STOMP over WebSocket. */
export interface RunningRabbitMq extends RunningServer {
  /** Where it speaks STOMP over TCP, for a relay. */
  readonly stompPort: number;
}

/** RabbitMQ with its plugin for STOMP over WebSocket: a node of its own in a folder of its own. */
export const RABBITMQ: Peer = {
  name: 'rabbitmq',
  title: 'RabbitMQ Web STOMP',
  dialect: 'rabbitmq',
  handlers: 'none',
  isUnordered: true,
  warmUpMs: 1000,
  // Each subscription is a queue with processes of its own; ten thousand take minutes to make.
  maxSubscribers: 1000,
  maxSessions: 2000,
  missing: missingRabbitMq,
  start: startRabbitMq,
};

/** What is missing for {@link startRabbitMq}, with the command that installs it. */
export function missingRabbitMq(): string | undefined {
  return existsSync(COMMAND) ? undefined : 'There is no RabbitMQ. apt-get install rabbitmq-server';
}

/** Starts one, which keeps everything in a folder that goes with it. */
export async function startRabbitMq(): Promise<RunningRabbitMq> {
  const folder = mkdtempSync(join(tmpdir(), 'stomp-bench-rabbitmq-'));
  const [port, amqp, stomp, distribution, epmd] = await Promise.all([1, 2, 3, 4, 5].map(freePort));
  const config = [
    `listeners.tcp.local = 127.0.0.1:${amqp}`,
    `stomp.listeners.tcp.local = 127.0.0.1:${stomp}`,
    'web_stomp.tcp.ip = 127.0.0.1',
    `web_stomp.tcp.port = ${port}`,
    'web_stomp.ws_frame = text',
    'log.console = false',
  ];
  writeFileSync(join(folder, 'rabbitmq.conf'), `${config.join('\n')}\n`);
  writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_web_stomp].\n');
  const environment = {
    HOME: folder,
    ERL_EPMD_PORT: String(epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `bench${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
  };
  const server = await startProgram(COMMAND, [], /(completed) with \d+ plugins/, environment);
  return { ...withOwnPid(server, port, folder, environment), stompPort: stomp ?? 0 };
}

function withOwnPid(
  server: RunningServer,
  port: number | undefined,
  folder: string,
  environment: Readonly<Record<string, string>>,
): RunningServer {
  const pid = Number(readFileSync(join(folder, 'pid'), 'latin1'));
  const clearUp = (): void => {
    // The name server that Erlang has started beside the node.
    spawnSync('epmd', ['-port', environment['ERL_EPMD_PORT'] ?? '', '-kill'], {
      env: { ...process.env, ...environment },
    });
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  // Whoever ends the harness ends the script that has started Erlang, and not Erlang.
  const abandon = (): void => {
    try {
      process.kill(pid, 'SIGKILL');
    } finally {
      clearUp();
    }
  };
  process.once('exit', abandon);
  return {
    ...server,
    port: port ?? 0,
    pid,
    stop: async () => {
      process.off('exit', abandon);
      if (pid !== server.pid) process.kill(pid);
      await server.stop();
      clearUp();
    },
  };
}
