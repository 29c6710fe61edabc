import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { markedNamesOf, publicNamesOf, type PublicNames } from './public-names.js';
import { readSources, readText, ROOT } from './repository.js';

const LIST = 'test/guard/public-api.json';

/** The entries of `exports` in package.json, by the names users import. */
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

/** To write the list anew: UPDATE_PUBLIC_API=1 npm test -- test/guard/public-api */
const update = process.env['UPDATE_PUBLIC_API'] === '1';

describe('the public API', () => {
  beforeAll(() => {
    if (!update) return;
    const names = Object.fromEntries(
      Object.entries(DOORS).map(([name, door]) => [name, publicNamesOf(door)]),
    );
    writeFileSync(resolve(ROOT, LIST), `${JSON.stringify(names, undefined, 2)}\n`);
  });

  it.each(Object.entries(DOORS))('of %s is the committed list', (name, door) => {
    const list = existsSync(resolve(ROOT, LIST)) ? readText(LIST) : '{}';
    const committed = JSON.parse(list) as Record<string, PublicNames>;
    expect(publicNamesOf(door)).toEqual(committed[name]);
  });

  it('is what doc comments promise with @publicApi, and nothing else is', () => {
    const sources = [...readSources('src').values()];
    const exported = Object.values(DOORS).flatMap((door) => Object.keys(publicNamesOf(door)));
    // One that is exported under another name, as the interface behind it is.
    const renamed = ['Principal'];
    expect([...new Set(sources.flatMap(markedNamesOf))].toSorted()).toEqual(
      [...new Set([...exported, ...renamed])].toSorted(),
    );
  });

  it('is listed for every entry of the package', () => {
    const { exports } = JSON.parse(readText('package.json')) as { exports: Record<string, unknown> };
    const entries = Object.keys(exports).filter((entry) => entry !== './package.json');
    expect(entries.map((entry) => entry.replace('.', 'nestjs-stomp'))).toEqual(Object.keys(DOORS));
  });
});

describe('the reading of exported names', () => {
  const namesOf = (files: Record<string, string>): PublicNames =>
    publicNamesOf('src/index.ts', (path) => files[path.slice(ROOT.length)]);

  it('tells values from types, through every way of exporting', () => {
    const names = namesOf({
      'src/index.ts': `
        export { Broker, type Only } from './broker/broker.js';
        export type { Shown } from './broker/broker.js';
        export * from './broker/all.js';
        export const own = 1;`,
      'src/broker/broker.ts': `
        export class Broker {} export class Only {} export class Shown {} export class Hidden {}`,
      'src/broker/all.ts': `
        export interface Shape {} export function make() {} export enum Colour { Red }
        export { renamed as Renamed } from './deep.js';`,
      'src/broker/deep.ts': `
        export type renamed = 1;`,
    });
    expect(names).toEqual({
      Broker: 'value',
      Colour: 'value',
      Only: 'type',
      Renamed: 'type',
      Shape: 'type',
      Shown: 'type',
      make: 'value',
      own: 'value',
    });
    expect(Object.keys(names)).toEqual(Object.keys(names).toSorted());
  });

  it('fails for a name that no file of ours has', () => {
    expect(() => namesOf({ 'src/index.ts': `export { Gone } from './gone.js';` })).toThrow(
      'src/index.ts exports Gone, but no file of ours has it',
    );
    expect(() => namesOf({ 'src/index.ts': `export { of } from 'rxjs';` })).toThrow(
      'src/index.ts exports of, but no file of ours has it',
    );
  });

  it('fails for a door that is not there', () => {
    expect(() => namesOf({})).toThrow('src/index.ts does not exist');
  });
});

describe('the reading of promises', () => {
  it('finds exported declarations of every kind that are marked, and no others', () => {
    const text = `
      /** A. @publicApi */
      export const a = 1, b = 2;
      /** @publicApi */
      export class C { /** @publicApi */ member = 1; }
      /**
       * D.
       *
       * @publicApi
       */
      export type D = 1;
      /** Of the house, not @publicapi. */
      export function e() {}
      /** @publicApi */
      function f() {}`;
    expect(markedNamesOf(text)).toEqual(['a', 'b', 'C', 'D']);
  });
});
