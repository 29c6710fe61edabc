import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { FRONT_DOOR, NEVER_SPELLED, ROOMS } from './rooms.js';

/** Source text by path from the repository's root, with forward slashes. */
export type Sources = ReadonlyMap<string, string>;

/** Every specifier a file imports or re-exports: static, dynamic, `import type`, `import('x').T`, `declare module`. */
export function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
}

/** One sentence for every import that breaks an arrow; empty when the house stands. */
export function violationsOf(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    importsOf(text).flatMap((specifier) => {
      const reason = path.startsWith('sample/') ? judgeSample(path, specifier) : judgeSrc(path, specifier);
      return reason === undefined ? [] : [`${path} imports ${specifier}: ${reason}`];
    }),
  );
}

/** One sentence for every ring of files that import each other; types count, for they tie files just as well. */
export function cyclesOf(sources: Sources): string[] {
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    trail.push(path);
    for (const specifier of importsOf(sources.get(path) ?? '')) {
      const target = isRelative(specifier) ? sourceOf(path, specifier) : undefined;
      if (target !== undefined && sources.has(target)) visit(target);
    }
    trail.pop();
    done.add(path);
  };
  for (const path of sources.keys()) visit(path);
  return cycles;
}

/**
 * The lint rule that says the same as the table, for one room: what `.oxlintrc.json` must hold. Only the last pattern
 * may set imports free with `!`: oxlint 1.94 looks at no further pattern once one has, so the bans come before it.
 */
export function lintPatternsOf(name: string): { group?: string[]; regex?: string; message: string }[] {
  const { knows, packages } = roomNamed(name);
  const closed = Object.keys(ROOMS).filter((other) => other !== name && !knows.includes(other));
  return [
    {
      regex: `^(\\.\\./)+(${[...closed, ...NEVER_SPELLED].join('|')})/`,
      message: `${roomsAllowed(name)}.`,
    },
    { regex: '^\\.(.*/)?index\\.js$', message: 'Name the file that holds the thing, not a door (index.js).' },
    {
      group: [
        '*',
        '!./**/*.js',
        '!../**/*.js',
        '!node:*',
        '!node:*/**',
        ...packages.map((root) => `!${root}`),
      ],
      message: `${packagesAllowed(name)}; a file is named with its .js.`,
    },
  ];
}

/** What a sample that runs on several nodes needs beside the front door. */
const BUSES = new Set(['redis', 'nats', 'ipc'].map((name) => `nestjs-stomp/${name}`));

function judgeSample(path: string, specifier: string): string | undefined {
  const isTest = /^sample\/[^/]+\/test\//.test(path);
  if (isTest && specifier === 'nestjs-stomp/testing') return undefined;
  if (BUSES.has(specifier)) return undefined;
  if (specifier.startsWith('nestjs-stomp/')) return 'the sample uses nestjs-stomp by its front door only';
  if (isRelative(specifier) && !sourceOf(path, specifier).startsWith('sample/')) {
    return 'the sample uses nestjs-stomp as any application does, never its sources';
  }
  return undefined;
}

function judgeSrc(path: string, specifier: string): string | undefined {
  if (isRelative(specifier)) return judgeFile(path, specifier);
  if (path === FRONT_DOOR) return 'the front door re-exports rooms and nothing else';
  const name = roomOf(path);
  if (ROOMS[name] === undefined) return `${name} is no room of the table`;
  return judgePackage(name, specifier);
}

function judgeFile(path: string, specifier: string): string | undefined {
  if (!specifier.endsWith('.js')) return 'name a file with its .js, not a folder';
  const target = sourceOf(path, specifier);
  if (!target.startsWith('src/')) return 'src imports nothing outside src';
  if (path === FRONT_DOOR) return undefined;
  if (posix.basename(target) === 'index.ts') return 'only the front door imports a door (index.js)';
  const name = roomOf(path);
  const other = roomOf(target);
  if (ROOMS[name] === undefined) return `${name} is no room of the table`;
  return other === name || ROOMS[name].knows.includes(other) ? undefined : roomsAllowed(name);
}

function judgePackage(name: string, specifier: string): string | undefined {
  const { packages } = roomNamed(name);
  if (specifier.startsWith('node:') || packages.includes(specifier)) return undefined;
  if (builtinModules.includes(specifier)) return `write node:${specifier}`;
  const root = packages.find((candidate) => specifier.startsWith(`${candidate}/`));
  if (root !== undefined) return `import ${root} by its root only`;
  if (packages.length === 0 && specifier.startsWith('@nestjs/')) return `${name} knows no Nest`;
  return packagesAllowed(name);
}

function packagesAllowed(name: string): string {
  const { packages } = roomNamed(name);
  if (packages.length === 0) return `${name} imports node: only, no package and no Nest`;
  return `${name} imports node: and the roots of ${packages.join(', ')}`;
}

function roomsAllowed(name: string): string {
  const { knows } = roomNamed(name);
  return knows.length === 0 ? `${name} knows no other room` : `${name} knows only ${knows.join(', ')}`;
}

function roomNamed(name: string): (typeof ROOMS)[string] {
  const room = ROOMS[name];
  if (room === undefined) throw new Error(`${name} is no room of the table`);
  return room;
}

/** The folder under src, or the file's own name when it lies in src itself. */
function roomOf(path: string): string {
  return path.split('/')[1] ?? path;
}

function sourceOf(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
}

function isRelative(specifier: string): boolean {
  return /^\.{1,2}(\/|$)/.test(specifier);
}
