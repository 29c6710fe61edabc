import { pathToFileURL } from 'node:url';

/** Where the build is that is measured: this tree's unless the harness names another revision's. */
const DIST = process.env['STOMP_BENCH_DIST'];

/** The front door of the project's build. */
export async function loadProject(): Promise<typeof import('nestjs-stomp')> {
  return (await load('index.js')) as typeof import('nestjs-stomp');
}

/** The codec of the project's build. */
export async function loadProtocol(): Promise<typeof import('nestjs-stomp/protocol')> {
  return (await load('protocol/index.js')) as typeof import('nestjs-stomp/protocol');
}

/** The doors of the buses of the project's build, and of its test kit. */
export const loadRedis = async () => (await load('redis/index.js')) as typeof import('nestjs-stomp/redis');
export const loadNats = async () => (await load('nats/index.js')) as typeof import('nestjs-stomp/nats');
export const loadIpc = async () => (await load('ipc/index.js')) as typeof import('nestjs-stomp/ipc');
export const loadTesting = async () =>
  (await load('testing/index.js')) as typeof import('nestjs-stomp/testing');

/** The registry is behind no door of the package. */
type Registry = import('nestjs-stomp').SubscriptionRegistry;

/** The registry of the project's build. */
export async function loadRegistry(): Promise<{ readonly DefaultSubscriptionRegistry: new () => Registry }> {
  return (await load('broker/default-subscription-registry.js')) as {
    readonly DefaultSubscriptionRegistry: new () => Registry;
  };
}

function load(path: string): Promise<unknown> {
  const base = DIST === undefined ? new URL('../../../dist/', import.meta.url) : pathToFileURL(`${DIST}/`);
  return import(new URL(path, base).href);
}
