import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../harness/free-port.js';
import { missingRabbitMq, startRabbitMq } from '../harness/rabbitmq-peer.js';
import { startProgram } from '../harness/server-process.js';
import type { Engine, RunningEngine } from './engine.js';

const FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin'];

/** One process and nothing between: what everything else is a ratio to. */
export const SINGLE: Engine = {
  name: 'single',
  title: 'one node',
  isBus: false,
  maxNodes: 1,
  missing: () => undefined,
  start: () => Promise.resolve({ environment: {}, stop: () => Promise.resolve() }),
};

/** The nodes of one machine, the first of which carries the messages of all. */
export const IPC: Engine = {
  name: 'ipc',
  title: 'sockets (ipc)',
  isBus: true,
  maxNodes: Infinity,
  missing: () => undefined,
  start: () => {
    const folder = mkdtempSync(join(tmpdir(), 'stomp-bench-ipc-'));
    return Promise.resolve({
      environment: environmentOf('ipc', join(folder, 'bus.sock')),
      stop: () => {
        rmSync(folder, { recursive: true, force: true });
        return Promise.resolve();
      },
    });
  },
};

const REDIS: Engine = {
  name: 'redis',
  title: 'Redis',
  isBus: true,
  maxNodes: Infinity,
  missing: () => missingProgram('redis-server', 'redis-server'),
  start: () =>
    startEngine('redis', 'redis-server', /Ready to accept connections/, (port) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    ]),
};

const NATS: Engine = {
  name: 'nats',
  title: 'NATS',
  isBus: true,
  maxNodes: Infinity,
  missing: () => missingProgram('nats-server', 'nats-server'),
  start: () =>
    startEngine('nats', 'nats-server', /Server is ready/, (port) => [
      ...['--addr', '127.0.0.1', '--port', String(port)],
    ]),
};

/** No bus, but `brokerRelay`: every client of every node has its connection to the broker. */
const RABBITMQ_RELAY: Engine = {
  name: 'rabbitmq',
  title: 'relay to RabbitMQ',
  isBus: false,
  maxNodes: Infinity,
  missing: missingRabbitMq,
  start: async () => {
    const { pid, stompPort, stop } = await startRabbitMq();
    return { pid, environment: environmentOf('rabbitmq', String(stompPort)), stop };
  },
};

/** All of them, in the order of the tables. */
export const ENGINES: readonly Engine[] = [SINGLE, IPC, REDIS, NATS, RABBITMQ_RELAY];

function environmentOf(engine: string, where: string): RunningEngine['environment'] {
  return { STOMP_BENCH_ENGINE: engine, STOMP_BENCH_ENGINE_AT: where };
}

function programOf(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find(existsSync);
}

function missingProgram(name: string, of: string): string | undefined {
  return programOf(name) === undefined ? `There is no ${name}. apt-get install ${of}` : undefined;
}

async function startEngine(
  engine: string,
  program: string,
  ready: RegExp,
  argsOf: (port: number) => readonly string[],
): Promise<RunningEngine> {
  const port = await freePort();
  const { pid, stop } = await startProgram(programOf(program) ?? program, argsOf(port), ready);
  return { pid, environment: environmentOf(engine, String(port)), stop };
}
