// One node of several: nestjs-stomp with what the harness has put between the nodes, or with nothing.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Server } from 'node:http';
import { loadIpc, loadNats, loadProject, loadRedis, loadTesting } from './load-project.js';
import { announce } from './serve.js';
import { UserArrivals } from './user-arrivals.js';

const { SimpUserRegistry, StompAdapter, StompModule } = await loadProject();
const ENGINE = process.env['STOMP_BENCH_ENGINE'];
const AT = process.env['STOMP_BENCH_ENGINE_AT'] ?? '';
/** Another node's users whose arrival is measured; none unless given. */
const AWAITED_USERS = Number(process.env['STOMP_BENCH_AWAITED_USERS'] ?? 0);
/** So that a node that nobody wants anything from any more is soon one that wants nothing. */
const LINGER_MS = 100;
/** Clients that connect at a time. */
const CONCURRENCY = 64;

async function busOf() {
  if (ENGINE === 'redis') return new (await loadRedis()).RedisClusterBus({ url: `redis://127.0.0.1:${AT}` });
  if (ENGINE === 'nats') return new (await loadNats()).NatsClusterBus({ servers: `nats://127.0.0.1:${AT}` });
  if (ENGINE === 'ipc') return new (await loadIpc()).IpcClusterBus({ path: AT });
  return undefined;
}

const bus = await busOf();
const cluster = bus === undefined ? {} : { cluster: { bus, failFast: true, lingerMs: LINGER_MS } };
const broker =
  ENGINE === 'rabbitmq'
    ? { brokerRelay: { port: Number(AT), destinationPrefixes: ['/topic'], failFast: true } }
    : { simpleBroker: { destinationPrefixes: ['/topic', '/queue'], ...cluster } };

@Module({ imports: [StompModule.forRoot({ endpoints: [{ path: '/stomp' }], ...broker })] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.useWebSocketAdapter(new StompAdapter(app));
const arrivals = AWAITED_USERS === 0 ? undefined : new UserArrivals(app.get(SimpUserRegistry), AWAITED_USERS);

let users = 0;

/** Sessions of so many users without sockets: a process may not open that many. */
async function fill(count: number): Promise<number> {
  const kit = (await loadTesting()).StompTestKit.of(app, { timeoutMs: 60_000 });
  const work = async (): Promise<void> => {
    while (users < count) {
      const client = await kit.connectAs(`user-${++users}`);
      // Without a receipt: the first of a node waits for what is between the nodes.
      await client.sendRaw('SUBSCRIBE\nid:sub-0\ndestination:/topic/bench\n\n\0');
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return users;
}

process.on('message', (question: { readonly fill?: number } | string) => {
  const answer = (text: unknown): void => void process.send?.(text);
  if (question === 'arrivals') void arrivals?.complete.then(answer);
  if (typeof question === 'object' && question.fill !== undefined) void fill(question.fill).then(answer);
});
await app.listen(0, '127.0.0.1');
announce(app.getHttpServer() as Server);
