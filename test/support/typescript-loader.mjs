// Lets Node itself run the TypeScript of src and test, for what jest cannot load: CommonJS packages that require ES
// modules, which Node does since 20.19 and jest only from Node 24.9 on.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from '@swc/core';

const ROOT = new URL('../../', import.meta.url);
const DOORS = {
  'nestjs-stomp': 'src/index.ts',
  'nestjs-stomp/protocol': 'src/protocol/index.ts',
  'nestjs-stomp/testing': 'src/testing/index.ts',
  'nestjs-stomp/metrics': 'src/metrics/index.ts',
  'nestjs-stomp/tracing': 'src/tracing/index.ts',
  'nestjs-stomp/health': 'src/health/index.ts',
  'nestjs-stomp/redis': 'src/redis/index.ts',
  'nestjs-stomp/nats': 'src/nats/index.ts',
  'nestjs-stomp/ipc': 'src/ipc/index.ts',
};

if (!import.meta.url.includes('?hooks')) register(`${import.meta.url}?hooks`, pathToFileURL('./'));

export async function resolve(specifier, context, next) {
  const door = DOORS[specifier];
  if (door !== undefined) return { url: new URL(door, ROOT).href, shortCircuit: true };
  const isOurs = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
  return next(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { filename, swcrc: true });
  return { format: 'module', source: code, shortCircuit: true };
}
