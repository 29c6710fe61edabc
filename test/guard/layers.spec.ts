import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { cyclesOf, importsOf, lintPatternsOf, violationsOf } from './layers.js';
import { foldersIn, readSources, readText } from './repository.js';
import { FRONT_DOOR, ROOMS } from './rooms.js';

const src = readSources('src');

describe('the rooms of src', () => {
  it('hold files to judge', () => {
    expect(src.size).toBeGreaterThan(0);
  });

  it('all have a row in the table', () => {
    expect(foldersIn('src').filter((name) => !(name in ROOMS))).toEqual([]);
  });

  it('hold every file, but for the front door', () => {
    const roomless = [...src.keys()].filter((path) => path.split('/').length === 2 && path !== FRONT_DOOR);
    expect(roomless).toEqual([]);
  });

  it('import downward only', () => {
    expect(violationsOf(src)).toEqual([]);
  });

  it('have no files that import each other in a ring', () => {
    expect(cyclesOf(src)).toEqual([]);
  });

  it('rest on each other in the table without a ring', () => {
    const names = Object.keys(ROOMS);
    for (const [name, room] of Object.entries(ROOMS)) {
      for (const known of room.knows) expect(names.indexOf(known)).toBeLessThan(names.indexOf(name));
    }
  });
});

describe('the sample', () => {
  it('imports the package as any application does', () => {
    expect(violationsOf(readSources('sample'))).toEqual([]);
  });
});

describe('the lint configuration', () => {
  const { config } = ts.parseConfigFileTextToJson('.oxlintrc.json', readText('.oxlintrc.json')) as {
    config: { overrides: { files: string[]; rules: Record<string, unknown> }[] };
  };

  it.each(Object.keys(ROOMS))('draws the same arrows for %s as the table', (name) => {
    const override = config.overrides.find(({ files }) => files.includes(`src/${name}/**`));
    expect(override?.rules['no-restricted-imports']).toEqual(['error', { patterns: lintPatternsOf(name) }]);
  });
});

