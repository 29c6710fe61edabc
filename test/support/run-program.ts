import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Runs a program of `test/programs` in a Node of its own, and gives what it printed as JSON on its last line. */
export async function runProgram<T>(name: string, ...args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    '--import',
    pathOf('support/typescript-loader.mjs'),
    pathOf(`programs/${name}.ts`),
    ...args,
  ]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T;
}
