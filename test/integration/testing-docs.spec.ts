import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import ts from 'typescript';
import { snippetsOf } from '../support/snippets.js';

// Inside the repository, so that it is compiled and finds its packages as a file of an application would.
const folder = mkdtempSync(join(import.meta.dirname, 'testing-docs-'));
const file = join(folder, 'testing.ts');

beforeAll(() => {
  const program = ["import { expect } from '@jest/globals';", ...snippetsOf('docs/testing.md'), 'export {};'];
  writeFileSync(file, program.join('\n'));
});

afterAll(() => rmSync(folder, { recursive: true }));

it('runs the examples of docs/testing.md from the first to the last', async () => {
  expect(snippetsOf('docs/testing.md').length).toBeGreaterThan(10);
  await import(file);
});

it('finds no wrong type in the examples of docs/testing.md', () => {
  const config = ts.readConfigFile('tsconfig.json', ts.sys.readFile).config as object;
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, process.cwd());
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([file], options));
  expect(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual(
    [],
  );
});
