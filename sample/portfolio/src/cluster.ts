import { fork, type ChildProcess } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createReverseProxy } from './reverse-proxy.js';

const INSTANCES = 2;
/** Without a word about it they meet on this machine, because that needs no server. */
const { BROKER: broker = 'ipc' } = process.env;

const instances: ChildProcess[] = [];
const ports: number[] = [];
const proxy = createReverseProxy(ports);
process.once('SIGTERM', () => stop(0));
process.once('SIGINT', () => stop(0));

for (let number = 0; number < INSTANCES; number += 1) ports.push(await start(number));
proxy.listen(Number(process.env.PORT ?? 3000), () => {
  const { port } = proxy.address() as AddressInfo;
  const behind = ports.map((each) => `http://localhost:${each}`).join(' and ');
  console.log(`Open http://localhost:${port}, behind it ${behind}, BROKER=${broker}`);
});

/** Starts an instance of the application on a free port. Only the first one moves the prices. */
function start(number: number): Promise<number> {
  const instance = fork(fileURLToPath(new URL('main.js', import.meta.url)), {
    env: { ...process.env, BROKER: broker, PORT: '0', PRICES: number === 0 ? 'on' : 'off' },
    serialization: 'advanced',
  });
  instances.push(instance);
  // One that is gone takes the others along; it has said why.
  instance.once('exit', () => stop(1));
  return new Promise((resolve) => {
    instance.on('message', (message: unknown) => {
      if (isListening(message)) resolve(message.listening);
    });
  });
}

function isListening(message: unknown): message is { listening: number } {
  return typeof message === 'object' && message !== null && 'listening' in message;
}

function stop(code: number): void {
  process.exitCode ??= code;
  proxy.close();
  proxy.closeAllConnections();
  for (const instance of instances) {
    instance.removeAllListeners('exit');
    instance.kill('SIGTERM');
  }
}