describe('the checker itself', () => {
  it.each([
    ['src/messaging/x.ts', `import '@nestjs/common';`, 'messaging knows no Nest'],
    ['src/broker/x.ts', `import type { X } from '@nestjs/core';`, 'broker knows no Nest'],
    ['src/session/x.ts', `import ws from 'ws';`, 'session imports node: only, no package and no Nest'],
    ['src/protocol/x.ts', `import { readFile } from 'fs';`, 'write node:fs'],
    ['src/protocol/x.ts', `import '../messaging/y.js';`, 'protocol knows no other room'],
    ['src/messaging/x.ts', `export * from '../protocol/y.js';`, 'messaging knows no other room'],
    ['src/annotation/x.ts', `import '../session/y.js';`, 'annotation knows only messaging'],
    ['src/user/x.ts', `import '../protocol/y.js';`, 'user knows only messaging, session'],
    ['src/security/x.ts', `import '../session/y.js';`, 'security knows only messaging'],
    ['src/broker/a/x.ts', `import '../../user/y.js';`, 'broker knows only messaging, protocol, session'],
    ['src/websocket/x.ts', `import '../broker/y.js';`, 'websocket knows only messaging, protocol, session'],
    ['src/module/x.ts', `import '@nestjs/common/internal';`, 'import @nestjs/common by its root only'],
    ['src/module/x.ts', `import 'rxjs/operators';`, 'import rxjs by its root only'],
    ['src/module/x.ts', `import '../protocol/index.js';`, 'only the front door imports a door (index.js)'],
    ['src/module/x.ts', `import '../index.js';`, 'only the front door imports a door (index.js)'],
    ['src/module/x.ts', `import '../protocol';`, 'name a file with its .js, not a folder'],
    ['src/module/x.ts', `import '..';`, 'name a file with its .js, not a folder'],
    ['src/module/x.ts', `import '../../test/y.js';`, 'src imports nothing outside src'],
    [
      'src/index.ts',
      `export { Module } from '@nestjs/common';`,
      'the front door re-exports rooms and nothing else',
    ],
    ['src/attic/x.ts', `import '../protocol/y.js';`, 'attic is no room of the table'],
    ['src/attic/x.ts', `import 'rxjs';`, 'attic is no room of the table'],
    [
      'sample/portfolio/src/x.ts',
      `import '../../../src/index.js';`,
      'the sample uses nestjs-stomp as any application does, never its sources',
    ],
    [
      'sample/portfolio/src/x.ts',
      `import 'nestjs-stomp/protocol';`,
      'the sample uses nestjs-stomp by its front door only',
    ],
    [
      'sample/portfolio/src/x.ts',
      `import 'nestjs-stomp/testing';`,
      'the sample uses nestjs-stomp by its front door only',
    ],
    [
      'src/module/x.ts',
      `import '../testing/y.js';`,
      'module knows only annotation, broker, messaging, protocol, security, session, user, websocket',
    ],
  ])('in %s reports %s: %s', (path, text, reason) => {
    const [specifier] = importsOf(text);
    expect(violationsOf(new Map([[path, text]]))).toEqual([`${path} imports ${specifier}: ${reason}`]);
  });

  it('names the packages a room may import when it imports another', () => {
    expect(violationsOf(new Map([['src/annotation/x.ts', `import 'ws';`]]))).toEqual([
      'src/annotation/x.ts imports ws: annotation imports node: and the roots of @nestjs/common, @nestjs/core, ' +
        '@nestjs/platform-ws, @nestjs/websockets, reflect-metadata, rxjs',
    ]);
  });

  it.each([
    ['src/protocol/x.ts', `import 'node:fs/promises'; import './y.js'; import './deep/y.js';`],
    ['src/session/x.ts', `import '../protocol/y.js'; export { Y } from '../messaging/y.js';`],
    ['src/broker/relay/x.ts', `import '../y.js'; import '../cluster/y.js'; import '../../session/y.js';`],
    ['src/websocket/x.ts', `import ws from 'ws'; import { WsAdapter } from '@nestjs/platform-ws';`],
    [
      'src/annotation/x.ts',
      `import 'reflect-metadata'; import { of } from 'rxjs'; import '../messaging/y.js';`,
    ],
    ['src/module/x.ts', `import { Module } from '@nestjs/common'; import '../annotation/y.js';`],
    ['src/index.ts', `export { Y } from './module/y.js'; export * from './protocol/index.js';`],
    ['src/testing/x.ts', `import { Logger } from '@nestjs/common'; import '../module/y.js';`],
    ['sample/portfolio/test/x.spec.ts', `import 'nestjs-stomp/testing'; import '../src/y.js';`],
    [
      'sample/portfolio/src/x.ts',
      `import 'nestjs-stomp'; import './y.js'; import '../z.js'; import 'express';`,
    ],
  ])('in %s finds nothing wrong with %s', (path, text) => {
    expect(violationsOf(new Map([[path, text]]))).toEqual([]);
  });

  it.each([
    `import a from 'ws';`,
    `import type { A } from 'ws';`,
    `export * from 'ws';`,
    `const a = await import('ws');`,
    `type A = import('ws').WebSocket;`,
    `import a = require('ws');`,
    `const a = require('ws');`,
    `export {}; declare module 'ws' {}`,
  ])('sees the import in %s', (text) => {
    expect(importsOf(text)).toEqual(['ws']);
  });

  it('names every file of a ring', () => {
    const ring = new Map([
      ['src/user/a.ts', `import './b.js';`],
      ['src/user/b.ts', `import type { C } from './deep/c.js';`],
      ['src/user/deep/c.ts', `export * from '../b.js';`],
    ]);
    expect(cyclesOf(ring)).toEqual(['src/user/b.ts -> src/user/deep/c.ts -> src/user/b.ts']);
  });

  it('takes two roads to one file for no ring', () => {
    const diamond = new Map([
      ['src/user/a.ts', `import './b.js'; import './c.js';`],
      ['src/user/b.ts', `import './d.js';`],
      ['src/user/c.ts', `import './d.js';`],
      ['src/user/d.ts', ''],
    ]);
    expect(cyclesOf(diamond)).toEqual([]);
  });
});
